"""What many hosts share is said once, and every value in which they differ is there."""

from __future__ import annotations

import pytest

from knockdeploy.report.fold import folds, spanned


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["r1"], "r1"),
        (["r1", "r2"], "r1, r2 (2 hosts)"),
        (["r1", "r2", "r3"], "r1..3 (3 hosts)"),
        (["r10", "r9", "r11", "r1"], "r1, r9..11 (4 hosts)"),
        (["b-08", "b-09", "b-10", "b-1", "c"], "b-1, b-08..10, c (5 hosts)"),
        ([f"b{k}-rtr" for k in range(98, 102)], "b98-rtr..101-rtr (4 hosts)"),
        (["a1x", "a2y", "a3z"], "a1x, a2y, a3z (3 hosts)"),
        (["r1", "r3", "r5"], "r1, r3, r5 (3 hosts)"),
    ],
)
def test_names_that_count_up_are_one(names: list[str], told: str) -> None:
    assert spanned(names) == told


def test_equal_texts_are_one_without_a_table() -> None:
    (fold,) = folds({"r1": "+ a 10.0.0.1", "r2": "+ a 10.0.0.1", "r3": "+ a 10.0.0.1"}.items())
    assert (fold.hosts, fold.text, fold.table) == ("r1..3 (3 hosts)", "+ a 10.0.0.1", [])


def test_texts_that_differ_in_addresses_have_a_table_of_those_that_differ() -> None:
    texts = {
        "r1": "deny any host 203.0.113.1\npermit 192.0.2.0 0.0.0.255\nend 203.0.113.1",
        "r2": "deny any host 203.0.113.2\npermit 192.0.2.0 0.0.0.255\nend 203.0.113.2",
        "r3": "deny any host 203.0.113.30\npermit 192.0.2.0 0.0.0.255\nend 203.0.113.30",
        "r4": "deny any host 203.0.113.2\npermit 192.0.2.0 0.0.0.255\nend 203.0.113.2",
    }
    (fold,) = folds(texts.items())
    assert fold.text == texts["r1"]
    assert fold.table == [
        "r1                203.0.113.1  <- as shown",
        "r2, r4 (2 hosts)  203.0.113.2",
        "r3                203.0.113.30",
    ]


def test_addresses_that_stand_for_other_things_are_not_the_same() -> None:
    """r1 denies what it permits, r2 denies one address and permits another."""
    texts = {"r1": "deny 10.0.0.1, permit 10.0.0.1", "r2": "deny 10.0.0.2, permit 10.0.0.3"}
    assert [fold.text for fold in folds(texts.items())] == list(texts.values())


@pytest.mark.parametrize(
    ("one", "other"),
    [("permit 22", "permit 23"), ("+ 10.0.0.1", "- 10.0.0.2"), ("10.0.0.1.5", "10.0.0.2.5")],
)
def test_whatever_else_differs_is_shown(one: str, other: str) -> None:
    assert [fold.text for fold in folds({"r1": one, "r2": other}.items())] == [one, other]


def test_a_hosts_own_name_is_no_difference() -> None:
    (fold,) = folds({"r1": "see r1.acl", "r2": "see r2.acl"}.items())
    assert (fold.hosts, fold.text) == ("r1, r2 (2 hosts)", "see r1.acl")
    texts = {"10": "10 permit any", "11": "11 permit any"}  # a name that reads like a number
    assert len(folds(texts.items())) == 2
    assert len(folds({"r1": "to r2", "r2": "to r2"}.items())) == 2
