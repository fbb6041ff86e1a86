"""What lint says of knocks: each rule from the design and the facts, and never a port."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from commandline import Ran, knockdeploy

from knockdeploy.compliance.fleet_quality import is_published
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.sequence import Knock, KnockSequence

from .support import GOOD, project

ROOT = Path(__file__).parent.parent.parent
UP = [33011, 35022, 38033, 41044, 47055]


def lint(tmp_path: Path, *options: str, **hosts: dict[str, Any]) -> Ran:
    return knockdeploy("lint", "-c", str(project(tmp_path, **hosts)), "--json", *options)


SEVEN = [*GOOD["ports"], 1033, 12007]

# A round hits each port once. In it there is one chance in n! that the order is right; where what
# was heard in the round before still counts, there are n such chances. Beside d decoys there is one
# in (n+d)!/d!: all of them come last. Of the silent ports there are 2^d choices of n! orders each,
# and a window for each. 31,619 ports are drawn from.
COSTS = [
    (0, GOOD["ports"], "758,856 to 3,794,280", "4 minutes to 20 minutes", "120 orders takes 600"),
    (0, SEVEN, "22,765,680 to 159,359,760", "2 hours to 14 hours", "5,040 orders takes 35,280"),
    (
        5,
        GOOD["ports"],
        "956,158,560",
        "4 days",
        "3,840 orders takes 19,200 more (one per window: 5 hours",
    ),
    (
        5,
        SEVEN,
        "126,212,929,920",
        "462 days",
        "161,280 orders takes 1,128,960 more (one per window: 9 days",
    ),
]


@pytest.mark.parametrize(
    ("decoys", "ports", "packets", "time", "orders"),
    COSTS,
    ids=["five", "seven", "five-and-decoys", "seven-and-decoys"],
)
def test_a_good_knock_is_ok_and_told_what_sweep_and_scan_achieve(  # noqa: PLR0913, PLR0917
    tmp_path: Path, decoys: int, ports: list[int], packets: str, time: str, orders: str
) -> None:
    ran = lint(tmp_path, "--strict", r1={"ports": ports, "decoys": decoys})
    assert ran.status == 0
    assert ran.document["hosts"]["r1"]["status"] == "ok"
    found = ran.findings()
    assert set(found) == {"sweep", "scan"}
    assert found["sweep"].startswith("info: blind sweeps of all 31,619 likely ports")
    assert f"{packets} packets" in found["sweep"]
    assert found["sweep"].endswith(f": {time}")
    assert found["scan"].startswith("info: ")
    assert orders in found["scan"]


@pytest.mark.parametrize("ports", [GOOD["ports"], [*GOOD["ports"][:4], f"{GOOD['ports'][4]}/udp"]])
def test_a_scan_finds_knocks_over_tcp_by_resets_whatever_the_interface_says(
    tmp_path: Path, ports: list[object]
) -> None:
    ran = lint(tmp_path, udp={"ports": GOOD["ports"]}, tcp={"ports": ports, "protocol": "tcp"})
    assert "closed TCP ports always answer, with a reset" in ran.findings("tcp")["scan"]
    assert "reset" not in ran.findings("udp")["scan"]


def test_a_knock_of_other_ports_is_looked_for_among_all(tmp_path: Path) -> None:
    swept = {1025: "64,512", 1024: "64,512", 1023: "65,535"}
    hosts = {f"r{port}": {"ports": [*GOOD["ports"][:3], 57003, port]} for port in swept}
    ran = lint(tmp_path, **hosts)
    for port, n_ports in swept.items():
        assert f"all {n_ports} likely ports" in ran.findings(f"r{port}")["sweep"]


def test_five_ports_are_enough_though_fewer_are_allowed(tmp_path: Path) -> None:
    assert lint(tmp_path, r1={"weak": True}).findings()["sweep"].startswith("info: ")


@pytest.mark.parametrize(
    ("ports", "decoys", "window_seconds", "says"),
    [  # 2^d times n! orders, half a window each
        (GOOD["ports"], 2, 30, "2 hours on average"),
        ([*GOOD["ports"], 1033], 4, 30, "2 days on average"),
        (GOOD["ports"], 1, 15, "30 minutes on average"),
    ],
)
def test_durations_are_told_in_the_largest_unit_of_which_there_are_two(
    tmp_path: Path, ports: list[int], decoys: int, window_seconds: int, says: str
) -> None:
    host = {"ports": ports, "decoys": decoys, "window_seconds": window_seconds}
    assert f": {says}" in lint(tmp_path, r1=host).findings()["scan"]


@pytest.mark.parametrize(
    ("changes", "rule", "says"),
    [
        ({"ports": [40204, 34515, 1023, 38654, 47566]}, "port-low", "knock 3 is below 1024"),
        ({"ports": [40204, 34515, 1985, 38654, 47566]}, "port-spoken", "knock 3 is"),  # HSRP
        ({"ports": [4500, 34515, 3222, 38654, 47566]}, "port-spoken", "knocks 1, 3 are"),
        (
            {"probe_ports": [40205, 34516, 46544, 38655, 1023], "probe_sources": ["192.0.2.9"]},
            "port-low",
            "probe 5 is below 1024",
        ),
        ({"ports": UP}, "order-scanned", "a scan up walks"),
        ({"ports": UP[::-1]}, "order-scanned", "a scan down walks"),
        ({"ports": UP[2:] + UP[:2]}, "order-scanned", "a scan up, repeated, walks"),
        ({"ports": (UP[2:] + UP[:2])[::-1]}, "order-scanned", "a scan down, repeated, walks"),
        ({"ports": [40200, 34500, 46500, 38600, 47500]}, "ports-regular", "round"),
        ({"ports": [33440, 34515, 46543, 38654, 47566]}, "port-spoken", "knock 1 is"),  # traceroute
        ({"ports": [40204, 40515, 40543, 40254, 40266]}, "ports-narrow", "1024 numbers"),
        (
            {"ports": [40204, 34515, 46543], "weak": True, "decoys": 0},
            "sweep",
            "63,238 to 189,714 pack",
        ),
        # Four pauses of 1000 ms take 4 s; Knock on Ports pauses 500, Port Knocker 1000.
        ({"window_seconds": 4}, "window-short", "500 to 1000 ms after a knock, 4 s in all"),
        ({"window_seconds": 31}, "window-long", "slow scan"),
        ({"timeout_minutes": 1}, "timeout-short", "absolute"),
        ({"timeout_minutes": 1441}, "timeout-long", "more than a day"),
        ({"keep_established": False}, "sessions-cut", "60 minutes after its knock"),
        ({"management_sources": []}, "management-none", "nobody gets in"),
        ({"management_sources": ["0.0.0.0/0"]}, "management-wide", "open to everybody"),
        ({"management_sources": ["8.0.0.0/7"]}, "management-wide", "33,554,432 addresses"),
        ({"management_sources": ["8.8.0.0/15"]}, "management-wide", "131,072 addresses"),
        ({"proof": "off"}, "proof-off", "no deployment tests"),
        ({"new_acl_entries": ["deny ip any any"]}, "new-acl-shuts", "permits nothing"),
        ({"outside_ports": {22: 38654}}, "port-outside", "knock 4 is"),
        (
            {"access": "knock", "knock_only": True, "services": ["500/udp"]},
            "access-shut",
            "no TCP service",
        ),
        ({"platform": "cisco_nxos"}, "unsupported", "is not classic IOS or IOS-XE"),
    ],
)
def test_what_a_careful_colleague_would_say(
    tmp_path: Path, changes: dict[str, Any], rule: str, says: str
) -> None:
    ports = {str(port) for port in changes.get("ports", GOOD["ports"]) if port != 1023}
    ran = lint(tmp_path, "--strict", r1=changes)
    assert ran.status == 2
    assert ran.document["hosts"]["r1"]["status"] == "warned"
    assert says in ran.findings()[rule]
    assert ran.findings()[rule].startswith("warning: ")
    told = ran.document["hosts"]["r1"]["findings"]
    assert not ports & set(re.findall(r"\d+", str(told) + ran.err))


def test_warnings_alone_are_0_unless_strict(tmp_path: Path) -> None:
    assert lint(tmp_path, r1={"proof": "off"}).status == 0


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ports": [1024, 34515, 46543, 38654, 47566]}, "port-low"),
        ({"ports": [40204, 34515, 46543, 38654, 47566]}, "order-scanned"),
        ({"window_seconds": 5}, "window-short"),
        ({"window_seconds": 30}, "window-long"),
        ({"timeout_minutes": 5}, "timeout-short"),
        ({"timeout_minutes": 1440}, "timeout-long"),
        ({"management_sources": ["10.0.0.0/8"]}, "management-wide"),
        ({"management_sources": ["8.8.0.0/16"]}, "management-wide"),
        ({"ports": [40204, 40515, 41228, 40254, 40266]}, "ports-narrow"),
        ({"ports": [40200, 34500, 46500, 38600, 47501]}, "ports-regular"),
        ({"new_acl_entries": ["permit tcp any any established"]}, "new-acl-shuts"),
        ({"new_acl_entries": ["permit icmp any any", "deny ip any any"]}, "new-acl-shuts"),
        ({"access": "knock", "knock_only": True}, "access-shut"),
    ],
)
def test_what_is_just_good_enough_passes(
    tmp_path: Path, changes: dict[str, Any], rule: str
) -> None:
    assert rule not in lint(tmp_path, r1=changes).findings()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ports": [40204, 34515, 49152, 38654, 47566]}, "port-private"),  # RFC 6335
        ({"services": ["500/udp"]}, "services-udp"),
        ({"outside_address": "203.0.113.10"}, "address-example"),  # RFC 5737
    ],
)
def test_what_one_should_know_is_no_warning(
    tmp_path: Path, changes: dict[str, Any], rule: str
) -> None:
    ran = lint(tmp_path, "--strict", r1=changes)
    assert ran.status == 0
    assert ran.findings()[rule].startswith("info: ")


def test_hosts_beside_each_other(tmp_path: Path) -> None:
    other = {"ports": GOOD["ports"][::-1], "hostname": "127.0.9.1"}
    ran = lint(tmp_path, r1={}, r2={}, r3=other, r4={"enabled": False})
    shared = "warning: r1, r2 (2 hosts) have the same knock: whoever knows one knows all"
    assert ran.findings("r1")["knock-shared"] == shared
    assert ran.findings("r2")["knock-shared"] == shared
    assert "knock-shared" not in ran.findings("r3")
    address = "error: r1, r3 (2 hosts) have the same address and port"
    assert ran.findings("r3")["address-shared"] == address
    assert ran.document["summary"] == {"warned": 3, "unmanaged": 1}


def test_one_address_by_two_ssh_configs_is_two_routers(tmp_path: Path) -> None:
    other = {"ports": GOOD["ports"][::-1], "hostname": "127.0.9.1"}
    config = project(tmp_path, r1={}, r2=other)
    file = tmp_path / "hosts.yaml"
    hosts = yaml.safe_load(file.read_text())
    for name, host in hosts.items():
        (tmp_path / name).touch()  # of one customer each
        host["connection_options"] = {"netmiko": {"extras": {"ssh_config_file": name}}}
    file.write_text(yaml.safe_dump(hosts))
    ran = knockdeploy("lint", "-c", str(config), "--json")
    assert "address-shared" not in ran.findings("r1") | ran.findings("r2")


PUBLISHED = [
    [46543, 28654, 40204, 57566, 34515],  # the article's
    [34515, 57566, 40204, 28654, 46543],  # the same, the other way round
    list(knock_ports("r3")),
]


@pytest.mark.parametrize("ports", PUBLISHED, ids=["article", "reversed", "lab"])
def test_a_published_knock_is_an_error_but_in_the_lab(tmp_path: Path, ports: list[int]) -> None:
    ran = lint(tmp_path, r1={"ports": ports, "hostname": "192.0.2.1"})
    assert ran.status == 2
    assert ran.findings()["ports-published"].startswith("error: ")
    for hostname in ("127.10.0.1", "localhost"):
        ran = lint(tmp_path, r1={"ports": ports, "hostname": hostname})
        assert ran.status == 0
        assert "ports-published" not in ran.findings()


@pytest.mark.parametrize(
    "page", ["README.md", *(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.*"))]
)
def test_every_knock_of_our_pages_is_a_published_one(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in re.findall(r"\b\d{4,5}(?:,? \d{4,5}){4,}\b", text):
        ports = re.findall(r"\d+", found)
        assert is_published(KnockSequence(tuple(Knock(int(port)) for port in ports))), found


def test_one_line_for_what_many_share(tmp_path: Path) -> None:
    ports = [[40204, 34515, 46543, 38654, 47000 + max(at, 11)] for at in range(40)]
    config = project(
        tmp_path,
        **{
            f"r{at}": {"ports": ports[at], "proof": "off" if at < 2 else "required"}
            for at in range(40)
        },
    )
    lines = knockdeploy("lint", "-c", str(config)).out.splitlines()
    assert "r0, r1 (2 hosts): warning: proof-off: proof: off: no deployment tests the door" in lines
    assert len([line for line in lines if "sweep" in line]) == 1
    (shared,) = (line for line in lines if "knock-shared" in line)
    assert "r0, r1, r10, r11, r2, r3, r4, r5, r6, r7 and 2 more (12 hosts) have" in shared
    assert any(line.startswith("all 40 hosts: info: sweep") for line in lines)


def test_accepted_reprints_are_told(tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    state = tmp_path / ".knockdeploy"
    state.mkdir()
    (state / "reprints.yaml").write_text(
        "- {train: 15.2M, parents: [], sent: deny ip any any, shown: deny ip any any log}\n"
    )
    ran = knockdeploy("lint", "-c", str(config), "--json")
    assert "15.2M" in ran.findings()["reprints-accepted"]


def test_a_wrong_intent_is_64_in_lint_too(tmp_path: Path) -> None:
    ran = lint(tmp_path, r1={"ports": [40204, 34515, 40204, 38654, 47566]})
    assert ran.status == 64
    assert "the 1st and the 3rd port are the same" in ran.document["errors"][0]["message"]


@pytest.mark.parametrize(("mode", "severity"), [(0o600, None), (0o640, None), (0o644, "warning")])
def test_a_knock_that_everybody_here_can_read_is_told(
    tmp_path: Path, mode: int, severity: str | None
) -> None:
    config = project(tmp_path, r1={"ports": "file:knock"})
    (tmp_path / "knock").write_text(" ".join(map(str, GOOD["ports"])))
    (tmp_path / "knock").chmod(mode)
    found = knockdeploy("lint", "-c", str(config), "--json").findings()
    assert found.get("secret-readable", "").partition(":")[0] == (severity or "")


@pytest.mark.parametrize(
    ("login", "key", "reference"),
    [
        ({"password": "evn:X"}, "password", "env:"),
        ({"username": "flie:X"}, "username", "file:"),
        (
            {"connection_options": {"netmiko": {"extras": {"secret": "vault:x"}}}},
            "connection_options.netmiko.extras.secret",
            "command:vault kv get ...",
        ),
        ({"password": "hunter:2"}, None, ""),
        ({"password": "env:X"}, None, ""),
    ],
)
def test_a_secret_that_only_looks_like_a_reference_is_told_and_not_shown(
    tmp_path: Path, login: dict[str, Any], key: str | None, reference: str
) -> None:
    config = project(tmp_path, r1={})
    hosts = yaml.safe_load((tmp_path / "hosts.yaml").read_text())
    hosts["r1"] |= login
    (tmp_path / "hosts.yaml").write_text(yaml.safe_dump(hosts))
    ran = knockdeploy("lint", "-c", str(config), "--json")
    said = ran.findings().get("reference", "")
    start = f"warning: {key} is sent as it stands: did you mean {reference}? "
    assert said.startswith(start) if key else not said
    assert ":X" not in said
    assert "vault:x" not in said


def test_a_part_of_a_knock_that_nothing_reads_is_told(tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    hosts = yaml.safe_load((tmp_path / "hosts.yaml").read_text())
    hosts["r1"]["data"] |= {"knok": {"window_seconds": 12}, "knocks": 3, "lock": {}}
    (tmp_path / "hosts.yaml").write_text(yaml.safe_dump(hosts))
    found = knockdeploy("lint", "-c", str(config), "--json").findings()
    assert found["unread"] == "warning: data.knok: nothing reads this; did you mean knock?"


MANY = [f"site-{k * 7}" for k in range(30)]


def test_finding_of_many_has_a_short_line(tmp_path: Path) -> None:
    unlike = {"window_seconds": 2, "management_sources": []}
    hosts = {name: {} if k else unlike for k, name in enumerate(MANY)}
    hosts |= {f"{name}-b": unlike for name in MANY}
    out = knockdeploy("lint", "-c", str(project(tmp_path, **hosts))).out
    assert "and 21 more (31 hosts): warning: window-short" in out
    assert max(map(len, out.splitlines())) < 500


def test_waiver_of_no_rule_is_told(tmp_path: Path) -> None:
    waiver = {"rule": "log-sever", "reason": "ours", "until": "2099-12-31"}
    found = lint(tmp_path, r1={"waivers": [waiver]}).findings()
    assert found["waiver-unknown"].startswith("warning: unknown rule log-sever")


def test_warnings_and_mistakes_have_a_colour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = str(project(tmp_path, r1={"management_sources": []}))
    monkeypatch.setenv("FORCE_COLOR", "1")
    lines = knockdeploy("lint", "-c", config).out.splitlines()
    (warned,) = (line for line in lines if "management-none" in line)
    assert warned.startswith("\x1b[33m")
    (told,) = (line for line in lines if "info: sweep" in line)
    assert told.startswith("r1: info")
    assert knockdeploy("lint", "-c", config, "-l", "r9").err.startswith("\x1b[31merror: ")
