"""A new project: whole, private where it is secret, and nothing that lint would mind."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from commandline import Ran, knockdeploy
from jsonschema import Draft202012Validator

from knockdeploy.compliance.new_sequence import draw_ports
from knockdeploy.intent import Intent, intent_from
from knockdeploy.inventory.settings import Settings

from .support import GOOD

INVENTORY = ("hosts.yaml", "groups.yaml", "defaults.yaml", "schema.json")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    ran = knockdeploy("init", str(tmp_path / "site"))
    assert (ran.status, ran.out) == (0, "")
    assert "knockdeploy lint" in ran.err
    return tmp_path / "site"


def on(site: Path, command: str, *options: str) -> Ran:
    return knockdeploy(command, "-c", str(site / "config.yaml"), *options)


def test_a_fresh_project_runs_clean(site: Path) -> None:
    assert on(site, "lint", "--strict").status == 0
    rendered = on(site, "render", "--json")
    assert rendered.status == 0
    assert "object-group service OG_Knock" in rendered.document["hosts"]["branch-1"]["text"]


def test_a_project_made_without_a_umask_is_used(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        knockdeploy("init", str(tmp_path / "site"))
    finally:
        os.umask(old)
    assert on(tmp_path / "site", "lint").status == 0
    made = [(path.is_dir(), path.stat().st_mode) for path in (tmp_path / "site").rglob("*")]
    assert not any(mode & stat.S_IWOTH for _, mode in made)
    assert not any(mode & 0o111 for is_folder, mode in made if not is_folder)


def test_the_knock_is_new_each_time_and_its_file_private(site: Path) -> None:
    old = os.umask(0)
    try:
        knockdeploy("init", str(site.parent / "other"))
    finally:
        os.umask(old)
    files = [folder / "knocks/branch-1" for folder in (site, site.parent / "other")]
    knocks = [file.read_text().split() for file in files]
    assert knocks[0] != knocks[1]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {stat.S_IMODE(file.parent.stat().st_mode) for file in files} == {0o700}
    others = [file for file in site.rglob("*") if file.is_file() and file not in files]
    assert others
    for file in others:  # the same whatever the knock is: a number in it is none of its ports
        assert file.read_bytes() == (site.parent / "other" / file.relative_to(site)).read_bytes()


def test_git_keeps_the_inventory_and_no_secret(site: Path) -> None:
    (site / ".knockdeploy").mkdir()
    for name in (".knockdeploy/key", "friday.plan", "nornir.log", "nornir.log.1"):
        (site / name).touch()
    subprocess.run(["git", "init", "-q", str(site)], check=True)  # noqa: S603, S607  # our own words
    listed = ["git", "-C", str(site), "ls-files", "--others", "--exclude-standard"]
    done = subprocess.run(listed, check=True, capture_output=True, text=True)  # noqa: S603
    kept = {".gitignore", "config.yaml", *(f"inventory/{name}" for name in INVENTORY)}
    assert set(done.stdout.split()) == kept


def test_random_knocks_are_good_ones() -> None:
    seen = {tuple(draw_ports()) for _ in range(50)}
    assert len(seen) == 50
    for ports in seen:
        assert len(set(ports)) == 7
        assert all(1024 <= port < 49152 for port in ports)  # neither below nor RFC 6335's range
        assert list(ports) not in (sorted(ports), sorted(ports)[::-1])


def uncommented(file: Path, after: str) -> dict[str, object]:
    """Return what stands commented in a file, as if it stood there."""
    lines = file.read_text().partition(after)[2].splitlines()
    data = yaml.safe_load("\n".join(line.strip().removeprefix("# ") for line in lines))
    assert isinstance(data, dict)
    return data


def test_comments_have_every_setting_at_its_default(site: Path) -> None:
    config = site / "config.yaml"
    settings = uncommented(config, "with its default:\n")
    assert Settings.model_validate(settings) == Settings()
    assert set(settings) == set(Settings.model_fields)


def test_comments_have_every_key_of_an_intent_at_its_default(site: Path) -> None:
    keys = uncommented(site / "inventory/groups.yaml", "with its default:\n")
    assert intent_from({**GOOD, **keys}) == intent_from(GOOD)
    said = {"ports", "services", "interface", "management_sources", "new_acl_entries"}
    without_default = {"probe_ports", "probe_sources"}
    assert set(keys) | said | without_default == set(Intent.model_fields)


def test_editors_get_a_schema_that_takes_the_project_and_refuses_mistakes(site: Path) -> None:
    check = Draft202012Validator(json.loads((site / "inventory/schema.json").read_text()))
    for name in ("hosts", "groups"):
        text = (site / f"inventory/{name}.yaml").read_text()
        assert text.startswith("# yaml-language-server: $schema=schema.json\n")
        check.validate(yaml.safe_load(text))
    assert check.is_valid({"r1": {"data": {"knock": {"acl": None}}}})  # null unsets
    assert not check.is_valid({"r1": {"data": {"knock": {"window_secnds": 5}}}})
    assert not check.is_valid({"r1": {"data": {"knock": {"names": {"alc": "X"}}}}})


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    ran = knockdeploy("init", str(tmp_path), "--json")
    assert ran.status == 64
    assert ran.document["errors"][0]["file"] == str(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
    assert knockdeploy("init", str(tmp_path / "mine")).status == 64
    assert knockdeploy("init", str(tmp_path / "mine" / "below")).status == 64


@pytest.mark.parametrize(("n_files", "is_there"), [(0, False), (3, True), (6, False)])
def test_a_disk_that_fills_up_leaves_nothing(
    n_files: int, is_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = iter(range(n_files))

    def text_on_disk(text: str) -> bytes:
        if next(room, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return text.encode()

    monkeypatch.setattr("knockdeploy.cli.private_files.bytes_of", text_on_disk)
    folder = tmp_path / "a" / "site"
    if is_there:
        folder.mkdir(parents=True)
    ran = knockdeploy("init", str(folder))
    assert ran.status == 64
    assert "No space left on device; nothing is left" in ran.err
    assert "make room" in ran.err
    left = [folder.parent, folder] if is_there else []
    assert [*tmp_path.rglob("*")] == left
    monkeypatch.undo()
    assert knockdeploy("init", str(folder)).status == 0  # once there is room


def test_an_empty_folder_and_a_nested_one_do(tmp_path: Path) -> None:
    assert knockdeploy("init", str(tmp_path)).status == 0
    ran = knockdeploy("init", str(tmp_path / "a" / "b"), "--json")
    assert ran.document["hosts"]["branch-1"]["path"].endswith("a/b/inventory/hosts.yaml")
