"""A new session needs a VTY line whose access-class admits it, and that is no list of ours."""

from __future__ import annotations

import pytest

from knockdeploy.errors import LockoutError
from knockdeploy.ios.parse import parse
from knockdeploy.ios.vty_lines import vty_lines
from knockdeploy.operator import Operator

from .support import INSIDE, US, plan_for, router

LINES = "line vty 0 4\n transport input ssh\n"
OPERATOR = Operator(US, INSIDE, "GigabitEthernet0/1")
LISTS = """\
ip access-list standard OFFICE
 permit 192.0.2.0 0.0.0.255
 deny   any log
ip access-list standard ALL
 remark everybody
 permit any
ip access-list extended SSH
 permit tcp host 198.51.100.7 any eq 22
access-list 23 permit 198.51.100.0 0.0.0.7
access-list 24 permit 198.51.100.8
access-list 24 deny   any
"""


def with_lines(lines: str, interface: str = "") -> str:
    return router(LISTS, inside=interface).replace(LINES, lines)


@pytest.mark.parametrize(
    "lines",
    [
        "line vty 0 4\n access-class 23 in\n",
        "line vty 0 4\n access-class ALL in\n",
        "line vty 0 4\n access-class SSH in\n",
        "line vty 0 4\n access-class OFFICE out\n",
        "line vty 0 4\n access-class NOBODY-DEFINED-IT in\n",
        "line vty 0 4\n access-class 24 in\n transport input telnet\nline vty 5 15\n",
    ],
)
def test_line_admits_a_new_session(lines: str) -> None:
    assert not plan_for(with_lines(lines), OPERATOR).warnings


@pytest.mark.parametrize("acl", ["24", "OFFICE"])
def test_line_that_refuses_every_new_session_is_named(acl: str) -> None:
    lines = f"line vty 0 4\n access-class {acl} in\nline vty 5 15\n access-class 24 in\n"
    with pytest.raises(LockoutError) as caught:
        plan_for(with_lines(lines), OPERATOR)
    assert f"'access-class {acl} in' of 'line vty 0 4'" in caught.value.message
    assert acl in caught.value.hint


def test_line_that_refuses_where_others_do_not_is_warned_of() -> None:
    lines = "line vty 0 3\nline vty 4\n access-class 24 in\n"
    (warning,) = plan_for(with_lines(lines), OPERATOR).warnings
    assert "'access-class 24 in' of 'line vty 4'" in warning


def test_session_in_a_vrf_needs_a_line_that_takes_those() -> None:
    vrf = " ip vrf forwarding MGMT\n"
    with pytest.raises(LockoutError, match="access-class 23 in"):
        plan_for(with_lines("line vty 0 4\n access-class 23 in\n", vrf), OPERATOR)
    assert plan_for(with_lines("line vty 0 4\n access-class 23 in vrf-also\n", vrf), OPERATOR)


def test_lines_are_read_with_their_numbers() -> None:
    text = "line con 0\nline vty 0 4\n access-class 23 in\nline vty 5\n transport input none\n"
    assert [
        (each.first, each.last, each.acl, each.takes_ssh) for each in vty_lines(parse(text))
    ] == [
        (0, 4, "23", True),
        (5, 5, "", False),
    ]
