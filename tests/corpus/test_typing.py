"""A running-config can be typed: every section opens its mode, every line finds its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter

from .support import CLASSIC, config_of, each, needs_corpus, reasons

# The default: typed by whoever made the file, and not printed.
_NOT_PRINTED = {"no shutdown"}


def _typed(text: str) -> tuple[VirtualRouter, list[str]]:
    """Type ``text`` into an empty router; return it and the lines it refused."""
    # class-default of a firewall's policy is printed on some images, on others not
    behaviour = Behaviour(class_default="drop" if "class class-default" in text else "none")
    router = VirtualRouter("", name="empty", clock=ManualClock(), behaviour=behaviour)
    line = router.lines.open_line("netops")
    assert line is not None
    refused = []
    mode: tuple[str, ...] = ()
    for text_line in text.splitlines():
        new, answer = router.configure(mode, text_line)
        assert new is not None, f"{text_line!r} left configuration mode"
        refused += [text_line] if answer else []
        mode = new
    return router, refused


def _lines(config: Node) -> list[str]:
    """Return the lines, without their indentation: 12.4 gives some sections two or three blanks."""
    lines = (line.strip() for line in to_text(config).splitlines())
    return [line for line in lines if line not in _NOT_PRINTED]


@needs_corpus
@each([file for file in CLASSIC if file.name not in reasons("not_typeable")])
def test_a_real_configuration_types_itself_into_an_empty_router(file: Path) -> None:
    config = config_of(file)
    router, refused = _typed(to_text(config))
    assert not refused
    assert _lines(router.running) == _lines(config)
    assert _tree(router.running) == _tree(config)


def _tree(node: Node) -> tuple[str, tuple[object, ...]]:
    children = (child for child in node.children if child.text not in _NOT_PRINTED)
    return node.text.strip(), tuple(_tree(child) for child in children)


@pytest.mark.parametrize("delimiter", ["^C", "#", "\x03"])
def test_a_banner_is_typed_over_several_lines(delimiter: str) -> None:
    text = f"banner motd {delimiter}\n\ninterface Fake0\n shutdown\n!\nend\n{delimiter}\n"
    router, refused = _typed(f"hostname r1\n{text}interface GigabitEthernet0/0\n shutdown\n")
    assert not refused
    assert to_text(router.running) == (
        f"hostname r1\ninterface GigabitEthernet0/0\n shutdown\n{text}"
    )


def test_what_follows_the_delimiter_of_a_banner_is_lost() -> None:
    router, _ = _typed("banner exec #\nhello# interface Fake0\nhostname r9\n")
    assert to_text(router.running) == "hostname r9\nbanner exec #\nhello#\n"


def test_a_certificate_is_typed_until_quit() -> None:
    text = (
        "crypto pki certificate chain TP-self-signed-1\n certificate self-signed 01\n"
        "  30820229 30820192 A0030201 02020101 300D0609\n  \tquit\nip domain name example.net\n"
    )
    router, refused = _typed(text)
    assert not refused
    assert sorted(to_text(router.running).splitlines()) == sorted(text.splitlines())
    assert router.running == parse(to_text(router.running))
