"""Plan and check from saved configurations: no router, no credentials, no lock-out check."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from cli.support import project
from commandline import Ran
from commandline import knockdeploy as cli
from corpus.support import CLASSIC, XE, each, needs_corpus
from e2e.support import NEW, OPEN, STRICT, edit_host, intend, knockdeploy, lab

from knockdeploy.errors import IntentError
from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.shell.show_config import printed
from knockdeploy.octets import bytes_of
from knockdeploy.recipe.engine.tcl_policy import policy_name
from knockdeploy.store.config_files import load_saved

CONFIG = "version 15.2\nhostname r1\n!\ninterface GigabitEthernet0/0\n ip address dhcp\n!\nend\n"
# What RANCID and Oxidized put above a configuration.
RANCID = "!RANCID-CONTENT-TYPE: cisco\n!\n!Chassis type: 2911 - a router\n!Flash: 250880K\n!\n"
OXIDIZED = "! Cisco IOS Software, C2900 Software, Version 15.2(4)M6\n! \n! Image: flash0:c2900\n"


@pytest.fixture(scope="module")
def lab_of_three() -> Iterator[Fabric]:
    with lab(3) as running:
        yield running


def save(running: Fabric, folder: Path, name: str = "r1", ending: str = "", above: str = "") -> str:
    """Save what a router shows, without asking it."""
    router = running.routers[name].router
    text = running.call(lambda: printed(router.running))
    (folder / f"{name}{ending}").write_text(above + text)
    return text


def positions(running: Fabric, folder: Path, name: str = "r1") -> None:
    lines = running.call(running.routers[name].router.access_lists)
    (folder / f"{name}.acl").write_text("\n".join(lines) + "\n")


def from_(running: Fabric, folder: Path, command: str, *more: str) -> Ran:
    before = [len(machine.box.typed) for machine in running.routers.values()]
    ran = knockdeploy(running, command, "--from", str(folder), "--json", *more)
    assert [len(machine.box.typed) for machine in running.routers.values()] == before
    return ran


def test_the_file_of_a_policy_is_there_where_the_configuration_names_it(tmp_path: Path) -> None:
    """A saved configuration has no files to look at: it is taken at its word."""
    config = str(project(tmp_path, r1={"engine": "tcl", "new_acl_entries": ["permit ip any any"]}))
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "r1").write_text(CONFIG)
    typed = json.dumps(cli("plan", "-c", config, "--from", str(saved), "--json").document)
    policy = f"event manager policy {policy_name('knock.tcl')}"
    named = f'event manager directory user policy "flash:/"\n{policy}\n'
    (saved / "r1").write_text(CONFIG.replace("end\n", f"{named}end\n"))
    again = json.dumps(cli("plan", "-c", config, "--from", str(saved), "--json").document)
    assert ("policy-file" in typed, "policy-file" in again) == (True, False)


@pytest.mark.lab
def test_a_set_up_without_our_record_is_checked(lab_of_three: Fabric, tmp_path: Path) -> None:
    # The control plane's list may have been typed by somebody: its numbers are wanted as well.
    assert knockdeploy(lab_of_three, "render", "-o", str(tmp_path), "-l", "r1").status == 0
    checked = from_(lab_of_three, tmp_path, "check", "-l", "r1")
    assert (checked.status, checked.host()["status"]) == (2, "drifted")
    found = [each["rule"] for each in checked.host()["findings"] if each["severity"] != "info"]
    assert found == ["ownership-record"]  # nothing of what was rendered is missing


@pytest.mark.lab
def test_plan_from_files_is_that_from_the_routers(lab_of_three: Fabric, tmp_path: Path) -> None:
    running = lab_of_three
    asked = knockdeploy(running, "plan", "--json")
    for name, ending, above in (("r1", "", ""), ("r2", ".cfg", RANCID), ("r3", ".conf", OXIDIZED)):
        save(running, tmp_path, name, ending, above)
        positions(running, tmp_path, name)
    planned = from_(running, tmp_path, "plan")
    assert (asked.status, planned.status) == (2, 2)
    for name in running.routers:
        for key in ("status", "diff", "commands", "undo"):
            assert planned.host(name)[key] == asked.host(name)[key]
        assert any("lock you out" in text for text in planned.host(name)["warnings"])
        assert set(asked.host(name)["warnings"]) < set(planned.host(name)["warnings"])


@pytest.mark.lab
def test_positions_are_taken_to_be_those_after_a_reload(
    lab_of_three: Fabric, tmp_path: Path
) -> None:
    save(lab_of_three, tmp_path, "r3", ".txt")
    planned = from_(lab_of_three, tmp_path, "plan", "-l", "r3").host("r3")
    assert any("r3.acl" in text and "10, 20" in text for text in planned["warnings"])
    lines = [command["line"] for command in planned["commands"]]
    assert any(line.startswith(("5 ", "6 ")) for line in lines)  # below 10
    told = knockdeploy(lab_of_three, "plan", "--from", str(tmp_path), "-l", "r3")
    assert "r3: warning: " in told.out


@pytest.mark.lab
def test_check_tells_drift_and_says_what_it_could_not_see(
    lab_of_three: Fabric, tmp_path: Path
) -> None:
    running = lab_of_three
    save(running, tmp_path, "r1")
    assert from_(running, tmp_path, "check", "-l", "r1").status == 2
    with lab(kind=STRICT) as other:
        assert knockdeploy(other, "deploy", "--yes", "--no-proof").status == 0
        text = save(other, tmp_path, "r1", ".cfg")
        (tmp_path / "r1").unlink()
        checked = from_(other, tmp_path, "check")
        assert checked.status == 0, checked.out
        found = checked.host()["findings"]
        assert [(f["severity"], f["rule"]) for f in found] == [
            ("info", "saved"),
            ("info", "not-judged"),
        ]
        lines = [line for line in text.splitlines() if "deny   object-group" not in line]
        (tmp_path / "r1.cfg").write_text("\n".join(lines))
        drifted = from_(other, tmp_path, "check")
        assert drifted.status == 2
        assert {f["rule"] for f in drifted.host()["findings"] if f["severity"] != "info"} == {
            "access-list",
            "exposed",
        }


@pytest.mark.lab
def test_no_credentials_are_needed(tmp_path: Path) -> None:
    with lab(kind=OPEN) as running:
        save(running, tmp_path, "r1")
        edit_host(running, password="env:NOBODY_SETS_THIS")
        assert from_(running, tmp_path, "plan").status == 2
        assert knockdeploy(running, "plan").status == 64


@pytest.mark.lab
def test_host_without_a_file_fails_alone(lab_of_three: Fabric, tmp_path: Path) -> None:
    save(lab_of_three, tmp_path, "r2")
    ran = from_(lab_of_three, tmp_path, "plan")
    assert ran.status == 1
    assert ran.document["summary"] == {"failed": 2, "changed": 1}
    error = ran.host("r1")["error"]
    assert error["kind"] == "input"
    for word in (str(tmp_path), "r1, r1.cfg, r1.conf, r1.txt"):
        assert word in error["message"]


@pytest.mark.lab
def test_no_folder_is_a_usage_error(lab_of_three: Fabric, tmp_path: Path) -> None:
    ran = from_(lab_of_three, tmp_path / "nowhere", "check")
    assert ran.status == 64
    assert "no such folder" in ran.document["errors"][0]["message"]


@pytest.mark.lab
@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (CONFIG.replace("version 15.2", "version 16.9"), "unsupported", "IOS-XE"),
        (CONFIG.replace("version 15.2", "version 12.2"), "unsupported", "12.2"),
        ("a shopping list\n", "input", "running-config"),
        ("", "input", "running-config"),
        (CONFIG.replace("0/0", "7/7"), "input", "GigabitEthernet0/0"),
    ],
    ids=["xe", "too-old", "something-else", "empty", "no-such-interface"],
)
def test_what_cannot_be_planned_is_a_sentence(
    lab_of_three: Fabric, tmp_path: Path, text: str, kind: str, words: str
) -> None:
    (tmp_path / "r1.cfg").write_text(text)
    for command in ("plan", "check"):
        ran = from_(lab_of_three, tmp_path, command, "-l", "r1")
        assert ran.status == 1
        assert ran.host()["error"]["kind"] == kind
        assert words in ran.host()["error"]["message"]


@pytest.mark.lab
def test_positions_that_fit_no_list_are_refused(lab_of_three: Fabric, tmp_path: Path) -> None:
    save(lab_of_three, tmp_path, "r2")
    (tmp_path / "r2.acl").write_text("Extended IP access list ACL_WAN\n    10 permit ip any any\n")
    error = from_(lab_of_three, tmp_path, "plan", "-l", "r2").host("r2")["error"]
    assert error["kind"] == "unsupported"
    assert "disagree" in error["message"]


@pytest.mark.lab
def test_file_that_is_cut_off_is_warned_of(tmp_path: Path) -> None:
    with lab(kind=NEW) as running:
        text = save(running, tmp_path, "r1")
        (tmp_path / "r1").write_text(text.removesuffix("end\n"))
        warnings = from_(running, tmp_path, "plan").host()["warnings"]
        assert any("no `end`" in warning for warning in warnings)


def test_names_are_tried_in_order(tmp_path: Path) -> None:
    for ending in (".txt", ".conf", ".cfg", ""):
        (tmp_path / f"r1{ending}").write_text(f"{CONFIG}! {ending or 'bare'}\n")
        assert (ending or "bare") in load_saved(tmp_path, "r1").text
    (tmp_path / "r1").unlink()
    (tmp_path / "r1").mkdir()  # a folder of that name is no configuration
    assert load_saved(tmp_path, "r1").file.name == "r1.cfg"


def test_a_folder_is_told_from_a_file_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "r1.cfg").mkdir()
    with pytest.raises(IntentError, match=r"r1\.cfg is a folder, not a saved configuration"):
        load_saved(tmp_path, "r1")
    with pytest.raises(IntentError, match="no saved configuration of r2"):
        load_saved(tmp_path, "r2")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x7fELF\0\0\0\0", "not a text file"),
        (CONFIG.encode("utf-16"), "not a text file"),
        (b"x" * 16_000_001, "longer than"),
    ],
    ids=["binary", "utf-16", "huge"],
)
def test_file_that_is_none_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "r1.cfg").write_bytes(data)
    with pytest.raises(IntentError, match=words):
        load_saved(tmp_path, "r1")


FLAT = CONFIG.replace("\n ", "\n")
CUT = CONFIG.removesuffix("end\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (FLAT, "no line is indented"),
        (CONFIG.replace("\n ", "\n\t"), "no line is indented"),
        (CONFIG.replace("\n ", "\n  "), "no line is indented by one space"),
        (CUT, "it is cut off"),
        (CUT + "ip access-list extended ACL_WAN\n permit ip an", "it is cut off"),
        (CONFIG.replace("!\n", " --More--\\b\n", 1), "it contains a pager's '--More--'"),
        (": Saved\n:\nASA Version 9.8(2)\n" + CONFIG, "it is ASA's"),
        ("!Command: show running-config\nversion 7.0(3)I4(7)\n" + CONFIG, "it is NX-OS's"),
        ("!! IOS XR Configuration 6.1.2\n" + CONFIG, "it is IOS-XR's"),
        ("! device: leaf1 (DCS-7050, EOS-4.20.1F)\n" + CONFIG, "it is EOS's"),
        ("set version 12.1X47\nset system host-name r1\n", "it is Junos's"),
        ("system {\n    host-name r1;\n}\n", "it is Junos's"),
        ("milk\neggs\n", "it has neither version, hostname nor interfaces"),
    ],
)
def test_what_cannot_be_a_running_config_is_named_with_the_reason(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "r1.cfg").write_text(text)
    with pytest.raises(IntentError, match=rf"r1\.cfg is not an IOS running-config: {reason}"):
        load_saved(tmp_path, "r1")


def test_a_pager_in_a_saved_session_leaves_nothing(tmp_path: Path) -> None:
    erased = " --More-- " + "\b" * 9 + " " * 8 + "\b" * 9
    (tmp_path / "r1").write_text(CONFIG.replace("\n ", f"\n{erased} ").replace("\n", "\r\n"))
    assert load_saved(tmp_path, "r1").text == CONFIG


@needs_corpus
@each([*CLASSIC, *XE])
def test_real_configurations_are_taken_for_such(tmp_path: Path, file: Path) -> None:
    if file.name == "cisco-config-analysis-tool-e7cb081f.cfg":  # somebody's excerpt
        return
    (tmp_path / "r1").write_bytes(file.read_bytes())
    assert load_saved(tmp_path, "r1").text


def test_windows_and_old_letters_are_read(tmp_path: Path) -> None:
    text = "\ufeff" + CONFIG.replace("\n", "\r\n")
    (tmp_path / "r1").write_bytes(text.encode("utf-8"))
    assert load_saved(tmp_path, "r1").text == CONFIG
    (tmp_path / "r2").write_bytes(b"banner motd #caf\xe9#\n" + CONFIG.encode())
    saved = load_saved(tmp_path, "r2")
    assert bytes_of(saved.text).startswith(b"banner motd #caf\xe9#\n")
    assert saved.is_whole


@pytest.mark.parametrize("command", ["plan", "check"])
def test_a_file_that_no_router_prints_is_to_be_saved_again(tmp_path: Path, command: str) -> None:
    """IOS takes `drop` under a class alone, and prints it nowhere else."""
    (tmp_path / "saved").mkdir()
    record = "event manager environment _knock_Owned v2,engine.sequence=ours"
    edited = CONFIG.replace("end\n", f"policy-map PM_CoPP\n drop\n{record}\nend\n")
    (tmp_path / "saved/r1.cfg").write_text(edited)
    config = str(project(tmp_path / "p", r1={"new_acl_entries": ["permit ip any any"]}))
    ran = cli(command, "-c", config, "--from", str(tmp_path / "saved"))
    assert "save it again from the router" in ran.out
    assert "Traceback" not in ran.out + ran.err


@pytest.mark.parametrize("quote", ["\u201c".encode(), b"\x93"], ids=["UTF-8", "Windows"])
def test_the_quotes_of_the_article_break_no_check(tmp_path: Path, quote: bytes) -> None:
    """It prints typographic quotes, and IOS keeps the octets that somebody pasted."""
    (tmp_path / "saved").mkdir()
    line = b"action 0010 regexp " + quote + b'^([0-9]+):.*DROP.* ([0-9.]+)" "$_syslog_msg" a b c'
    event = b'event tag _knock_Tag_E1 syslog pattern ".*%CP-6-UDP.*46543.*$"'
    applet = b"\n ".join((b"event manager applet EEM_Knock", event, line)) + b"\n"
    saved = CONFIG.encode().replace(b"end\n", applet + b"end\n")
    (tmp_path / "saved/r1.cfg").write_bytes(saved)
    config = str(project(tmp_path / "p", r1={"new_acl_entries": ["permit ip any any"]}))
    page = tmp_path / "page.html"
    words = ("--from", str(tmp_path / "saved"), "--json", "--format", f"html={page}")
    ran = cli("check", "-c", config, *words)
    assert (ran.status, "not stored" in ran.err) == (2, False), ran.out
    document = json.dumps(ran.document, ensure_ascii=False)
    assert document.encode()  # no half of a letter
    seen = line.decode("utf-8" if len(quote) > 1 else "latin-1")
    assert json.dumps(seen, ensure_ascii=False) in document
    assert page.exists()


def test_name_that_leads_elsewhere_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.cfg").write_text(CONFIG)
    folder = tmp_path / "saved"
    folder.mkdir()
    with pytest.raises(IntentError, match="no saved configuration"):
        load_saved(folder, "../secret")


def test_file_without_permission_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "r1").write_text(CONFIG)
    denied = PermissionError(errno.EACCES, "Permission denied")  # root may read everything
    with (
        mock.patch.object(os, "open", side_effect=denied),
        pytest.raises(IntentError, match=r"cannot be read: Permission denied"),
    ):
        load_saved(tmp_path, "r1")


@pytest.mark.lab
def test_drift_is_found_where_its_repair_would_be_refused(tmp_path: Path) -> None:
    with lab(kind=STRICT) as running:
        intend(running, services=["443/tcp"], management_sources=["192.0.2.0/24"], outside_ports={})
        assert knockdeploy(running, "deploy", "--yes", "--no-proof").status == 0
        # 22 would be open to them from the line in the group to that which takes their entry away
        intend(running, services=["22/tcp", "443/tcp"], management_sources=[])
        refused = knockdeploy(running, "deploy", "--yes", "--no-proof", "--open")
        assert "r1  failed [opens]" in refused.out
        assert "+  tcp eq 22" in refused.out.splitlines()  # what is refused is shown
        save(running, tmp_path)
        for checked in (knockdeploy(running, "check", "--json"), from_(running, tmp_path, "check")):
            assert (checked.status, checked.host()["status"]) == (2, "drifted")
