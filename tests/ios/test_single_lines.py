"""Lines that exist once: a second one takes the place of the first."""

from __future__ import annotations

import pytest
from typed_lines import shown, typed


@pytest.mark.parametrize(
    ("config", "lines", "after"),
    [
        ("hostname a\n", ("hostname b",), "hostname b\n"),
        (
            "event manager environment _x 1\n",
            ("event manager environment _x 2",),
            "event manager environment _x 2\n",
        ),
        (
            "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.0.0.0\n",
            ("interface gi0/0", "ip address 10.0.0.2 255.0.0.0"),
            "interface GigabitEthernet0/0\n ip address 10.0.0.2 255.0.0.0\n",
        ),
        (
            "interface GigabitEthernet0/0\n no ip address\n",
            ("interface GigabitEthernet0/0", "ip address 10.0.0.2 255.0.0.0"),
            "interface GigabitEthernet0/0\n ip address 10.0.0.2 255.0.0.0\n",
        ),
        (
            "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.0.0.0\n",
            ("interface GigabitEthernet0/0", "ip address 10.0.0.2 255.0.0.0 secondary"),
            "interface GigabitEthernet0/0\n ip address 10.0.0.1 255.0.0.0\n"
            " ip address 10.0.0.2 255.0.0.0 secondary\n",
        ),
        (
            "interface GigabitEthernet0/0\n ip access-group A in\n ip access-group B out\n",
            ("interface GigabitEthernet0/0", "ip access-group C in"),
            "interface GigabitEthernet0/0\n ip access-group C in\n ip access-group B out\n",
        ),
        (
            "interface GigabitEthernet0/0\n shutdown\n",
            ("interface GigabitEthernet0/0", "no shutdown"),
            "interface GigabitEthernet0/0\n",
        ),
        (
            "interface GigabitEthernet0/0\n",
            ("interface GigabitEthernet0/0", "no shutdown"),
            "interface GigabitEthernet0/0\n",
        ),
        (
            "no service password-encryption\n",
            ("no service password-encryption",),
            "no service password-encryption\n",
        ),
        ("scheduler allocate 20000 1000\n", ("no scheduler allocate 20000 1000",), ""),
        ("", ("no scheduler allocate",), "no scheduler allocate\n"),
        ("no ip http server\n", ("ip http server",), "ip http server\n"),
        ("ip http server\n", ("no ip http server",), "no ip http server\n"),
        (
            "event manager applet A\n trigger occurs 1 period 5\n  correlate event E1\n",
            ("event manager applet A", "trigger occurs 1 period 10"),
            "event manager applet A\n trigger occurs 1 period 10\n  correlate event E1\n",
        ),
        (
            "event manager applet A\n action 0020 end\n",
            ("event manager applet A", "action 0010 if $x eq 1", "action 0020 exit"),
            'event manager applet A\n action 0010 if $x eq "1"\n action 0020 exit\n',
        ),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else None,
)
def test_a_line_that_exists_once_is_replaced(
    config: str, lines: tuple[str, ...], after: str
) -> None:
    assert shown(config, *lines) == after


@pytest.mark.parametrize("name", ["GigabitEthernet0/0", "gi0/0", "Gi 0/0", "gigabitethernet 0/0"])
def test_an_interface_has_many_spellings(name: str) -> None:
    config = "interface GigabitEthernet0/0\n shutdown\n"
    assert typed(config, f"interface {name}").mode == ("interface GigabitEthernet0/0",)
    assert shown(config, f"interface {name}", "no shutdown") == "interface GigabitEthernet0/0\n"


def test_a_section_stands_before_those_of_later_kinds() -> None:
    """ios-facts §7: object-groups before interfaces; where `multilink` stands differs."""
    config = (
        "object-group service A\n tcp eq 22\nmultilink bundle-name authenticated\n"
        "interface GigabitEthernet0/0\n"
    )
    sections = [each.text for each in typed(config, "object-group service B").config.children]
    assert sections.index("object-group service B") < sections.index("interface GigabitEthernet0/0")


def test_sequence_numbers_stand_behind_password_encryption() -> None:
    """A real running-config (ios-facts §7)."""
    config = (
        "version 15.4\nservice timestamps log uptime\nservice password-encryption\nhostname r1\n"
    )
    assert shown(config, "service sequence-numbers").splitlines()[3] == "service sequence-numbers"
