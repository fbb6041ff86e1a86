"""Random packets at a door, and in Python what each engine has to make of them.

The applet is ios-facts §3 and §13: a tag has its last event, the correlation is looked at as events
arrive. The policy has a state per source, order, window, one use; a step again is none.
A decoy among what a source sent within the window spoils the attempt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from hypothesis import strategies as st

from knockdeploy.recipe.engine.tcl_policy import policy_name, script

from .bench import ACL, BASE, CLIENT, ENVIRONMENT, GROUPS, OUTSIDE, POLICING, STRANGER, Bench

KNOCK = (46543, 28654, 40204)
DECOY = 51234
WINDOW_S = 10
SOURCES = (CLIENT, STRANGER, "192.0.2.77")
MEMBERS = "".join(f" udp eq {port}\n" for port in KNOCK)
GROUP = f"\nobject-group service OG_Knock\n{MEMBERS}"
SERVICES = GROUPS[GROUPS.index("object-group service OG_Knock_Services") :]
WITHOUT_ENGINE = BASE + GROUP + SERVICES + POLICING + ACL + ENVIRONMENT


NOISE, SPOILS = len(KNOCK), len(KNOCK) + 1


@dataclass(frozen=True)
class Sent:
    """A packet: when, whose, and which port: a knock's, ``NOISE``, or the decoy."""

    at_s: float
    source: str
    step: int


@st.composite
def streams(draw: st.DrawFn, highest: int = NOISE) -> tuple[Sent, ...]:
    """Draw packets; steps that follow each other and short pauses are likelier than others."""
    n_packets = draw(st.integers(1, 24))
    pauses = draw(
        st.lists(
            st.sampled_from((0.1, 0.4, 0.7, 2.0, 4.0, 9.9, 11.0)),
            min_size=n_packets,
            max_size=n_packets,
        )
    )
    steps, last = [], -1
    for _ in range(n_packets):
        others = st.integers(0, highest)
        last = draw(st.one_of(st.just((last + 1) % len(KNOCK)), st.just(max(0, last)), others))
        steps.append(last)
    whose = draw(st.lists(st.sampled_from((0, 0, 0, 1, 2)), min_size=n_packets, max_size=n_packets))
    times = accumulate(pauses)
    return tuple(
        Sent(at_s, SOURCES[who], step) for at_s, who, step in zip(times, whose, steps, strict=True)
    )


def opened_by_policy(stream: Sequence[Sent]) -> Iterator[str]:
    """Yield for whom it opens, in order."""
    heard: dict[str, list[Sent]] = {}
    for sent in stream:
        mine = heard.setdefault(sent.source, [])
        mine[:] = [each for each in mine if sent.at_s - each.at_s <= WINDOW_S + 1e-9]
        if sent.step == NOISE:  # which the control plane does not drop
            continue
        mine.append(sent)
        decoys = [each for each in mine if each.step == SPOILS]
        if decoys and len({each.step for each in mine}) >= len(KNOCK):
            mine[:] = decoys[-1:]
            continue
        taken = 0
        for each in mine:
            if each.step == taken:
                taken += 1
            elif taken < each.step < NOISE:
                taken = 0
        if taken == len(KNOCK):
            mine.clear()
            yield sent.source


def opened_by_applet(stream: Sequence[Sent]) -> Iterator[str]:
    """Yield for whom it opens, in order."""
    held: dict[int, tuple[int, Sent]] = {}
    for number, sent in enumerate(stream):
        if sent.step == NOISE:
            continue
        held = {s: it for s, it in held.items() if sent.at_s - it[1].at_s <= WINDOW_S + 1e-9}
        held[sent.step] = number, sent
        if len(held) == len(KNOCK):
            numbers = [held[step][0] for step in range(len(KNOCK))]
            if numbers == sorted(numbers) and len({it.source for _, it in held.values()}) == 1:
                yield sent.source
            held = {}


def with_policy(n_decoys: int = 0) -> Bench:
    """Return a router with the policy."""
    made = Bench(WITHOUT_ENGINE)
    made.router.flash[policy_name()] = script().decode()
    variables = {
        "Group": "OG_Knock", "Count": len(KNOCK), "Window": WINDOW_S, "Aim": f"host {OUTSIDE}",
    }  # fmt: skip
    answers = made.type(
        *(f"event manager environment _knock_{name} {value}" for name, value in variables.items()),
        "event manager directory user policy flash:/",
        f"event manager policy {policy_name()} type user",
    )
    if n_decoys:
        answers += made.type(f"event manager environment _knock_Count {len(KNOCK)} {n_decoys}")
        answers += made.type("object-group service OG_Knock", f"udp eq {DECOY}")
    assert answers == []
    return made


def sent_to(bench: Bench, stream: Sequence[Sent]) -> list[str]:
    """Send packets to a router that has heard nothing; return for whom it opened, in order."""
    opened: list[str] = []
    answering = bench.router.run_exec

    def recorded(command: str, *, is_privileged: bool) -> str:
        if command.startswith("access-template "):
            opened.append(command.split()[4])
        return answering(command, is_privileged=is_privileged)

    bench.router.run_exec = recorded  # type: ignore[method-assign]
    bench.clock.advance(1000)  # what was heard before is long past
    start_s = bench.clock.now()
    for sent in stream:
        bench.clock.advance(start_s + sent.at_s - bench.clock.now())
        bench.udp((*KNOCK, 20000, DECOY)[sent.step], sent.source)
    bench.clock.advance(60)
    bench.router.run_exec = answering  # type: ignore[method-assign]
    return opened
