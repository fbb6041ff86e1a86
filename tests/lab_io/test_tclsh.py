"""A file typed through `tclsh`, as ios-facts-more §C has it."""

from __future__ import annotations

import hashlib

import pytest

from knockdeploy.lab.faults import Faults
from lab_io.conftest import Console

TYPED = 'tclsh\nputs [open "flash:watch.tcl" w+] {one\rset a {two}\r}\r'


def test_prompts_ask_for_more_until_the_brace_is_closed(console: Console) -> None:
    assert console.type(f"{TYPED}tclquit\n").startswith(
        'r2#tclsh\nr2(tcl)#puts [open "flash:watch.tcl" w+] {one\n'
        "+>(tcl)#set a {two}\n+>(tcl)#}\nr2(tcl)#tclquit\nr2#"
    )


def test_the_file_is_there_once_the_shell_is_left_with_a_newline_more(console: Console) -> None:
    flash = console.machine.router.flash
    console.type(TYPED)
    assert "watch.tcl" not in flash
    digest = hashlib.md5(b"one\nset a {two}\n\n", usedforsecurity=False).hexdigest()
    seen = console.type(f"{TYPED}tclquit\nverify /md5 flash:watch.tcl\nmore flash:watch.tcl\n")
    assert f".MD5 of flash:watch.tcl Done!\nverify /md5 (flash:watch.tcl) = {digest}\n" in seen
    assert "\none\nset a {two}\n\nr2#" in seen


def test_a_newline_inside_braces_is_a_statement_of_its_own(console: Console) -> None:
    """So netmiko's authors found: line ends inside go as carriage returns."""
    seen = console.type('tclsh\nputs [open "flash:watch.tcl" w+] {one\ntwo\n}\ntclquit\n')
    assert "missing close-brace" in seen
    assert "watch.tcl" not in console.machine.router.flash


def test_what_is_no_tcl_is_the_routers(console: Console) -> None:
    seen = console.type("tclsh\nshow privilege\ntclquit\n")
    assert "r2(tcl)#show privilege\nCurrent privilege level is 15\n" in seen


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        (Faults(flash_read_only=True), "read-only file system"),
        (Faults(flash_bytes=10), "no space left on device"),
    ],
)
def test_a_file_that_flash_does_not_take(console: Console, faults: Faults, why: str) -> None:
    console.machine.faults = faults
    assert why in console.type(f"{TYPED}tclquit\n")
    assert "watch.tcl" not in console.machine.router.flash


def test_verify_says_what_is_not_there(console: Console) -> None:
    seen = console.type("verify /md5 flash:gone.tcl\n")
    assert "%Error verifying flash:gone.tcl (No such file or directory)" in seen
