"""A knock of its own for each router, in a file that the inventory refers to."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml
from commandline import Ran, knockdeploy

from knockdeploy.inventory import load

from .support import GOOD

SERVICES = [f"{port}/udp" for port in range(1200, 16000)]  # nearly half of what there is to draw


@pytest.fixture
def site(tmp_path: Path) -> Path:
    knock = {**GOOD, "ports": "file:knocks/{name}", "services": ["22/tcp"]}
    (tmp_path / "defaults.yaml").write_text(yaml.safe_dump({"data": {"knock": knock}}))
    hosts = {"r1": {}, "r2": {}, "r3": {"data": {"knock": {"enabled": False}}}}
    (tmp_path / "hosts.yaml").write_text(yaml.safe_dump(hosts))
    (tmp_path / "config.yaml").write_text("")
    return tmp_path


def draw(site: Path, *options: str) -> Ran:
    return knockdeploy("ports", "-c", str(site / "config.yaml"), "--json", *options)


def statuses(ran: Ran) -> dict[str, str]:
    assert ran.status == 0
    return {name: host["status"] for name, host in ran.document["hosts"].items()}


def said(site: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in (site / "knocks").iterdir()}


def test_each_router_gets_a_knock_of_its_own_and_keeps_it(site: Path) -> None:
    (site / "knocks").mkdir()
    ran = draw(site)
    assert statuses(ran) == {"r1": "written", "r2": "written", "r3": "unmanaged"}
    knocks = said(site)
    assert set(knocks) == {"r1", "r2"}
    assert knocks["r1"] != knocks["r2"]
    shown = ran.out + ran.err
    for numbered in (str(site), ran.document["run"]):
        shown = shown.replace(numbered, "")
    assert not any(port in shown for text in knocks.values() for port in text.split())
    intents = load(site / "config.yaml").intents
    for name, text in knocks.items():
        intent = intents[name]
        assert intent is not None
        assert [str(knock.port) for knock in intent.sequence] == text.split()
        assert len(intent.sequence) == 7
        assert stat.S_IMODE((site / "knocks" / name).stat().st_mode) == 0o600
    assert statuses(draw(site)) == {"r1": "kept", "r2": "kept", "r3": "unmanaged"}
    assert said(site) == knocks


def test_new_ones_for_the_selected(site: Path) -> None:
    draw(site)
    before = said(site)
    assert statuses(draw(site, "--new", "-l", "r2")) == {"r2": "written"}
    after = said(site)
    assert after["r1"] == before["r1"]
    assert after["r2"] != before["r2"]


def test_routers_that_share_a_file_share_a_knock(site: Path) -> None:
    for name in ("r1", "r2"):
        hosts = yaml.safe_load((site / "hosts.yaml").read_text())
        hosts[name] = {"data": {"knock": {"ports": "file:knocks/all"}}}
        (site / "hosts.yaml").write_text(yaml.safe_dump(hosts))
    assert statuses(draw(site, "--new", "-l", "r*")) == {
        "r1": "written",
        "r2": "written",
        "r3": "unmanaged",
    }
    assert set(said(site)) == {"all"}


def test_no_port_is_one_of_a_service(site: Path) -> None:
    knock = {**GOOD, "ports": "file:knocks/{name}", "services": SERVICES}
    (site / "hosts.yaml").write_text(yaml.safe_dump({"r1": {"data": {"knock": knock}}}))
    for _ in range(5):
        draw(site, "--new")
        assert not any(f"{port}/udp" in SERVICES for port in said(site)["r1"].split())


def test_a_knock_that_stands_in_the_inventory_is_kept(site: Path) -> None:
    (site / "hosts.yaml").write_text(yaml.safe_dump({"r1": {"data": {"knock": GOOD}}}))
    assert statuses(draw(site)) == {"r1": "kept"}
    ran = draw(site, "--new")
    assert ran.status == 64
    (error,) = ran.document["errors"]
    assert error["host"] == "r1"
    assert "file:knocks/{name}" in error["hint"]


def test_a_link_is_not_written_through(site: Path) -> None:
    theirs = site / "theirs"
    theirs.write_text("what is theirs\n")
    (site / "knocks").mkdir()
    (site / "knocks/r1").symlink_to(theirs)
    draw(site, "--new")
    assert theirs.read_text() == "what is theirs\n"
