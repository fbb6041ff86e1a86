"""Sequences that anybody can read are no secret, in whatever order."""

from __future__ import annotations

import pytest

from knockdeploy.compliance.fleet_quality import Addressed, fleet_quality, is_published
from knockdeploy.intent import intent_from
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


@pytest.mark.parametrize("ports", [(7000, 8000, 9000), (1111, 2222, 3333, 4444, 5555)])
def test_knock_of_every_manual_of_knockd_is_published(ports: tuple[int, ...]) -> None:
    assert is_published(sequence(*ports))


@pytest.mark.parametrize(
    ("n_hosts", "ends"), [(10, "r9 (10 hosts)"), (11, "and 1 more (11 hosts)")]
)
def test_ten_hosts_that_share_a_knock_are_all_named(n_hosts: int, ends: str) -> None:
    intent = intent_from({
        "ports": [40204, 34515, 46543, 38654, 47566], "services": ["22/tcp"], "interface": "Gi0/0",
    })  # fmt: skip
    hosts = {f"r{k}": Addressed(intent, f"192.0.2.{k}", 22) for k in range(n_hosts)}
    told = dict(fleet_quality(hosts))
    assert told.keys() == hosts.keys()
    assert f"{ends} have the same knock" in told["r0"].message
