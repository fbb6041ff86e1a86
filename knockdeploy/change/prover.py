"""Prove: knock for real, wrong and right, and look at the door and at the router's entries."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from knockdeploy.change.needed import Change
from knockdeploy.change.observations import Look, Watched
from knockdeploy.command import Phase
from knockdeploy.errors import NoEntryError, UnprovedError, UselessDecoysError
from knockdeploy.intent import Service
from knockdeploy.knock.probe import Seen
from knockdeploy.knock.proof import (
    Count,
    Judgement,
    Observations,
    ProofLevel,
    judge_close,
    judge_open,
    must_revert,
    probed_service,
    whose,
)
from knockdeploy.knock.visitor import Visitor
from knockdeploy.report.proof import KnockKind, Proof, Sighting
from knockdeploy.sequence import KnockSequence


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a proof waits for what a router does in its own time."""

    entry_s: float = 5.0  # an EEM policy starts at once, but its CLI session takes its time
    second_entry_s: float = 1.0  # the first may not be for whom we take us: another may be ours
    policies_s: float = 45.0  # one at a time, each for 20 s at most (ios-facts §3)
    poll_s: float = 0.2


PATIENCE = Patience()


@dataclass(slots=True)
class Prover:
    """Proves one change on one router.

    Other people may knock meanwhile: their entries decide nothing and stay.
    """

    router: Watched
    """As seen on the session that carries the change."""
    change: Change
    visitor: Visitor  # who knocks
    tell: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    silence_s: float = math.inf  # how long the session may be silent
    more_time: Callable[[], None] = lambda: None  # sees that the router waits for a second try
    patience: Patience = field(default_factory=lambda: PATIENCE)
    seen: list[Sighting] = field(default_factory=list)
    service: Service | None = None  # what is probed
    source: str | None = None
    """The visitor's as the entries have it, known from the first right knock."""
    proof: Proof | None = None
    """What was seen up to the last judgement, good or bad."""
    notes: list[str] = field(default_factory=list)  # what to tell in the end
    _made: set[str] = field(default_factory=set)  # for whom our knocks made entries, or may yet
    _wrong: set[str] = field(default_factory=set)  # which of ours a wrong knock made
    _standing: frozenset[str] = frozenset()  # whose entries were there before the right knock

    def choose_service(self) -> None:
        """Pick what to probe: the first service that answers now, while nothing is shut."""
        answered = (s for s in self.change.intent.tcp_services if self.visitor.probe(s).is_open)
        first = next(answered, None)
        self.service = probed_service(self.change.intent, () if first is None else (first,))

    def prove_open(self) -> None:
        """Knock while nothing is shut; leave no entry and no half-heard knock behind.

        Raises:
            UnprovedError: the router does not do what it should; nobody has lost anything.
        """
        seen = self._observe(Phase.OPEN)
        self.clear()
        self._wait()
        self._judge(judge_open(seen), seen)

    def prove_close(self) -> None:
        """Knock at the shut door; ``proof`` is what that proves.

        Raises:
            UnprovedError: it does not do what it should: the change has to be taken back.
        """
        seen = self._observe(Phase.CLOSE)
        judgement = judge_close(seen)
        if judgement.level is ProofLevel.ENTRY:
            self.tell(f"proved as far as the entry: {judgement.reason}")
        self._judge(judgement, seen)

    def clear(self) -> bool:
        """Clear the entries that the proof's knocks have made; tell whether none of them stays."""
        return not self._made or self._clear(self._made)

    def _observe(self, phase: Phase) -> Observations:
        """Knock, and once more where a single packet explains what was seen, lost or a stranger's.

        The applet keeps one event a port, whoever sent it (docs/security.md), and one lost decoy
        makes the wrong knock a right one: neither may cost a fleet its decoys, or a deployment.
        """
        seen = self._try(phase)
        if not seen.is_doubtful:
            return seen
        odd = "a wrong knock made an" if seen.wrong_entries else "the right knock made no"
        self.tell(f"{odd} entry: once more, in case a packet was lost or somebody else knocked")
        if not self.clear():  # an entry that stays hides what a second wrong knock makes
            return seen
        self._wait()
        self.more_time()
        self._wrong.clear()
        again = self._try(phase)
        if again.right_entries and not again.wrong_entries:
            self._say(f"{odd} entry at the first try, not at the second: was a packet lost?")
        return again

    def _try(self, phase: Phase) -> Observations:
        """Knock, wrong and right, and look at the door before and after, where it is shut."""
        before = self._begin()
        answers = [self._watch(phase, "none")]
        self._wrong_knock(phase, before)
        answers.append(self._watch(phase, "wrong"))
        right = self._right_knock(phase)
        opened = self._watch(phase, "right", until_open=True)
        after = self.router.look()
        door, probed = self.service, "no service"
        if door:
            probed = f"{door} at {self.visitor.address} port {self.visitor.port(door)}"
        return Observations(
            class_count=Count(before.packets, after.packets),
            wrong_entries=tuple(sorted(self._wrong)),
            right_entries=right,
            own_addresses=self._own,
            management_sources=self.change.intent.management_sources,
            permit_count=Count(before.permits, after.permits),
            answered_before=any(seen and not seen.is_shut for seen in answers),
            open_after=opened.is_open if opened else None,
            probed=f"{probed}: {opened.how}" if opened else probed,
            standing=self._standing,
            has_decoys=bool(self.change.intent.decoy_knocks),
        )

    def _begin(self) -> Look:
        """Clear what an earlier knock of ours left, nobody else's; return how it is then."""
        now = self.router.look()
        if left := now.sources & self._ours:
            self._clear(left)
            now = self.router.look()
        return now

    def _clear(self, sources: Iterable[str]) -> bool:
        left = self.router.clear(sorted(sources))
        for source in left:
            self._say(f"the entry for {source} could not be cleared: it stays until its timeout")
        return not left

    def _say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)
            self.tell(note)

    def _judge(self, judgement: Judgement, seen: Observations) -> None:
        self.proof = Proof(judgement.level.value, self.source, tuple(self.seen))
        if must_revert(judgement.level, self.change.intent.proof):
            where = f"proof {judgement.level.value}, knocking at {self.visitor.address}: "
            raise self._kind(seen)(f"{where}{judgement.reason}", judgement.hint)

    def _kind(self, seen: Observations) -> type[UnprovedError]:
        if seen.is_without_entry:
            return NoEntryError
        return UselessDecoysError if seen.is_unspoilt else UnprovedError

    @property
    def _ours(self) -> frozenset[str]:
        """Who knocks, to the router: in its view of our session, until a right knock has told."""
        operator = None if self.visitor.elsewhere else self.change.reading.operator.source
        us = self.source or operator
        return frozenset({us} if us else ())

    @property
    def _own(self) -> frozenset[str]:
        """The router's own addresses: no entry for one is somebody else's."""
        return frozenset(self.change.at.own_addresses)

    def _wrong_knock(self, phase: Phase, before: Look) -> None:
        """Make a wrong knock; note whom it let in once the window has passed."""
        self.tell("wrong knock: nothing must open")
        self._knock(self.change.intent.wrong_knock)
        self._wait()
        self._let_applet_end()
        self._standing = self.router.look().sources
        self._note(phase, "wrong", self._blame(self._standing - before.sources))

    def _right_knock(self, phase: Phase) -> tuple[str, ...]:
        """Knock; return whom that let in.

        What came before the last knock is sent is the wrong knock's, late. A router that takes
        longer to list than the pause is not asked then: the knocks must stay in their window.
        """
        whom = "".join(f", for {us}" for us in self._ours)  # as far as that is known
        self.tell(f"right knock: one entry must open{whom}")
        started = time.monotonic()
        now = set(self.router.look().sources)
        is_quick = time.monotonic() - started <= self.visitor.pause_ms / 1000
        self._knock(
            self.change.intent.sequence,
            lambda: now.update(self.router.look().sources) if is_quick else None,
        )
        self._blame(now - self._standing)
        self._standing |= now
        sources = self._await_entry()
        if len(sources) == 1:
            self._made.update(sources)
            self.source = self.source or next(iter({*sources} - self._own), None)
            self._compare_sources()
        self._note(phase, "right", sources)
        return sources

    def _compare_sources(self) -> None:
        """Say where the knock and the session come from two addresses, and both should be one."""
        us, is_by_knock = self.change.reading.operator.source, self.change.intent.access == "knock"
        if is_by_knock and not self.visitor.elsewhere and us != self.source:
            self._say(
                f"our session comes from {us}, our knock from {self.source}: from a pool of "
                "addresses a knock may open for another one; knock.management_sources names all"
            )

    def _await_entry(self) -> tuple[str, ...]:
        """Wait for an entry that was not there before the right knock; return whose it is."""
        before, expected = self._standing, self._ours | self._own
        if self.source in before:  # it could not be cleared: no second one will be seen
            return (self.source,)
        deadline = time.monotonic() + self.patience.entry_s
        while not (added := self.router.look().sources - before) & expected:
            if added and self.source is None:
                deadline = min(deadline, time.monotonic() + self.patience.second_entry_s)
            if time.monotonic() >= deadline:
                break
            self.sleep(self.patience.poll_s)
        if not added:
            self._let_applet_end()
            added = self.router.look().sources - before
        return whose(added, expected)

    def _blame(self, added: Collection[str]) -> tuple[str, ...]:
        """Return which of the entries that a wrong knock added are ours; others' are told of.

        Were one of those ours, behind NAT, the right knock would add none: it decides.
        """
        ours = {*added} & (self._ours | self._own)
        self._wrong |= ours
        self._made |= ours
        if others := sorted({*added} - ours):
            self.tell(f"an entry for another source appeared meanwhile: {', '.join(others)}")
        return tuple(sorted(ours))

    def _note(self, phase: Phase, knock: KnockKind, sources: tuple[str, ...]) -> None:
        entry = ", ".join(sources) or None
        self.seen.append(Sighting(phase, knock, entry, None, None))

    def _watch(self, phase: Phase, knock: KnockKind, *, until_open: bool = False) -> Seen | None:
        if self.service is None or phase is Phase.OPEN:  # nothing is shut then
            return None
        answer = self.visitor.probe(self.service, until_open=until_open)
        self.seen.append(Sighting(phase, knock, None, str(self.service), answer.how))
        return answer

    def _knock(
        self, sequence: KnockSequence, before_last: Callable[[], None] | None = None
    ) -> None:
        self._made |= self._ours  # an entry may come late, even after the last look
        self.visitor.knock(sequence, before_last)

    def _wait(self) -> None:
        """Let the window pass: EEM remembers the last event of each tag (ios-facts §13).

        An empty line now and then keeps exec-timeout from ending the session.
        """
        wait_s = self.change.intent.window_seconds + 1
        n_pieces = max(1, math.ceil(wait_s / self.silence_s))
        for _ in range(n_pieces):
            if n_pieces > 1:
                self.router.stir()
            self.sleep(wait_s / n_pieces)

    def _let_applet_end(self) -> None:
        """Wait while other policies keep ours waiting: its entry would be the right knock's."""
        deadline = time.monotonic() + self.patience.policies_s
        while not self.router.is_idle() and time.monotonic() < deadline:
            self.sleep(self.patience.poll_s)
