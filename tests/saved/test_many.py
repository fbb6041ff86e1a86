"""A hundred saved configurations: what they share is said once, and none is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from commandline import Ran
from e2e.support import OPEN, edit, knockdeploy, lab

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.shell.show_config import printed
from knockdeploy.report.fold import MOST

pytestmark = pytest.mark.lab
N = 100
SPECIAL = 77
"""The one that needs something else."""


@dataclass(frozen=True)
class Fleet:
    """Saved configurations of as many branches, each with addresses of its own."""

    lab: Fabric
    folder: Path

    def ran(self, command: str, *more: str) -> Ran:
        return knockdeploy(self.lab, command, "--from", str(self.folder), *more)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("saved")
    with lab(kind=OPEN) as running:
        machine = running.routers["r1"]
        text = running.call(lambda: printed(machine.router.running))
        place = machine.place
        names = [f"branch-{k}" for k in range(1, N + 1)]
        for k, name in enumerate(names, start=1):
            config = text.replace(place.outside, f"198.18.{k}.1").replace(
                place.inside, f"198.19.{k}.1"
            )
            if k == SPECIAL:
                config = config.replace("ip access-list extended ACL_WAN\n", "!\n!\n")
                config = re.sub(r"(!\n!\n)((?: [a-z].*\n)+)", "", config)
                config = re.sub(r" ip access-group ACL_WAN in\n", "", config)
            (folder / name).write_text(config)

        def rename(hosts: dict[str, dict[str, object]]) -> None:
            host = hosts.pop("r1")
            hosts.update(dict.fromkeys(names, host))

        edit(running.folder / "inventory/hosts.yaml", rename)
        edit(running.folder / "inventory/groups.yaml", give_a_list)
        yield Fleet(running, folder)


def give_a_list(groups: dict[str, dict[str, dict[str, dict[str, object]]]]) -> None:
    groups["branch"]["data"]["knock"]["new_acl_entries"] = ["permit ip any any"]


def test_plan_of_many_is_readable_and_whole(fleet: Fleet) -> None:
    ran = fleet.ran("plan")
    assert ran.status == 2
    lines = ran.out.splitlines()
    assert len([line for line in lines if line.startswith("--- ")]) == 2
    assert f"--- branch-1..76, branch-78..100 ({N - 1} hosts)" in lines
    assert f"--- branch-{SPECIAL}" in lines
    assert len([line for line in lines if "service sequence-numbers" in line]) == 2
    hosts = re.findall(r"^ +branch-(\d+) +198\.18\.\1\.1 +198\.19\.\1\.1\b", ran.out, re.M)
    assert len(hosts) == MOST  # addresses stand in a table, beside their hosts
    assert f"and {N - 1 - MOST} more" in ran.out
    recap = re.findall(r"^branch-(\d+) +changed: \d+ lines to add", ran.out, re.M)
    assert sorted(map(int, recap)) == list(range(1, N + 1))  # a line each: this is no terminal
    assert len(lines) < 3 * N + 400


def test_findings_of_many_are_readable_and_whole(fleet: Fleet) -> None:
    ran = fleet.ran("check", "-l", "branch-7?,branch-8?")
    assert ran.status == 2
    missing = [line for line in ran.out.splitlines() if "not deployed: " in line]
    assert len(missing) == 2
    assert missing[0].startswith("branch-70..76, branch-78..89 (19 hosts): error: ")
    hosts = re.findall(r"^ +branch-(\d+) +198\.18\.\1\.1\b", ran.out, re.M)
    assert len(hosts) == MOST
    assert len(re.findall(r"^branch-[78]\d  drifted$", ran.out, re.M)) == 20


def test_documents_have_each_hosts_own(fleet: Fleet) -> None:
    ran = fleet.ran("plan", "--json", "-l", f"branch-1,branch-{SPECIAL},branch-{N}")
    for k in (1, SPECIAL, N):
        diff = ran.host(f"branch-{k}")["diff"]
        assert f"198.18.{k}.1" in diff
        assert "+ service sequence-numbers" in diff
