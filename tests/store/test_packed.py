"""Outcomes of many hosts: packed until they are looked at, and written one at a time."""

from __future__ import annotations

from collections import Counter

import pytest

from knockdeploy.cli.console import Console
from knockdeploy.errors import Mistake
from knockdeploy.report.change import PlanOutcome
from knockdeploy.report.document import document, to_text, without_hosts, written
from knockdeploy.report.outcome import UNMANAGED, Outcome
from knockdeploy.store.packed import Packed

RUN = "20261127T000000Z-0000"
HOSTS: dict[str, Outcome] = {
    'a "host"': PlanOutcome("changed", 'two\nlines, "hosts": {}', warnings=("ä\x7f",)),
    "b": UNMANAGED,
}


def test_outcomes_come_out_as_they_were_put_in() -> None:
    packed = Packed[Outcome]()
    for name in reversed(HOSTS):
        packed[name] = HOSTS[name]
    packed.sort(HOSTS)
    assert list(packed.items()) == list(HOSTS.items())
    del packed["b"]
    assert (len(packed), "b" in packed) == (1, False)


def test_many_plans_are_small() -> None:
    plan = PlanOutcome("changed", "ip access-list extended ACL_Internet_In\n" * 500)
    packed = Packed([("a", plan)])
    assert sum(map(len, packed.__dict__["_packed"].values())) < 1000


def test_table_and_end_of_a_command_look_at_each_outcome_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed, n_looks = Packed(HOSTS.items()), Counter[str]()
    take = Packed.__getitem__

    def counted(self: Packed[Outcome], name: str) -> Outcome:
        n_looks[name] += 1
        return take(self, name)

    monkeypatch.setattr(Packed, "__getitem__", counted)
    console = Console("plan")
    console.table(packed)
    assert (console.finish(packed), set(n_looks.values())) == (2, {2})


def test_document_in_pieces_is_the_whole_one() -> None:
    for hosts, mistakes in ((HOSTS, ()), ({}, (Mistake('"hosts": {}', "x"),)), ({}, ())):
        frame = without_hosts("plan", RUN, hosts.values(), mistakes)
        pieces = written(frame, ((name, each.to_json()) for name, each in hosts.items()))
        assert "".join(pieces) == to_text(document("plan", RUN, hosts, mistakes))
