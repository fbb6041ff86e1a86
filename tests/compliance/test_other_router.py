"""What has neither the name nor the knock of a router is told as another one's."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.support import GOOD
from commandline import Ran, knockdeploy

from knockdeploy.compliance.other_router import other_router
from knockdeploy.intent import intent_from
from knockdeploy.ios.parse import parse
from knockdeploy.sequence import Knock, KnockSequence, TimedKnock

BODY = (
    "version 15.2\nhostname {}\n!\ninterface {}\n ip address 198.51.100.1 255.255.255.0\n!\nend\n"
)


EARLIER = TimedKnock(KnockSequence((Knock(40001), Knock(40002))), 10)
KNOCKS = (intent_from(GOOD).timed_knock, EARLIER)


def says(host: str, name: str, more: str = "") -> bool:
    text = f"hostname {name}\n{more}"
    return bool(list(other_router(host, parse(text), text, KNOCKS)))


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("branch-1", "BRANCH-1"),
        ("leeds-r1.example.net", "r1"),
        ("r1", "LEEDS_R1"),
        ("192.0.2.1", "leeds"),
        ("branch-1", "Router"),
    ],
)
def test_names_that_may_be_of_one_router_are_no_finding(host: str, name: str) -> None:
    assert not says(host, name)


@pytest.mark.parametrize(("host", "name"), [("branch-1", "branch-2"), ("r1", "r11")])
def test_name_of_another_router_is_one(host: str, name: str) -> None:
    assert says(host, name)


def test_a_router_that_has_the_knock_is_that_router_whatever_its_name() -> None:
    group = "object-group service OG_Knock\n"
    members = [f" udp eq {port}\n" for port in GOOD["ports"]]
    assert not says("branch-1", "BR1", group + "".join(members))
    assert not says("branch-1", "BR1", group + "".join(members[1:]))  # drifted
    assert says("branch-1", "BR1", group + "".join(members[3:]))
    assert not says("branch-1", "BR1", " udp eq 40001\n udp eq 40002\n"), "until it is deployed"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    assert knockdeploy("init", str(tmp_path)).status == 0
    (tmp_path / "saved").mkdir()
    return tmp_path


def check(project: Path, text: str) -> Ran:
    (project / "saved/branch-1.cfg").write_text(text)
    config = str(project / "config.yaml")
    return knockdeploy("check", "-c", config, "--from", str(project / "saved"), "--json")


def test_check_says_first_that_a_saved_configuration_may_be_anothers(project: Path) -> None:
    (first, *others) = check(project, BODY.format("york", "GigabitEthernet0/0")).host("branch-1")[
        "findings"
    ]
    assert (first["rule"], first["line"]) == ("other-router", "hostname york")
    assert others
    ran = check(project, BODY.format("branch-1", "GigabitEthernet0/0"))
    assert "other-router" not in ran.findings("branch-1")


def test_another_router_without_the_interface_is_told_as_such(project: Path) -> None:
    ran = check(project, BODY.format("york", "FastEthernet4"))
    (error,) = [ran.host("branch-1")["error"]]
    assert ran.status == 1
    assert "GigabitEthernet0/0" in error["message"]
    assert "hostname york: is this branch-1?" in error["message"]


def test_a_router_that_was_deployed_may_have_any_name(project: Path) -> None:
    config = str(project / "config.yaml")
    assert knockdeploy("render", "-c", config, "-o", str(project / "saved")).status == 0
    deployed = (project / "saved/branch-1.cfg").read_text()
    before = check(project, deployed)
    assert before.status == 2  # a rendered configuration is no running one
    ran = check(project, f"hostname york\n{deployed}")
    assert ran.findings("branch-1") == before.findings("branch-1")
