"""-v says what was asked and how long it took; --debug the session; neither a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from knockdeploy.lab.configs import PASSWORD
from knockdeploy.lab.fabric import Fabric

from .support import STRICT, change, edit_host, intend, knockdeploy, knocks, lab

pytestmark = pytest.mark.lab
ENABLE = "an-enable-secret"
FOREIGN = ("enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", "snmp-server community Pr1vate RW")
NEW = [41771, 38112, 46201, 39554, 44019]


@pytest.fixture(scope="module")
def running() -> Iterator[Fabric]:
    with lab(kind=STRICT) as running:
        edit_host(
            running,
            connection_options={"netmiko": {"extras": {"secret": ENABLE}}},
        )
        change(running, *FOREIGN, saved=True)
        yield running


def test_a_whole_deployment_told_with_everything_has_no_secret(running: Fabric) -> None:
    knockdeploy(running, "deploy", "--yes", "--no-proof")
    old = knocks(running)
    edit_host(running, data={"knock": {"ports": NEW}})  # so that the old knock is nobody's
    for options in (["--debug"], ["--debug", "--json", "-v"]):
        ran = knockdeploy(running, "deploy", "--yes", "--no-proof", *options)
        assert ran.status == 0, ran.err
        new = re.compile(rf"(?<![\d.])(?:{'|'.join(map(str, NEW))})(?!\d)")
        secret = re.compile("mERr|hx5rV|Pr1vate|" + "|".join((PASSWORD, ENABLE)))
        for pattern in (old, new, secret):
            found = pattern.search(ran.err + ran.out)
            assert not found, ran.err[max(0, found.start() - 300) : found.end() + 100]
        # It is the session all the same: what was typed, and what was answered.
        assert "show running-config" in ran.err
        assert "interface GigabitEthernet0/0" in ran.err
        assert "hostname r1" in ran.err
    assert ran.document["summary"] == {"unchanged": 1}


def test_v_tells_hosts_times_and_durations_before_and_after_the_command(running: Fabric) -> None:
    intend(running)
    after = knockdeploy(running, "check", "-v")
    line = r"^\d\d:\d\d:\d\d\.\d{3} r1: .*show running-config: \d+ ms$"
    assert re.search(line, after.err, re.MULTILINE), after.err
    assert re.search(r"^\S+ r1: logged in: \d+\.\d s$", after.err, re.MULTILINE)
    assert "hostname r1" not in after.err
    silent = knockdeploy(running, "check")
    assert "show running-config" not in silent.err
    assert silent.out == after.out
