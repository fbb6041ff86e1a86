"""Prove: knock for real, wrong and right, and look at the door and at the router's entries."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from knockdeploy.device import shows
from knockdeploy.device.doors import clear_entries, list_entries
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import UnprovedError, UnreachableError
from knockdeploy.intent import Service
from knockdeploy.knock.client import send_knock
from knockdeploy.knock.probe import Seen, probe, probe_until_open
from knockdeploy.knock.proof import (
    Count,
    Observations,
    Verdict,
    judge_close,
    judge_open,
    must_revert,
    probed_service,
)
from knockdeploy.plan.model import Phase
from knockdeploy.sequence import KnockSequence, pause_ms
from knockdeploy.tasks.change import Change

_ENTRY_WITHIN_S = 5.0  # an EEM policy starts at once, but its CLI session takes its time
_POLL_S = 0.2
_WITHIN_S = 3.0  # design §6: an answer within 3 s is open


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing the proof saw, for the report: the entry's source, what a service answered."""

    phase: str
    knock: str
    entry: str | None
    service: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """How much was proved, from where, and everything that was seen."""

    level: str
    source: str | None
    seen: tuple[Sighting, ...]

    def to_json(self) -> dict[str, object]:
        """Return the proof as a JSON document has it."""
        return {
            "level": self.level,
            "source": self.source,
            "seen": [asdict(sighting) for sighting in self.seen],
        }


@dataclass(frozen=True, slots=True)
class _Look:
    """What the router counts and lists at one moment."""

    packets: int | None
    permits: int | None
    sources: tuple[str, ...]


@dataclass(slots=True)
class Prover:
    """Proves one change on one router, on the session that carries the change.

    It knocks at ``address``. ``proof`` is what was seen up to the last verdict, good or bad.
    """

    session: RouterSession
    change: Change
    address: str
    tell: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    seen: list[Sighting] = field(default_factory=list)
    service: Service | None = None
    source: str | None = None
    proof: Proof | None = None
    made: set[str] = field(default_factory=set)

    def choose_service(self) -> None:
        """Pick what to probe: the first service that answers now, while nothing is shut."""
        answered = (s for s in self.change.intent.tcp_services if self._probe(s).is_open)
        first = next(answered, None)
        self.service = probed_service(self.change.intent, () if first is None else (first,))

    def prove_open(self) -> None:
        """Knock while nothing is shut; leave no entry and no half-heard knock behind.

        Raises:
            UnprovedError: the router does not do what it should; nobody has lost anything.
        """
        self._clear_earlier()
        before = self._look()
        wrong = self._wrong_knock(Phase.OPEN, before)
        right = self._right_knock(Phase.OPEN, before)
        after = self._look()
        self.clear()
        self._wait()
        self._judge(judge_open(self._observations(before, after, wrong, right)))

    def prove_close(self) -> None:
        """Knock at the shut door; ``proof`` is what that proves.

        Raises:
            UnprovedError: it does not do what it should: the change has to be taken back.
        """
        before = self._look()
        answered = [self._watch(Phase.CLOSE, "none")]
        wrong = self._wrong_knock(Phase.CLOSE, before)
        answered.append(self._watch(Phase.CLOSE, "wrong"))
        right = self._right_knock(Phase.CLOSE, before)
        opened = self._watch(Phase.CLOSE, "right", until_open=True) if self.service else None
        after = self._look()
        verdict = judge_close(
            self._observations(before, after, wrong, right, answered=any(answered), opened=opened)
        )
        self._judge(verdict)

    def clear(self) -> None:
        """Clear the entries that the proof's knocks have made, and nobody else's."""
        if self.made:
            acl, dynamic = self.change.site.acl, self.change.owner.dynamic
            clear_entries(self.session, acl, dynamic, sorted(self.made))
            self.made.clear()

    def _clear_earlier(self) -> None:
        """Clear the entries left from earlier: under which address we come shows no sooner."""
        acl, dynamic = self.change.site.acl, self.change.owner.dynamic
        if sources := shows.sources(list_entries(self.session, acl, dynamic)):
            clear_entries(self.session, acl, dynamic, sources)

    def _judge(self, verdict: Verdict) -> None:
        self.proof = Proof(verdict.level.value, self.source, tuple(self.seen))
        if must_revert(verdict.level, self.change.intent.proof):
            raise UnprovedError(
                f"the proof is {verdict.level.value}: {verdict.reason}",
                "nothing stays of the change; look at `show logging` and at the path of the knocks",
            )

    def _wrong_knock(self, phase: Phase, before: _Look) -> tuple[str, ...]:
        """Knock the sequence reversed; return whom it let in once the window has passed."""
        self.tell("a wrong knock: nothing must open")
        self._knock(self.change.intent.sequence.reversed())
        self._wait()
        return self._note(phase, "wrong", self._added(before))

    def _right_knock(self, phase: Phase, before: _Look) -> tuple[str, ...]:
        self.tell("the right knock: one entry, for us")
        self._knock(self.change.intent.sequence)
        deadline = time.monotonic() + _ENTRY_WITHIN_S
        while not (sources := self._added(before)) and time.monotonic() < deadline:
            self.sleep(_POLL_S)
        self.source = sources[0] if sources else None
        return self._note(phase, "right", sources)

    def _added(self, before: _Look) -> tuple[str, ...]:
        """Return whom a knock let in since ``before``."""
        added = tuple(source for source in self._look().sources if source not in before.sources)
        self.made.update(added)
        return added

    def _note(self, phase: Phase, knock: str, sources: tuple[str, ...]) -> tuple[str, ...]:
        entry = ", ".join(sources) or None
        self.seen.append(Sighting(phase.value, knock, entry, None, None))
        return sources

    def _watch(self, phase: Phase, knock: str, *, until_open: bool = False) -> bool:
        if self.service is None:
            return False
        answer = self._probe(self.service, until_open=until_open)
        self.seen.append(Sighting(phase.value, knock, None, str(self.service), answer.how))
        return answer.is_open

    def _probe(self, service: Service, *, until_open: bool = False) -> Seen:
        port = self.change.intent.outside_ports.get(service.port, service.port)
        look = probe_until_open if until_open else probe
        return look(self.address, port, service_port=service.port, within_s=_WITHIN_S)

    def _knock(self, sequence: KnockSequence) -> None:
        pause = pause_ms(self.change.intent.window_seconds, len(sequence))
        try:
            send_knock(self.address, sequence, pause_ms=pause, sleep=self.sleep)
        except UnreachableError as error:  # the counters will say that none arrived
            self.tell(str(error))

    def _wait(self) -> None:
        """Let the window pass: EEM remembers the last event of each tag (ios-facts §13)."""
        self.sleep(self.change.intent.window_seconds + 1)

    def _look(self) -> _Look:
        """Read counters and entries; one round trip."""
        acl, names = self.change.site.acl, self.change.intent.names
        policy, lists = self.session.ask(
            "show policy-map control-plane host", f"show ip access-lists {acl}"
        )
        entries = shows.access_lists(lists).get(acl, ())
        permits = (entry for entry in entries if names.knock_group in entry.text.split())
        temporary = [t for entry in entries if entry.dynamic for t in entry.temporary]
        return _Look(
            packets=shows.class_packets(policy).get(names.copp_class),
            permits=next((entry.matches for entry in permits), None),
            sources=tuple(sorted(shows.sources(temporary))),
        )

    def _observations(  # noqa: PLR0913  # what was seen, each thing once
        self,
        before: _Look,
        after: _Look,
        wrong: tuple[str, ...],
        right: tuple[str, ...],
        *,
        answered: bool = False,
        opened: bool | None = None,
    ) -> Observations:
        return Observations(
            class_count=Count(before.packets, after.packets),
            wrong_entries=wrong,
            right_entries=right,
            own_addresses=self.change.site.own_addresses,
            management_sources=self.change.intent.management_sources,
            permit_count=Count(before.permits, after.permits),
            answered_before=answered,
            open_after=opened,
        )
