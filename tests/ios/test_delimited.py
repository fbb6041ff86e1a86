"""Every command with a delimited text: nothing inside it is configuration, typed or read."""

from __future__ import annotations

import pytest
from corpus.test_typing import _typed as typed
from planning import masker as masker_of

from knockdeploy.compliance.transcript import redacted
from knockdeploy.intent import Names
from knockdeploy.ios.delimited import is_prose
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.ios.view import own_addresses
from knockdeploy.sequence import Knock, KnockSequence

INSIDE = (
    "\n\ninterface GigabitEthernet0/0\n ip address 192.0.2.66 255.255.255.0\n!\nend\n"
    "do reload\nno ip access-list extended ACL_Internet_In\n the password is Tr0ub4dor "
)
GLOBAL = [
    "banner motd ^C{}^C",
    "banner login *{}*",
    "banner exec #{}#",
    "banner incoming \x03{}\x03",
    "banner prompt-timeout Z{}Z",
    'banner slip-ppp "{}"',
    "aaa authentication banner ^C{}^C",
    "aaa authentication fail-message ^C{}^C",
    "ip auth-proxy auth-proxy-banner http ^C{}^C",
    "ip admission auth-proxy-banner telnet %{}%",
    "menu Ops title ^C{}^C",
    "menu Ops prompt #{}#",
]
SECTIONS = {
    "refuse-message ^C{}^C": "line vty 0 4",
    "vacant-message %{}%": "line con 0",
    "banner ^C{}^C": "crypto isakmp client configuration group Staff",
}
MACRO = "macro name Uplink\ninterface GigabitEthernet0/0\nend\n@"
AROUND = "hostname r1\n{}interface GigabitEthernet0/1\n ip address 192.0.2.1 255.255.255.0\n"
TEXTS = [
    *(f"{text.format(INSIDE)}\n" for text in GLOBAL),
    *(f"{header}\n {text.format(INSIDE)}\n" for text, header in SECTIONS.items()),
    f"{MACRO}\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_stands_inside_is_one_line_of_the_tree(text: str) -> None:
    config = parse(AROUND.format(text))
    assert len(config.children) == 3
    assert own_addresses(config) == ("192.0.2.1",)
    read = AROUND.format("\n".join(line.rstrip() for line in text.split("\n")))
    assert to_text(config) == read


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_typed_inside_is_not_run(text: str) -> None:
    router, refused = typed(AROUND.format(text))
    assert not refused
    assert own_addresses(router.running) == ("192.0.2.1",)
    assert router.running == parse(to_text(router.running))
    assert "do reload" in to_text(router.running) or "macro" in text


@pytest.mark.parametrize("text", TEXTS[:-1])
def test_what_stands_inside_is_shown_to_no_stranger(text: str) -> None:
    masker = masker_of(KnockSequence((Knock(46543), Knock(28654), Knock(40204))), b"key", Names())
    shown = redacted(AROUND.format(text), masker)
    assert "Tr0ub4dor" not in shown
    assert "192.0.2.66" not in shown
    assert (
        shown.count("\n")
        == AROUND.count("\n") + text.split("\n", 1)[0].startswith(("line", "crypto")) + 1
    )


@pytest.mark.parametrize(
    "line",
    [
        "banner motd",
        "banner file flash:hello.html",
        "banner exec ^Cone line^C",
        "no refuse-message",
        "menu Ops text 1 Telnet to the core",
        "menu Ops command 1 telnet 192.0.2.9",
        "aaa authentication login default local",
        'aaa authentication banner "closed"',
        "macro description Uplink",
    ],
)
def test_what_begins_no_text_ends_with_its_line(line: str) -> None:
    assert len(parse(f"{line}\nhostname r1\n").children) == 2


def test_the_names_in_it_are_nobodys() -> None:
    assert is_prose("banner motd ^C\nOG_Knock is ours\n^C")
    assert is_prose("refuse-message ^C OG_Knock ^C")
    assert not is_prose("menu Ops command 1 telnet OG_Knock")
