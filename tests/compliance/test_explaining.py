"""Which line a rule judged, by the parser that verifies; nothing secret is shown of it."""

from __future__ import annotations

from pathlib import Path

from commandline import knockdeploy

from knockdeploy.compliance.explaining import explained
from knockdeploy.compliance.findings import Finding
from knockdeploy.ios.locations import located

TEXT = """version 15.2
!
ip access-list extended A
 permit tcp any any eq 22
 deny   ip any any
control-plane host
 service-policy input PM
end
"""
SECTION = ("ip access-list extended A",)


def test_object_and_line_of_what_stands_there() -> None:
    found = located(TEXT, (*SECTION, "20 deny ip any any"))
    assert found
    assert (found.kind, found.number, found.depth) == ("IOSCfgLine", 5, 2)
    assert TEXT.splitlines()[found.number - 1].split() == found.text.split()


def test_blank_lines_of_a_file_count() -> None:
    found = located(f"\n!\n\n{TEXT}", (*SECTION, "deny ip any any"))
    assert found
    assert (found.number, found.kind) == (8, "IOSCfgLine")
    interface = located("interface Dialer1\n ip address negotiated\n", ("interface Dialer1",))
    assert interface
    assert interface.kind == "IOSCfgLine"


def test_section_of_what_is_missing() -> None:
    found = located(TEXT, ("control-plane host", "service-policy type logging input PM_L"))
    assert found
    assert (found.number, found.depth, found.text) == (6, 1, "control-plane host")
    assert located(TEXT, ("event manager applet E",)) is None


def test_explanation_has_reason_fix_finding_and_line() -> None:
    hole = Finding("exposed", "error", "22/tcp from anywhere", "permit tcp any any eq 22", SECTION)
    said = list(explained("exposed", (hole,), TEXT, lambda _parents, line: line))
    assert said[0].startswith("exposed (error): A protected service is reachable")
    assert [line.split()[0] for line in said[1:]] == ["why", "fix", "found", "line", "config"]
    assert said[-1].endswith("line 4: permit tcp any any eq 22")
    missing = ("service-policy type logging input PM_L", "event manager applet E")
    for line, parents, where in (
        (
            missing[0],
            ("control-plane host",),
            "not there; its section is line 6: control-plane host",
        ),
        (missing[1], (), "running-config has no 'event manager applet E'"),
    ):
        gone = Finding("exposed", "error", "missing", line, parents)
        *_, last = explained("exposed", (gone,), TEXT, lambda _parents, line: line)
        assert last.strip() == f"config  {where}"
    nothing = list(explained("cef", (hole,), TEXT, lambda _parents, line: line))
    assert nothing[-1].strip() == "nothing found"


def test_each_line_is_shown_as_one_below_its_parents() -> None:
    """By them a masker knows whether it has a secret."""
    hole = Finding("exposed", "error", "22/tcp from anywhere", "permit tcp any any eq 22", SECTION)
    section = Finding("exposed", "error", "no entry", "permit ip any any", SECTION)
    shown = [
        line.partition(": ")[2]
        for line in explained("exposed", (hole, section), TEXT, lambda *each: f"{each}")
        if line.startswith("    config")
    ]
    assert shown[0] == f"{(SECTION, hole.line)}"
    assert shown[1].endswith(f"{((), SECTION[0])}")


def test_at_the_command_line(tmp_path: Path) -> None:
    assert knockdeploy("init", str(tmp_path / "site")).status == 0
    config = ("-c", str(tmp_path / "site/config.yaml"))
    assert knockdeploy("render", *config, "-o", str(tmp_path / "saved")).status == 0
    file = tmp_path / "saved/branch-1.cfg"
    text = file.read_text()
    file.write_text(text.replace(" udp eq ", " udp eq 1", 1))
    ran = knockdeploy(
        "check", *config, "--from", str(tmp_path / "saved"),
        "--explain", "branch-1", "object-group",
    )  # fmt: skip
    assert ran.status == 2
    assert "    config  line " in ran.out
    assert "<other knock" in ran.out
    assert "<knock 1>" in ran.out
    ports = [line.split()[-1] for line in text.splitlines() if line.startswith(" udp eq ")]
    shown = ran.out.replace(str(tmp_path), "")  # pytest numbers its folders
    assert not any(port in shown for port in ports)
    wrong = knockdeploy("check", *config, "--explain", "branch-1", "expsed")
    assert wrong.status == 64
    assert "did you mean exposed?" in wrong.err
