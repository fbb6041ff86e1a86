"""What a proof has shown: the observations of one phase, judged.

Pure: who knocks, probes and lists hands in what was seen.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from knockdeploy.intent import Intent, ProofPolicy, Service

_APPLET = "`show logging` has each knock, `show event manager history events` what ran"


class ProofLevel(enum.StrEnum):
    """How much was seen."""

    UNREACHED = "unreached"
    FAILED = "failed"
    ENTRY = "entry"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The level, the observation that decides it as a sentence's end, and where to look."""

    level: ProofLevel
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A match counter before and after the knocks; None where the router printed none."""

    before: int | None
    after: int | None

    @property
    def moved(self) -> bool:
        """Whether it moved; no count printed counts as moved."""
        return self.after is None or self.before != self.after


@dataclass(frozen=True, slots=True)
class Observations:
    """What was seen in one phase, OPEN or CLOSE.

    Entries are the sources of the temporary entries that the knock before added, other people's
    left out where ours is known. Of the fields with a default, ``judge_open`` reads ``standing``.
    """

    class_count: Count
    """Our class on the control plane, over the whole phase."""
    wrong_entries: tuple[str, ...]
    right_entries: tuple[str, ...]
    own_addresses: Collection[str]
    management_sources: Sequence[IPv4Network] = ()
    permit_count: Count = Count(None, None)
    """Our knock permit in the bound ACL, over the whole phase."""
    answered_before: bool = False
    """Whether any probe before the right knock got an answer."""
    open_after: bool | None = None
    """Whether the service answered after the right knock; None: no TCP service to probe."""
    probed: str = "nothing"
    """What was probed after the right knock, where, and what it answered."""
    standing: Collection[str] = ()
    """Whose entries were there before the right knock: no second one is seen for them."""
    has_decoys: bool = False

    @property
    def is_without_entry(self) -> bool:
        """Whether knocks were counted and none of them made an entry."""
        made = (*self.wrong_entries, *self.right_entries, *self.standing)
        return self.class_count.moved and not made

    @property
    def is_unspoilt(self) -> bool:
        """Whether a decoy may have failed to spoil the wrong knock, which goes around one."""
        return self.has_decoys and bool(self.wrong_entries)

    @property
    def is_doubtful(self) -> bool:
        """Whether one packet explains a failure: a lost one, or a stranger's between ours."""
        is_silent = not (self.wrong_entries or self.right_entries)
        return self.class_count.moved and (is_silent or self.is_unspoilt)


def judge_open(seen: Observations) -> Judgement:
    """Judge a proof in which nothing is shut yet: only log, applet and entry can fail."""
    return (
        _unreached(seen)
        or _failed_by_entries(seen)
        or Judgement(ProofLevel.ENTRY, "the knock made its entry")
    )


def judge_close(seen: Observations) -> Judgement:
    """Judge a proof with the door shut: the level that a deployment reports."""
    return (
        _unreached(seen)
        or _failed_by_entries(seen)
        or _failed_to_open(seen)
        or _entry(seen)
        or _failed_to_shut(seen)
        or Judgement(ProofLevel.DOOR, "shut before the knock, open after it")
    )


def must_revert(level: ProofLevel, policy: ProofPolicy) -> bool:
    """Tell whether a deployment with this proof has to be taken back."""
    return level is ProofLevel.FAILED or (level is ProofLevel.UNREACHED and policy == "required")


def probed_service(intent: Intent, answered: Collection[Service]) -> Service | None:
    """Return the service to probe: the first that answered when the run began, else the first.

    None if no service can be probed with TCP.
    """
    services = intent.tcp_services
    return next((service for service in services if service in answered), None) or next(
        iter(services), None
    )


def whose(added: Collection[str], ours: Collection[str]) -> tuple[str, ...]:
    """Return the sources that count for us of those that a right knock let in, sorted.

    Ours alone if it is among them, and else all: behind NAT we are somebody else.
    """
    return tuple(sorted(set(added) & set(ours) or set(added)))


def _unreached(seen: Observations) -> Judgement | None:
    if seen.class_count.moved:
        return None
    return Judgement(
        ProofLevel.UNREACHED,
        "no knock reached the control plane's class",
        "is that where clients aim (knock.outside_address)? Then look for a filter on the way",
    )


def _failed(reason: str, hint: str = _APPLET) -> Judgement:
    return Judgement(ProofLevel.FAILED, reason, hint)


def _failed_by_entries(seen: Observations) -> Judgement | None:
    if seen.wrong_entries:
        return _failed(f"a wrong knock made an entry for {seen.wrong_entries[0]}")
    # One entry may be printed as several lines, one a service: sources are counted.
    sources = set(seen.right_entries)
    if not sources:
        return _failed_without_entry(seen)
    if len(sources) > 1:
        reason = f"the right knock made {len(sources)} entries: {', '.join(sorted(sources))}"
        return _failed(reason, "did somebody else knock just then? try once more")
    (source,) = sources
    if source in seen.own_addresses:
        return _failed(f"the entry is for {source}, the router's own address")
    return None


def _failed_without_entry(seen: Observations) -> Judgement:
    if not seen.standing:
        return _failed("the right knock made no entry")
    return _failed(
        f"the right knock made no entry beside those for {', '.join(sorted(seen.standing))}",
        "if one of them is yours, clear it on the router or wait for its timeout",
    )


def _failed_to_open(seen: Observations) -> Judgement | None:
    if seen.open_after is not False:
        return None
    return _failed(
        f"nothing answered after the right knock: {seen.probed}",
        "if clients use another port, say so in knock.outside_ports; does the service run?",
    )


def _entry(seen: Observations) -> Judgement | None:
    if seen.open_after is None:
        return Judgement(ProofLevel.ENTRY, "no service can be probed with TCP")
    if not seen.answered_before:
        return None
    source = seen.right_entries[0]
    if _is_within(source, seen.management_sources):
        return Judgement(
            ProofLevel.ENTRY, f"{source} is a management source: the door is open to it"
        )
    if source in seen.standing:
        return Judgement(
            ProofLevel.ENTRY, f"the first entry for {source} stayed: the door was open to it"
        )
    if not seen.permit_count.moved:
        return Judgement(ProofLevel.ENTRY, "the knock came in by another way than the ACL")
    return None


def _failed_to_shut(seen: Observations) -> Judgement | None:
    if not seen.answered_before:
        return None
    return _failed(
        "the service answered before the right knock",
        "look at `show ip access-lists` for what lets it in, and at what answers on the way",
    )


def _is_within(source: str, networks: Sequence[IPv4Network]) -> bool:
    try:
        address = IPv4Address(source)
    except AddressValueError:
        return False
    return any(address in network for network in networks)
