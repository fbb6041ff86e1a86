"""The table of attacks: each at the doors as they were and as they are, in rows of Markdown."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.attacks import attacks
from benchmarks.attacks.attacks import Attack, Outcome
from benchmarks.attacks.doors import ENFORCEMENTS, ENGINES, XE, Kind, door

SEED: Final = 12
PAGE: Final = Path(__file__).parents[2] / "docs/security.md"
_BEGIN, _END = "<!-- python -m benchmarks.attacks -->", "<!-- attacks end -->"
_EACH: Final = "each"


@dataclass(frozen=True, slots=True)
class Tried:
    """An attack: how it is told, how often it is tried at most, and over which protocol.

    One that is ``long`` is tried at one enforcement alone where each packet costs a run of Tcl.
    """

    told: str
    attack: Attack
    most: int = 1
    protocol: str = "udp"
    is_long: bool = False


ATTACKS: Final = (
    Tried("scans for silent ports, then tries their orders", attacks.scan, 4_000, is_long=True),
    Tried("sweeps all ports in random orders", attacks.sweeps, 500, is_long=True),
    Tried("scans up and down, again and again", attacks.walks, 40),
    Tried("logs in by names that read like knocks; knows the ports", attacks.log_text),
    Tried("sends all ports from two addresses in turn; knows them", attacks.shared, 120),
    Tried("sends each SYN twice, in wrong orders; knows the ports", attacks.repeated, 119, "tcp"),
    Tried("knocks from broadcast, loopback, own addresses; knows the knock", attacks.forged),
    Tried("replays a knock that was seen", attacks.replay),
    Tried("sends a TCP segment with ACK to a service", attacks.acknowledged),
    Tried("sends SYNs with IP options, and with a TTL that ends there", attacks.past_host_path),
)


def outcome(tried: Tried, kind: Kind, most: int | None = None, seed: int = SEED) -> Outcome:
    """Return what an attack came to at one door."""
    draw = random.Random(f"{seed}/{tried.told}/{kind.engine}")  # the same for all
    with door(replace(kind, protocol=tried.protocol)) as stage:
        return tried.attack(stage, draw, most or tried.most)


def rows(tried: Tried, seed: int = SEED) -> Iterator[tuple[str, ...]]:
    """Yield the rows of an attack: engine, enforcement, before, after."""
    for engine in ENGINES:
        found: dict[tuple[str, str], list[str]] = {}
        for kind in kinds(engine, is_long=tried.is_long):
            before, after = (
                str(outcome(tried, replace(kind, is_hardened=is_hardened), seed=seed))
                for is_hardened in (False, True)
            )
            found.setdefault((before, after), []).append(kind.where)
        for ends, where in found.items():
            told = ", ".join(_folded(where))
            yield (tried.told, f"`{engine}`", told, *ends)


def kinds(engine: str, *, is_long: bool = False) -> Iterator[Kind]:
    """Yield the doors of an engine; the first alone where each packet costs a run of Tcl."""
    known = ENFORCEMENTS[:1] if is_long and engine == "tcl" else ENFORCEMENTS
    yield from (Kind(engine, each) for each in known)
    yield Kind(engine, "interface-acl", platform="iosxe")


def _folded(where: list[str]) -> Iterator[str]:
    others = [each for each in where if each == XE]
    is_each = len(where) - len(others) == len(ENFORCEMENTS)
    yield from (_EACH, *others) if is_each else where


def as_table(lines: Iterator[tuple[str, ...]]) -> str:
    """Return rows as Markdown, the first being the header."""
    header, *rest = (f"| {' | '.join(cells)} |" for cells in lines)
    rule = "|" + "---|" * (header.count("|") - 1)
    return "\n".join([header, rule, *rest])


def write(text: str) -> None:
    """Put the tables on the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    after = rest.partition(_END)[2]
    PAGE.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}", encoding="utf-8")
