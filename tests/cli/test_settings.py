"""What the settings say, heeded by every command alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import knockdeploy

from .support import project

# Its archive is on a server: a copy in flash and an applet that counts down arm it.
SAVED = """\
version 15.2
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.1 255.255.255.0
archive
 path ftp://192.0.2.1/r1
end
"""


def test_plan_shows_the_time_to_confirm_that_deploy_takes(tmp_path: Path) -> None:
    config = project(tmp_path / "site", r1={"new_acl_entries": ["permit ip any any"]})
    with config.open("a") as file:
        file.write("user_defined: {knockdeploy: {rollout: {confirm_minutes: 30}}}\n")
    (tmp_path / "r1.cfg").write_text(SAVED)
    planned = knockdeploy("plan", "-c", str(config), "--from", str(tmp_path), "--json")
    assert planned.status == 2
    assert "event timer countdown time 1800 " in planned.document["hosts"]["r1"]["diff"]


@pytest.mark.parametrize("where", ["file", "file/below/it"])
@pytest.mark.parametrize(
    "words",
    [
        ("lint",),
        ("render",),
        ("plan", "--from", "."),
        ("check", "--from", "."),
        ("deploy", "--yes"),
        ("preflight",),
        ("prove",),
        ("remove", "--open", "--yes"),
        ("rollback", "--run", "x", "--open", "--yes"),
        ("history",),
        ("show", "x"),
        ("knock", "r1"),
    ],
    ids=lambda words: words[0],
)
def test_a_state_folder_that_is_a_file_is_told_by_every_command(
    tmp_path: Path, words: tuple[str, ...], where: str
) -> None:
    config = project(tmp_path / "site", r1={"new_acl_entries": ["permit ip any any"]})
    (config.parent / "file").write_text("mine")
    with config.open("a") as file:
        file.write(f"user_defined: {{knockdeploy: {{state_dir: {where}}}}}\n")
    name, *more = words
    ran = knockdeploy(name, "-c", str(config), *more)
    assert ran.status == 64
    assert "it cannot be the state folder" in ran.err
    assert "user_defined.knockdeploy.state_dir" in ran.err
    assert (config.parent / "file").read_text() == "mine"


def test_key_of_sites_that_no_host_has_is_told_with_those_they_have(tmp_path: Path) -> None:
    config = project(tmp_path, r1={}, r2={})
    with config.open("a") as file:
        file.write("user_defined: {knockdeploy: {rollout: {serial_by: knok}}}\n")
    ran = knockdeploy("deploy", "-c", str(config), "--yes")
    assert ran.status == 64
    key = "key user_defined.knockdeploy.rollout.serial_by"
    assert f"{key}: no selected host has 'knok' in its data (did you mean knock?)" in ran.err


def test_canaries_of_another_fleet_are_told_in_one_sentence(tmp_path: Path) -> None:
    config = project(tmp_path, r1={}, r2={})
    names = [f"south{chr(ord('a') + k)}" for k in range(15)]
    ran = knockdeploy("deploy", "-c", str(config), "--yes", "--canary", ",".join(names))
    assert ran.status == 64
    (error,) = ran.err.splitlines()
    assert error.startswith("error: --canary: 'southa', 'southb', ")
    assert error.endswith("and 5 more are not routers of this run (known are r1, r2)")
    two = knockdeploy("deploy", "-c", str(config), "--yes", "--canary", "r3,r2x").err
    assert two.count("is not a router of this run (") == 2
