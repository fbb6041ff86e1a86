"""Frozen values compare and hash as those of dataclasses do."""

from __future__ import annotations

import pickle
from dataclasses import replace

from knockdeploy.values import dataclass


@dataclass(frozen=True, slots=True)
class Knock:
    """A value."""

    port: int
    protocol: str = "udp"


@dataclass(frozen=True, slots=True)
class Named(Knock):
    """One with a hash of its own."""

    name: str = ""

    def __hash__(self) -> int:
        return 7


def test_equal_values_are_one_key_and_come_back_from_a_worker() -> None:
    one = Knock(46543)
    assert {one: 1, Knock(46543, "udp"): 2, Knock(46543, "tcp"): 3}.keys() == {
        one,
        replace(one, protocol="tcp"),
    }
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301  # ours
    assert hash(Named(1)) == 7
