"""What goes wrong on a router is found, and what is nobody's business is not: a sample of all.

``python -m benchmarks.drift`` judges every mutant; docs/rules.md has its numbers.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice

import pytest

from benchmarks.drift import harmless, ways_in
from benchmarks.drift.__main__ import missed, told
from benchmarks.drift.deployed import DEPLOYMENTS, Deployment, deployed
from benchmarks.drift.mutants import mutants
from benchmarks.drift.oracle import seen

EACH = 24
"""One mutant of so many; another share for each router."""


SAMPLED = [each for each in DEPLOYMENTS if each.platform == "ios" or not each.is_strict]
"""On IOS-XE a router takes ten times as long: an applet runs each minute."""


@pytest.mark.parametrize("what", SAMPLED, ids=str)
def test_what_opens_a_service_or_breaks_the_knock_is_found(what: Deployment) -> None:
    intent, config, at = deployed(what)
    assert seen(config, what.platform).is_right
    counts: Counter[str] = Counter()
    known = tuple(ways_in.known(config, at.acl))
    unseen = tuple(ways_in.unseen(config, at.acl, is_strict=what.is_strict))
    assert len({name for name, _ in (*known, *unseen)}) >= 40
    cases = chain(
        islice(mutants(config, at), DEPLOYMENTS.index(what), None, EACH),
        known,
    )
    assert list(missed(cases, intent, counts, what.platform)) == []
    assert list(missed(unseen, intent, counts, what.platform, is_known=False)) == []
    assert counts["found"] > 40


@pytest.mark.parametrize("what", DEPLOYMENTS, ids=str)
def test_what_is_nobodys_business_is_not_told(what: Deployment) -> None:
    intent, config, _ = deployed(what)
    counts: Counter[str] = Counter()
    assert list(told(harmless.harmless(config), intent, counts, what.platform)) == []
    assert counts["harmless"] >= 60
