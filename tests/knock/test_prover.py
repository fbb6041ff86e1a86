"""Whose entry is whose: a prover between a router that is a list of callers, and its knocks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

import pytest

from knockdeploy.change import prover
from knockdeploy.change.observations import Look
from knockdeploy.change.prover import Prover
from knockdeploy.errors import UnprovedError
from knockdeploy.intent import intent_from
from knockdeploy.knock import visitor
from knockdeploy.knock.visitor import Visitor
from knockdeploy.sequence import KnockSequence

US, BEHIND_NAT, STRANGER, OWN = "198.51.100.7", "198.51.100.99", "192.0.2.9", "203.0.113.10"
INTENT = intent_from(
    {
        "ports": [46543, 28654, 40204, 57566, 34515],
        "services": ["500/udp"],
        "interface": "GigabitEthernet0/0",
    }
)


class Router:
    """Whose entries stand. Knocks make those that a test asks for; ``sticky`` ones stay."""

    def __init__(self, right: Collection[str] = (US,), wrong: Collection[str] = ()) -> None:
        self.inside: set[str] = set()
        self.right, self.wrong = set(right), set(wrong)
        self.before_last: set[str] = set()
        self.sticky: set[str] = set()
        self.cleared: list[str] = []
        self.n_looks = 0
        self.queued: set[str] = set()  # whom an applet that has to wait lets in
        self.n_waits = 0

    def is_idle(self, *_: object) -> bool:
        if self.n_waits:
            self.n_waits -= 1
            return False
        self.inside |= self.queued
        return True

    def look(self, *_: object) -> Look:
        self.n_looks += 1
        return Look(self.n_looks, self.n_looks, frozenset(self.inside))

    def knock(
        self, _: str, sequence: KnockSequence, *, pause_ms: int, sleep: Callable[[float], None]
    ) -> None:
        is_right = sequence == INTENT.sequence
        for n_sent in range(1, len(sequence)):
            if is_right and n_sent == len(sequence) - 1:
                self.inside |= self.before_last
            sleep(pause_ms / 1000)
        self.inside |= self.right if is_right else self.wrong

    def clear(self, _: object, __: str, ___: str, sources: Collection[str], *____: object) -> Any:
        self.cleared += sources
        left = self.inside & set(sources) & self.sticky
        self.inside -= set(sources) - left
        return [SimpleNamespace(source=source) for source in left]


@pytest.fixture
def prover_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Router], Prover]:
    def make(router: Router) -> Prover:
        monkeypatch.setattr(prover, "look", router.look)
        monkeypatch.setattr(prover, "is_idle", router.is_idle)
        monkeypatch.setattr(visitor, "send_knock", router.knock)
        monkeypatch.setattr(prover, "clear_entries", router.clear)
        monkeypatch.setattr(prover, "_ENTRY_WITHIN_S", 0.05)
        monkeypatch.setattr(prover, "_TWO_KNOCK_S", 0.01)
        change: Any = SimpleNamespace(
            intent=INTENT,
            outside=OWN,
            site=SimpleNamespace(acl="ACL", own_addresses=(OWN,)),
            owner=SimpleNamespace(dynamic="DACL"),
            reading=SimpleNamespace(operator=SimpleNamespace(source=US)),
        )
        session: Any = None
        guest = Visitor(OWN, INTENT, lambda _: None, lambda _: None)
        return Prover(session, change, guest, lambda _: None, lambda _: None)

    return make


Make = Callable[[Router], Prover]


def test_own_entry_left_from_earlier_is_cleared_and_others_stay(prover_of: Make) -> None:
    router = Router()
    router.inside = {US, STRANGER}
    prover = prover_of(router)
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert router.inside == {STRANGER}
    assert set(router.cleared) == {US}


def test_stranger_who_comes_in_during_a_wrong_knock_is_his_own_affair(prover_of: Make) -> None:
    prover = prover_of(router := Router(wrong={STRANGER}))
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert prover.source == US
    assert router.inside == {STRANGER}


@pytest.mark.parametrize("source", [US, OWN])
def test_wrong_knock_that_lets_us_in_is_failed(prover_of: Make, source: str) -> None:
    prover = prover_of(router := Router(wrong={source}))
    with pytest.raises(UnprovedError, match=f"wrong knock made an entry for {source}"):
        prover.prove_open()
    assert router.inside == set()


def test_wrong_knock_that_lets_us_in_late_is_failed(prover_of: Make) -> None:
    router = Router()
    router.before_last = {US}
    with pytest.raises(UnprovedError, match=f"wrong knock made an entry for {US}"):
        prover_of(router).prove_open()


def test_applet_that_other_policies_keep_waiting_is_waited_for(prover_of: Make) -> None:
    router = Router()
    router.queued, router.n_waits = {US}, 3
    with pytest.raises(UnprovedError, match=f"wrong knock made an entry for {US}"):
        prover_of(router).prove_open()
    assert router.n_waits == 0


def test_policies_that_never_end_are_not_waited_for_for_ever(
    prover_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prover, "_POLICIES_WITHIN_S", 0.05)
    busy = prover_of(waiting := Router())
    waiting.n_waits = 10**9
    busy.prove_open()
    assert 0 < waiting.n_waits < 10**9


def test_right_knock_waits_as_long_as_other_policies_run(prover_of: Make) -> None:
    prover = prover_of(router := Router(right=()))

    def tell(what: str) -> None:
        if what.startswith("the right"):
            router.queued, router.n_waits = {US}, 3

    prover.tell = tell
    prover.prove_open()
    assert prover.source == US


def test_wrong_knock_that_lets_us_in_while_the_door_is_probed_is_failed(prover_of: Make) -> None:
    router = Router(right=())
    prover = prover_of(router)
    prover.source = US  # known from OPEN
    prover.tell = lambda what: router.inside.update({US} if what.startswith("the right") else ())
    with pytest.raises(UnprovedError, match=f"wrong knock made an entry for {US}"):
        prover.prove_close()
    assert prover.proof
    prover.clear()
    assert router.inside == set()


def test_behind_nat_the_right_knock_tells_who_we_are(prover_of: Make) -> None:
    prover = prover_of(router := Router(right={BEHIND_NAT}))
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert prover.source == BEHIND_NAT
    assert router.inside == set()


def test_behind_nat_a_wrong_knock_that_lets_us_in_is_failed(prover_of: Make) -> None:
    prover = prover_of(Router(right={BEHIND_NAT}, wrong={BEHIND_NAT}))
    with pytest.raises(UnprovedError, match=f"no entry beside those for {BEHIND_NAT}"):
        prover.prove_open()


def test_two_of_whom_none_is_known_cannot_be_told_apart(prover_of: Make) -> None:
    prover = prover_of(Router(right={BEHIND_NAT, STRANGER}))
    with pytest.raises(UnprovedError, match="made 2 entries") as error:
        prover.prove_open()
    assert "once more" in error.value.hint


def test_entry_that_comes_after_the_last_look_is_cleared(prover_of: Make) -> None:
    prover = prover_of(router := Router(right=()))
    with pytest.raises(UnprovedError, match="made no entry"):
        prover.prove_open()
    router.inside = {US}
    prover.clear()
    assert router.inside == set()


def test_entry_that_cannot_be_cleared_is_told_once_and_judged(prover_of: Make) -> None:
    router = Router()
    router.sticky = {US}
    prover = prover_of(router)
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert [US in note and "until its timeout" in note for note in prover.notes] == [True]


def test_without_a_knock_nothing_is_cleared(prover_of: Make) -> None:
    prover_of(router := Router()).clear()
    assert router.cleared == []
