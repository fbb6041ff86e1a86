"""Where two sequences of lines begin to differ, and where they end to."""

from __future__ import annotations

from itertools import product

from knockdeploy.plan.resequence import making_room
from knockdeploy.plan.sequences import apart, n_same

WORDS = tuple("".join(letters) for n in range(5) for letters in product("ab", repeat=n))


def test_what_is_left_is_what_differs_between_what_is_the_same() -> None:
    for some, others in product(WORDS, WORDS):
        one, other = map("".join, apart(some, others))
        begin = n_same(some, others)
        assert some[:begin] == others[:begin]
        assert some[begin : begin + 1] != others[begin : begin + 1] or some == others
        end = len(some) - begin - len(one)
        assert (some[begin:], others[begin:]) == (
            one + some[len(some) - end :], other + others[len(others) - end :],
        )  # fmt: skip
        assert some[len(some) - end :] == others[len(others) - end :]
        assert not (one and other and (one[0] == other[0] or one[-1] == other[-1]))


def test_there_is_room_for_all_before_between_and_behind() -> None:
    for count in (1, 9, 10, 99, 100, 1000):
        command, start, step = making_room("WAN", count)
        assert command.line == f"ip access-list resequence WAN {start} {step}"
        assert start > count < step
        assert start >= 1000
