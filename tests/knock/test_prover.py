"""Whose entry is whose: a prover between a router that is a list of callers, and its knocks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from intents import an_intent

from knockdeploy.change.observations import Look
from knockdeploy.change.prover import Patience, Prover
from knockdeploy.errors import NoEntryError, UnprovedError, UselessDecoysError
from knockdeploy.intent import Intent
from knockdeploy.knock.visitor import Visitor
from knockdeploy.sequence import KnockSequence

US, BEHIND_NAT, STRANGER, OWN = "198.51.100.7", "198.51.100.99", "192.0.2.9", "203.0.113.10"
INTENT = an_intent(services=["500/udp"])


class Router:
    """A trigger that counts, and a grant: whose entries stand. Knocks make those a test asks for.

    ``sticky`` entries stay; ``queued`` ones come once the policies that run first have ended.
    """

    def __init__(
        self, right: Collection[str] = (US,), wrong: Collection[str] = (), *, hears: bool = True
    ) -> None:
        self.hears = hears
        self.n_heard = 0
        self.inside: set[str] = set()
        self.right, self.wrong = set(right), set(wrong)
        self.before_last: set[str] = set()
        self.sticky: set[str] = set()
        self.cleared: list[str] = []
        self.queued: set[str] = set()
        self.n_waits = 0
        self.n_odd = 0  # so many right knocks make no entry: a packet is lost, or spoils them
        self.n_unspoilt = 0  # so many wrong knocks make one: the decoy is lost

    def knocked(self, sequence: KnockSequence, before_last: Callable[[], None] | None) -> None:
        is_right = sequence == INTENT.sequence
        self.n_heard += len(sequence) if self.hears else 0
        self.inside |= self.before_last if is_right else set()
        if before_last:
            before_last()
        if is_right and self.n_odd:
            self.n_odd -= 1
        elif not is_right and self.n_unspoilt:
            self.n_unspoilt -= 1
            self.inside |= {US}
        else:
            self.inside |= self.right if is_right else self.wrong

    def look(self) -> Look:
        return Look(self.n_heard, self.n_heard, frozenset(self.inside))

    def is_idle(self) -> bool:
        if self.n_waits:
            self.n_waits -= 1
            return False
        self.inside |= self.queued
        return True

    def clear(self, sources: Collection[str]) -> tuple[str, ...]:
        self.cleared += sources
        left = self.inside & set(sources) & self.sticky
        self.inside -= set(sources) - left
        return tuple(left)


@dataclass(frozen=True, slots=True)
class Guest(Visitor):
    """Knocks at such a router, without a packet."""

    router: Router = field(default_factory=Router)

    def knock(self, sequence: KnockSequence, before_last: Callable[[], None] | None = None) -> None:
        self.router.knocked(sequence, before_last)


def prover_of(router: Router, intent: Intent = INTENT) -> Prover:
    change: Any = SimpleNamespace(
        intent=intent,
        outside=OWN,
        at=SimpleNamespace(own_addresses=(OWN,)),
        reading=SimpleNamespace(operator=SimpleNamespace(source=US)),
    )
    guest = Guest(OWN, intent, lambda _: None, lambda _: None, router=router)
    watched: Any = router
    quick = Patience(entry_s=0.05, second_entry_s=0.01, policies_s=0.05, poll_s=0.0)
    return Prover(watched, change, guest, lambda _: None, lambda _: None, patience=quick)


def test_own_entry_left_from_earlier_is_cleared_and_others_stay() -> None:
    router = Router()
    router.inside = {US, STRANGER}
    prover = prover_of(router)
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert router.inside == {STRANGER}
    assert set(router.cleared) == {US}


def test_what_was_seen_names_whom_the_right_knock_let_in() -> None:
    prover = prover_of(Router())
    prover.prove_open()
    assert [(each.knock, each.entry) for each in prover.seen] == [("wrong", None), ("right", US)]


@pytest.mark.parametrize(("us", "whom"), [(US, f", for {US}"), (None, "")])
def test_whom_the_right_knock_must_let_in_is_told_as_far_as_it_is_known(
    us: str | None, whom: str
) -> None:
    prover, told = prover_of(Router()), list[str]()
    operator: Any = prover.change.reading.operator
    operator.source, prover.tell = us, told.append
    prover.prove_open()
    assert f"right knock: one entry must open{whom}" in told


def test_stranger_who_comes_in_during_a_wrong_knock_is_his_own_affair() -> None:
    prover = prover_of(router := Router(wrong={STRANGER}))
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert prover.source == US
    assert router.inside == {STRANGER}


@pytest.mark.parametrize("source", [US, OWN])
def test_wrong_knock_that_lets_us_in_is_failed(source: str) -> None:
    prover = prover_of(router := Router(wrong={source}))
    with pytest.raises(UnprovedError, match=f"wrong knock made an entry for {source}"):
        prover.prove_open()
    assert router.inside == set()


WITHOUT_DECOYS = INTENT.model_copy(update={"decoys": 0})


@pytest.mark.parametrize("standing", [(), (STRANGER,)])
def test_one_right_knock_that_is_lost_is_knocked_again(standing: Collection[str]) -> None:
    """Docs/security.md: one packet of a stranger's spoils a knock."""
    prover = prover_of(router := Router(), WITHOUT_DECOYS)
    router.inside, router.n_odd = {*standing}, 1
    asked: list[None] = []
    prover.more_time = lambda: asked.append(None)
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert len(asked) == 1, "a second try takes as long again: the revert timer has to wait for it"
    assert router.inside == {*standing}
    assert [note for note in prover.notes if "first try" in note] == prover.notes != []


def test_two_right_knocks_that_make_no_entry_are_failed() -> None:
    prover = prover_of(router := Router(), INTENT)
    router.n_odd = 2
    with pytest.raises(NoEntryError):
        prover.prove_open()
    assert prover.notes == []


def test_one_wrong_knock_whose_decoy_is_lost_is_knocked_again() -> None:
    prover = prover_of(router := Router(), INTENT)
    router.n_unspoilt = 1
    prover.prove_open()
    assert router.inside == set()
    assert ["a wrong knock made an entry at the first try" in note for note in prover.notes] == [
        True
    ]


def test_second_try_does_not_hide_a_wrong_knock_whose_entry_stays() -> None:
    prover = prover_of(router := Router(wrong={US}))
    prover.source, router.sticky = US, {US}
    with pytest.raises(UselessDecoysError):
        prover.prove_close()


@pytest.mark.parametrize(
    ("intent", "n_unspoilt", "kind"),
    [(INTENT, 2, UselessDecoysError), (WITHOUT_DECOYS, 1, UnprovedError)],
)
def test_wrong_knock_that_no_lost_decoy_explains_is_failed(
    intent: Intent, n_unspoilt: int, kind: type[UnprovedError]
) -> None:
    """Without decoys the wrong knock is the sequence reversed: no lost packet makes it right."""
    prover = prover_of(router := Router(), intent)
    router.n_unspoilt = n_unspoilt
    with pytest.raises(UnprovedError) as error:
        prover.prove_open()
    assert type(error.value) is kind


def test_wrong_knock_that_lets_us_in_late_is_failed() -> None:
    router = Router()
    router.before_last = {US}
    with pytest.raises(UnprovedError, match=f"wrong knock made an entry for {US}"):
        prover_of(router).prove_open()


def test_applet_that_other_policies_keep_waiting_is_waited_for() -> None:
    router = Router()
    router.queued, router.n_waits = {US}, 3
    with pytest.raises(UnprovedError, match=f"wrong knock made an entry for {US}"):
        prover_of(router).prove_open()
    assert router.n_waits == 0


def test_policies_that_never_end_are_not_waited_for_for_ever() -> None:
    busy = prover_of(router := Router())
    router.n_waits = 10**9
    busy.prove_open()
    assert 0 < router.n_waits < 10**9


@pytest.mark.parametrize("proof", ["required", "when-reachable"])
def test_knocks_that_the_router_does_not_hear_prove_nothing(proof: str) -> None:
    """Design §6: the counter did not move; that reverts where a proof is required."""
    intent = INTENT.model_copy(update={"proof": proof})
    prover = prover_of(router := Router(right=(), hears=False), intent)
    if proof == "required":
        with pytest.raises(UnprovedError, match=r"proof unreached, knocking at [\d.]+: "):
            prover.prove_open()
    else:
        prover.prove_open()
        prover.prove_close()
    assert prover.proof
    assert prover.proof.level == "unreached"
    prover.clear()
    assert router.inside == set()


def test_right_knock_waits_as_long_as_other_policies_run() -> None:
    prover = prover_of(router := Router(right=()))

    def tell(what: str) -> None:
        if what.startswith("right knock"):
            router.queued, router.n_waits = {US}, 3

    prover.tell = tell
    prover.prove_open()
    assert prover.source == US


def test_wrong_knock_that_lets_us_in_while_the_door_is_probed_is_failed() -> None:
    router = Router(right=())
    prover = prover_of(router)
    prover.source = US  # known from OPEN
    prover.tell = lambda what: router.inside.update({US} if what.startswith("right knock") else ())
    with pytest.raises(UnprovedError, match=f"wrong knock made an entry for {US}"):
        prover.prove_close()
    assert prover.proof
    prover.clear()
    assert router.inside == set()


def test_behind_nat_the_right_knock_tells_who_we_are() -> None:
    prover = prover_of(router := Router(right={BEHIND_NAT}))
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert prover.source == BEHIND_NAT
    assert router.inside == set()


def test_behind_nat_a_first_entry_is_not_another_reason_to_wait() -> None:
    """It may be somebody else's: ours has a moment more, and not as long as for the first."""
    prover = prover_of(Router(right={BEHIND_NAT}))
    poll_s = 0.25
    prover.patience = Patience(entry_s=3600.0, second_entry_s=0.0, policies_s=0.0, poll_s=poll_s)

    def sleep(seconds: float) -> None:
        assert seconds != poll_s, "looked once more"

    prover.sleep = sleep
    prover.prove_open()
    assert prover.source == BEHIND_NAT


def test_an_entry_that_comes_late_is_waited_for_and_no_longer() -> None:
    prover = prover_of(router := Router(right=()))
    prover.patience = Patience(entry_s=3600.0, second_entry_s=0.0, policies_s=0.0, poll_s=0.25)
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.extend([seconds] * (seconds == 0.25))
        router.inside |= {US} if len(looks) == 3 else set()
        assert len(looks) <= 3, "looked once more"

    prover.sleep = sleep
    prover.prove_open()
    assert (prover.source, len(looks)) == (US, 3)


def test_behind_nat_a_wrong_knock_that_lets_us_in_is_failed() -> None:
    prover = prover_of(Router(right={BEHIND_NAT}, wrong={BEHIND_NAT}))
    with pytest.raises(UnprovedError, match=f"no entry beside those for {BEHIND_NAT}"):
        prover.prove_open()


def test_two_of_whom_none_is_known_cannot_be_told_apart() -> None:
    prover = prover_of(router := Router(right={BEHIND_NAT, STRANGER}))
    with pytest.raises(UnprovedError, match="made 2 entries") as error:
        prover.prove_open()
    assert "once more" in error.value.hint
    prover.clear()
    assert router.inside == {BEHIND_NAT, STRANGER}, "one of them is somebody's who has knocked"


def test_entry_that_comes_after_the_last_look_is_cleared() -> None:
    prover = prover_of(router := Router(right=()))
    with pytest.raises(UnprovedError, match="made no entry"):
        prover.prove_open()
    router.inside = {US}
    prover.clear()
    assert router.inside == set()


def test_entry_that_cannot_be_cleared_is_told_once_and_judged() -> None:
    router = Router()
    router.sticky = {US}
    prover = prover_of(router)
    prover.prove_open()
    prover.prove_close()
    prover.clear()
    assert [US in note and "until its timeout" in note for note in prover.notes] == [True]


def test_without_a_knock_nothing_is_cleared() -> None:
    prover_of(router := Router()).clear()
    assert router.cleared == []
