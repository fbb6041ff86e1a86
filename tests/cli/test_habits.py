"""What hands type that know ansible-playbook and terraform."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import knockdeploy

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
    assert names(tmp_path, "all,!hub") == {"r1", "r2"}
    with pytest.raises(InputError, match="no host or group matches 'brunch'"):
        names(tmp_path, "brunch")
    with pytest.raises(InputError, match=r"nowhere, key --limit: cannot be read: No such file"):
        names(tmp_path, f"@{tmp_path}/nowhere")


def test_a_group_is_as_good_as_its_hosts_where_no_host_has_its_name(tmp_path: Path) -> None:
    project(tmp_path, r1={}, r2={})
    config, hosts, groups = (tmp_path / f"{name}.yaml" for name in ("config", "hosts", "groups"))
    config.write_text("inventory: {options: {host_file: hosts.yaml, group_file: groups.yaml}}\n")
    hosts.write_text("r1: {hostname: h, groups: [north]}\nr2: {hostname: h}\nhub: {hostname: h}\n")
    groups.write_text("north: {groups: [hub]}\nhub: {}\n")
    assert names(tmp_path, "north") == {"r1"}
    assert names(tmp_path, "hub") == {"hub"}  # the host, though r1 is in the group
    assert names(tmp_path, "all,!north") == {"r2", "hub"}


def test_a_name_without_its_option_is_told_the_option() -> None:
    ran = knockdeploy("plan", "r1")
    assert ran.status == 64
    assert "(to select hosts: knockdeploy plan -l r1)" in ran.err


@pytest.mark.parametrize("command", [(), ("plan",), ("lab", "up"), ("rollback",)])
def test_help_is_short_too(command: tuple[str, ...]) -> None:
    ran = knockdeploy(*command, "-h")
    assert ran.status == 0
    assert ran.out.startswith("Usage: ")
    assert ran.out == knockdeploy(*command, "--help").out


def test_check_is_the_dry_run_and_asks_for_no_saved_plan(tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    ran = knockdeploy("deploy", "--check", "--plan", "x", "-c", str(config))
    assert (ran.status, ran.err) == (
        64,
        "error: --check plans anew (leave out --resume and --plan)\n",
    )


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("--format", "html", "--backup", "r1"), "--format and --backup"),
        (("--format", "html=x.html", "--full"), "--format and --full"),
        (("--backup", "r1", "--diff"), "--backup and --full"),
        (("--format", "html", "--backup", "r1", "--full"), "--format and --backup and --full"),
    ],
)
def test_show_ignores_no_option(words: tuple[str, ...], given: str, tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    ran = knockdeploy("show", "latest", *words, "-c", str(config))
    assert (ran.status, ran.out) == (64, "")
    assert ran.err == f"error: {given} do not go together (give one of them)\n"


def test_nothing_is_revealed_on_a_page(tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    ran = knockdeploy("show", "latest", "--format", "html", "--reveal", "-c", str(config))
    assert (ran.status, ran.out) == (64, "")
    assert "--reveal goes with --backup HOST" in ran.err
