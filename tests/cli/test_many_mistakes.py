"""A mistake that stands in a group is said once, not once for each of its hosts."""

from __future__ import annotations

import pickle
from pathlib import Path

from commandline import knockdeploy

from knockdeploy.errors import InputError, Mistake


def test_mistake_of_many_hosts_is_one_line(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("inventory: {options: {host_file: hosts.yaml, group_file: groups.yaml}}\n")
    (tmp_path / "groups.yaml").write_text("all: {data: {knock: {ports: [1, 2, 3], windw: 3}}}\n")
    hosts = "".join(f"b{k:03}: {{hostname: 192.0.2.1, groups: [all]}}\n" for k in range(200))
    (tmp_path / "hosts.yaml").write_text(hosts)
    ran = knockdeploy("lint", "-c", str(config), "--json")
    assert ran.status == 64
    lines = [line for line in ran.err.splitlines() if "windw" in line]
    assert len(lines) == 1
    assert "hosts b000..199, key knock.windw" in lines[0]
    assert len({each["host"] for each in ran.document["errors"]}) == 200


def test_mistake_that_names_its_host_is_one_line_too(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("inventory: {options: {host_file: hosts.yaml}}\n")
    knock = "ports: 'file:knocks/{name}', services: [22/tcp], interface: Dialer1"
    hosts = "".join(f"b{k}: {{data: {{knock: {{{knock}}}}}}}\n" for k in range(1, 31))
    (tmp_path / "hosts.yaml").write_text(hosts)
    ran = knockdeploy("lint", "-c", str(config))
    (line,) = ran.err.splitlines()
    assert "hosts b1..30, key knock.ports: cannot read " in line
    assert "/knocks/b1'" in line


def test_all_mistakes_are_said_by_what_is_raised_in_another_process_too() -> None:
    error = InputError(Mistake("a is wrong", "fix a"), Mistake("b is wrong", "fix b", host="r1"))
    there = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert str(there) == str(error) == "; ".join(map(str, error.mistakes))
