"""Which mode a typed line enters, leaves or falls through."""

from __future__ import annotations

import pytest
from typed_lines import ONE_LIST, shown, typed

from knockdeploy.ios.grammar import mode_of


@pytest.mark.parametrize(
    ("lines", "mode"),
    [
        (("interface Gi0/0",), "config-if"),
        (("interface GigabitEthernet0/0.10",), "config-subif"),
        (("ip access-list extended X",), "config-ext-nacl"),
        (("ip access-list standard X",), "config-std-nacl"),
        (("object-group service G",), "config-service-group"),
        (("object-group network G",), "config-network-group"),
        (("class-map match-any C",), "config-cmap"),
        (("class-map type logging match-any C",), "config-cmap"),
        (("policy-map P",), "config-pmap"),
        (("policy-map P", "class class-default"), "config-pmap-c"),
        (("control-plane",), "config-cp"),
        (("control-plane host",), "config-cp-host"),
        (("event manager applet A",), "config-applet"),
        (("event manager applet A", "trigger occurs 1 period 10"), "config-applet-trigger"),
        (("archive",), "config-archive"),
        (("line vty 0 4",), "config-line"),
    ],
    ids=lambda value: " / ".join(value) if isinstance(value, tuple) else None,
)
def test_a_header_enters_its_mode(lines: tuple[str, ...], mode: str) -> None:
    entered = typed("", *lines).mode
    assert entered is not None
    assert mode_of(entered) == mode


def test_exit_leaves_one_mode_and_end_all() -> None:
    inside = ("class-map match-any C", "policy-map P", "class class-default")
    assert typed("", *inside, "exit").mode == ("policy-map P",)
    assert typed("", *inside, "exit", "exit").mode == ()
    assert typed("", "exit").mode is None
    assert typed("", *inside, "end").mode is None


def test_a_certificate_ends_with_quit_which_is_printed() -> None:
    chain, number, data = "crypto pki certificate chain TP", "certificate self-signed 01", "3082 01"
    lines = chain, number, data, "quit"
    assert typed("", *lines).mode == (chain,)
    assert shown("", *lines) == f"{chain}\n {number}\n  {data}\n  \tquit\n"
    assert typed("", chain, number, data).mode == (chain, number)


@pytest.mark.parametrize("line", ["", "   ", "! a comment", " ! another"])
def test_blank_lines_and_comments_do_nothing(line: str) -> None:
    assert typed(ONE_LIST, "ip access-list extended X", line).mode == ("ip access-list extended X",)
    assert shown(ONE_LIST, "ip access-list extended X", line) == ONE_LIST


@pytest.mark.parametrize(
    ("line", "mode"),
    [
        ("hostname r9", ()),
        ("ip route 0.0.0.0 0.0.0.0 10.0.0.1", ()),
        ("policy-map P", ("policy-map P",)),
        ("interface Gi0/1", ("interface GigabitEthernet0/1",)),
        ("event manager environment _x 1", ()),
        ("line vty 0 4", ("line vty 0 4",)),
    ],
)
@pytest.mark.parametrize(
    "inside",
    [
        ("interface Gi0/0",),
        ("ip access-list extended X",),
        ("object-group service G",),
        ("class-map match-any C", "policy-map Q", "class C"),
        ("event manager applet A", "trigger occurs 1"),
        ("line con 0",),
    ],
    ids=lambda value: value[-1],
)
def test_a_line_of_another_mode_falls_through(
    inside: tuple[str, ...], line: str, mode: tuple[str, ...]
) -> None:
    """A running-config can be pasted: IOS leaves a sub-mode by itself."""
    assert typed("", *inside, line).mode == mode
