"""Real configurations come back byte for byte, apart from comments and trailing blanks."""

from __future__ import annotations

from pathlib import Path

import pytest

from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FILES = sorted(CORPUS.glob("*.cfg"))


def _expected(text: str) -> list[str]:
    """Return what must come back: a second, simpler reading of what is a comment."""
    lines: list[str] = []
    delimiter = ""
    for raw in text.replace("\r\n", "\n").split("\n"):
        line = raw.rstrip()
        if delimiter:
            lines.append(line)
            delimiter = "" if delimiter in line else delimiter
            continue
        if line == "end":
            break
        words = line.split()
        if not words or words[0].startswith("!"):
            continue
        if line.startswith(("Building configuration", "Current configuration", "Using ")):
            continue
        lines.append(line)
        if line.startswith("banner ") and len(words) > 2:
            mark = "^C" if words[2].startswith("^C") else words[2][0]
            delimiter = "" if mark in line.split(maxsplit=2)[2][len(mark) :] else mark
    return lines


@pytest.mark.skipif(not FILES, reason="the corpus of real configurations is not here")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_real_configuration_comes_back(file: Path) -> None:
    text = file.read_text(errors="replace")
    assert to_text(parse(text)).splitlines() == "\n".join(_expected(text)).splitlines()


@pytest.mark.parametrize(
    "banner",
    [
        "banner motd ^C\ninterface Fake0\n ip access-group X in\n!\n\nend\n^C",
        "banner login ^CWelcome^C",
        "banner exec #\nno secrets here\n#",
        "banner motd ^CUnauthorised access\nis watched!^C",
    ],
)
def test_a_banner_is_one_line_of_the_tree(banner: str) -> None:
    config = parse(f"hostname r1\n{banner}\ninterface Real0\n shutdown\nend\n")
    assert [node.text for node in config.children] == ["hostname r1", banner, "interface Real0"]
    assert to_text(config) == f"hostname r1\n{banner}\ninterface Real0\n shutdown\n"


def test_a_certificate_keeps_its_blanks_and_tabs() -> None:
    text = "crypto pki certificate chain X\n certificate self-signed 01\n  3082 0194\n  \tquit\n"
    assert to_text(parse(text)) == text


def test_preamble_and_comments_are_no_configuration() -> None:
    text = (
        "Building configuration...\n\nCurrent configuration : 5066 bytes\n!\n"
        "! Last configuration change at 10:00:00 UTC\nversion 15.4\n!\nend\n\nr1#\n"
    )
    assert to_text(parse(text)) == "version 15.4\n"


def test_carriage_returns_and_form_feeds_split_nothing() -> None:
    assert to_text(parse("hostname r1\r\nbanner motd ^Ca\x0cb^C\r\n")).splitlines(keepends=False)
    assert len(parse("hostname r1\r\nbanner motd ^Ca\x0cb^C\r\n").children) == 2


def test_deep_sections_keep_their_indentation() -> None:
    text = (
        "policy-map P\n class C\n  police 8000\n    conform-action transmit \n"
        "    exceed-action drop \n class class-default\n  fair-queue\n"
    )
    assert to_text(parse(text)) == text.replace(" \n", "\n")


def test_a_section_that_is_indented_oddly_comes_back() -> None:
    text = "router bgp 1\n !\n address-family ipv4\n  network 10.0.0.0\n exit-address-family\n"
    assert to_text(parse(text)) == text.replace(" !\n", "")


@pytest.mark.parametrize(
    "text",
    [
        "no service sequence-numbers\n",
        "no archive\n",
        "no object-group service OG_Knock\n",
        "no ip access-list extended ACL_Internet_In\n",
        "no event manager applet EEM_Knock\n",
        "no event manager environment _knock_Timeout\n",
        "no class-map match-any CM_CoPP_Knock\n",
        "no policy-map PM_CoPP\n",
        "interface GigabitEthernet9/9\n no ip access-group ACL_Internet_In in\n",
        "control-plane host\n no service-policy input PM_CoPP\n",
        "policy-map PM_CoPP\n class CM_CoPP_Knock\n  no drop\n",
    ],
)
def test_a_line_of_the_recipe_that_is_said_to_be_off_is_none(text: str) -> None:
    """An explicit `no` of what is off by default: some images, and people, write it down."""
    kept = "".join(f"{line}\n" for line in text.splitlines() if " no " not in f" {line}")
    assert to_text(parse(text)) == kept


def test_what_is_on_by_default_and_off_is_kept() -> None:
    text = (
        "no service pad\nno ip http server\ninterface Serial0/0\n no ip address\n no fair-queue\n"
    )
    assert to_text(parse(text)) == text
