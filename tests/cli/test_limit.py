"""-l: names, globs, groups and numbers, all but these, and a file of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knockdeploy.errors import InputError
from knockdeploy.inventory import load

from .support import project


def names(folder: Path, *limit: str) -> set[str]:
    return set(load(folder / "config.yaml", limit).intents)


def test_hosts_are_limited_as_ansible_does(tmp_path: Path) -> None:
    project(tmp_path, r1={}, r2={}, hub={})
    (tmp_path / "tonight").write_text("# of the change request\nr2\nhub\n")
    assert names(tmp_path, "!r1") == {"r2", "hub"}
    assert names(tmp_path, "r*,!r1") == {"r2"}
    assert names(tmp_path, "r*", "!r2,hub") == {"r1", "hub"}
    assert names(tmp_path, f"@{tmp_path}/tonight") == {"r2", "hub"}
    assert names(tmp_path, f"!@{tmp_path}/tonight") == {"r1"}
    assert names(tmp_path, "r*", f"!@{tmp_path}/tonight") == {"r1"}
    assert names(tmp_path, "all,!hub") == {"r1", "r2"}
    assert names(tmp_path, "r1..2,!r2..9") == {"r1"}
    (tmp_path / "both").write_text("\ufeff  # two\nr1, hub\n\n")
    assert names(tmp_path, f"@{tmp_path}/both") == {"r1", "hub"}
    with pytest.raises(InputError, match="no host or group matches 'brunch'"):
        names(tmp_path, "brunch")
    with pytest.raises(InputError, match=r"nowhere, --limit: cannot be read: No such file"):
        names(tmp_path, f"@{tmp_path}/nowhere")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("b-08..10", {"b-08", "b-09", "b-10"}),
        ("b-9..10", {"b-09", "b-10"}),
        ("b98-rtr..101-rtr", {"b98-rtr", "b101-rtr"}),
        ("b-08..b-10", set()),
        ("b98-rtr..101", set()),
        ("x1..3", {"x1..3"}),
    ],
)
def test_hosts_that_count_up_are_selected_as_they_are_printed(
    typed: str, meant: set[str], tmp_path: Path
) -> None:
    there = ("b-08", "b-09", "b-10", "b-11", "b98-rtr", "b101-rtr", "x1", "x2", "x1..3")
    project(tmp_path, **{name: {} for name in there})
    if meant:
        assert names(tmp_path, typed) == meant
    else:
        with pytest.raises(InputError, match="no host or group matches"):
            names(tmp_path, typed)


@pytest.mark.parametrize("text", ["", "\n \n", "# r1\n", " , \n"])
def test_a_file_without_a_name_stands_for_no_host_and_never_for_all(
    text: str, tmp_path: Path
) -> None:
    project(tmp_path, r1={}, r2={})
    (tmp_path / "tonight").write_text(text)
    with pytest.raises(InputError, match=r"tonight, --limit: names no host"):
        names(tmp_path, f"@{tmp_path}/tonight")


def test_many_wrong_names_are_one_line(tmp_path: Path) -> None:
    project(tmp_path, r1={}, r2={})
    (tmp_path / "tonight").write_text("".join(f"x{k}\n" for k in range(3000)))
    with pytest.raises(InputError) as caught:
        names(tmp_path, f"@{tmp_path}/tonight")
    (mistake,) = caught.value.mistakes
    assert mistake.message.startswith("no host or group matches 'x0', 'x1', ")
    assert mistake.message.endswith(" and 2990 more")


def test_a_file_names_no_other_file(tmp_path: Path) -> None:
    project(tmp_path, r1={}, r2={})
    (tmp_path / "tonight").write_text(f"@{tmp_path}/tonight\n")
    with pytest.raises(InputError, match=r"no host or group matches '@"):
        names(tmp_path, f"@{tmp_path}/tonight")


def test_a_group_is_as_good_as_its_hosts_where_no_host_has_its_name(tmp_path: Path) -> None:
    project(tmp_path, r1={}, r2={})
    config, hosts, groups = (tmp_path / f"{name}.yaml" for name in ("config", "hosts", "groups"))
    config.write_text("inventory: {options: {host_file: hosts.yaml, group_file: groups.yaml}}\n")
    hosts.write_text("r1: {hostname: h, groups: [north]}\nr2: {hostname: h}\nhub: {hostname: h}\n")
    groups.write_text("north: {groups: [hub]}\nhub: {}\n")
    assert names(tmp_path, "north") == {"r1"}
    assert names(tmp_path, "hub") == {"hub"}  # the host, though r1 is in the group
    assert names(tmp_path, "all,!north") == {"r2", "hub"}
