"""Sequences that anybody can read are no secret, in whatever order."""

from __future__ import annotations

import pytest

from knockdeploy.compliance.fleet_quality import is_published
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.sequence import Knock, KnockSequence


def sequence(*ports: int) -> KnockSequence:
    return KnockSequence(tuple(map(Knock, ports)))


@pytest.mark.parametrize("router", ["r1", "r20", "r250"])
def test_knock_of_a_lab_router_is_published(router: str) -> None:
    assert is_published(sequence(*knock_ports(router)))


def test_knock_of_the_article_is_published_in_any_order() -> None:
    assert is_published(sequence(46543, 28654, 40204, 57566, 34515))
    assert is_published(sequence(34515, 57566, 40204, 28654, 46543))
    assert not is_published(sequence(34515, 57566, 40204, 28654, 46544))
    assert not is_published(sequence(34515, 57566, 40204, 28654))
