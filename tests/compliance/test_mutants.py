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

EACH = 14
"""One mutant of so many; another share for each router."""


@pytest.mark.parametrize("what", DEPLOYMENTS, ids=str)
def test_what_opens_a_service_or_breaks_the_knock_is_found(what: Deployment) -> None:
    intent, config, at = deployed(what)
    assert seen(config).is_right
    counts: Counter[str] = Counter()
    cases = chain(
        islice(mutants(config, at), DEPLOYMENTS.index(what), None, EACH),
        ways_in.entries(config, at.acl),
        ways_in.elsewhere(config, at.acl),
    )
    assert list(missed(cases, intent, counts)) == []
    unseen = ways_in.unseen(config, at.acl, is_strict=what.is_strict)
    assert list(missed(unseen, intent, counts, is_known=False)) == []
    assert counts["found"] > 45


@pytest.mark.parametrize("what", DEPLOYMENTS, ids=str)
def test_what_is_nobodys_business_is_not_told(what: Deployment) -> None:
    intent, config, _ = deployed(what)
    counts: Counter[str] = Counter()
    assert list(told(harmless.harmless(config), intent, counts)) == []
    assert counts["harmless"] >= 60
