"""What operators write wrong in a project's files, beside the tables of tests/mistakes."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from nornir.core.inventory import Group, Groups, Host, Hosts, Inventory, ParentGroups
from nornir.core.plugins.inventory import InventoryPluginRegister

from knockdeploy.errors import InputError
from knockdeploy.inventory import load
from knockdeploy.inventory.selection import check_inventory

from .conftest import DEFAULTS, Write, mistakes


class Mute:
    """An inventory plugin of somebody's own, whose errors say nothing."""

    def __init__(self, **_options: object) -> None:
        pass

    def load(self) -> Inventory:
        raise ConnectionError


def test_an_error_that_says_nothing_is_told_by_its_kind(write: Write) -> None:
    InventoryPluginRegister.register("Mute", Mute)
    try:
        (mistake,) = mistakes(write(config="inventory: {plugin: Mute}\n"))
    finally:
        InventoryPluginRegister.deregister("Mute")
    assert mistake.message == "the inventory plugin 'Mute' cannot be used: ConnectionError"


@pytest.mark.parametrize("n_groups", [500, 501])
def test_a_host_may_be_in_five_hundred_groups_and_in_no_more(n_groups: int) -> None:
    groups = [Group("g0")]
    for number in range(1, n_groups):
        groups.append(Group(f"g{number}", groups=ParentGroups(groups[-1:])))
    host = Host("r1", groups=ParentGroups(groups[-1:]))
    inventory = Inventory(Hosts(r1=host), Groups({each.name: each for each in groups}))
    with pytest.raises(InputError) if n_groups > 500 else nullcontext() as caught:
        check_inventory(inventory, {"host_file": "hosts.yaml", "group_file": "groups.yaml"})
    if caught:
        (mistake,) = caught.value.mistakes
        assert (mistake.message, mistake.file) == ("'r1' is in more than 500 groups", "hosts.yaml")


def test_each_mistake_names_the_file_its_key_is_from(write: Write) -> None:
    hosts = "r1: {groups: [branch], data: {knock: {engine: perl}}}\nr2: {groups: [branch]}\n"
    groups = "branch: {data: {knock: {access: maybe, engine: ruby}}}\n"
    defaults = DEFAULTS + "    proof: never\n"
    found = {
        (m.host, m.key, Path(str(m.file)).name)
        for m in mistakes(write(hosts=hosts, groups=groups, defaults=defaults))
    }
    assert found == {
        ("r1", "knock.engine", "hosts.yaml"),
        ("r1", "knock.access", "groups.yaml"),
        ("r1", "knock.proof", "defaults.yaml"),
        ("r2", "knock.engine", "groups.yaml"),
        ("r2", "knock.access", "groups.yaml"),
        ("r2", "knock.proof", "defaults.yaml"),
    }


@pytest.mark.parametrize(
    ("limit", "filters", "words"),
    [
        (["r3"], [], "known are r1, r2"),
        (["r11"], [], "did you mean r1?"),
        (["r1", "s*"], [], "'s*'"),
        (["r1,r3"], [], "'r3'"),
        ([""], [], "no host or group matches"),
        (["R1"], [], "no host or group matches"),
        ([], ["city"], "KEY=VALUE"),
        ([], ["=x"], "KEY=VALUE"),
        ([], ["town=Bonn"], "no host has 'town'"),
        ([], ["city=Rome"], "no host matches -f city=Rome"),
        ([], ["city=Bon"], "no host matches -f city=Bon (did you mean Bonn?)"),
        (["r1"], ["city=Bonn"], "but none matches all"),
        ([], ["city=Berlin", "name=r2"], "no host matches"),
        ([], ["x\x1b[2J=1"], "no host has"),
    ],
)
def test_a_selection_of_nothing_is_a_mistake(
    write: Write, limit: list[str], filters: list[str], words: str
) -> None:
    (mistake,) = mistakes(write(), limit, filters)
    assert words in f"{mistake.message} ({mistake.hint})"


BARE = "username: admin\n"
MISSPELT = [
    # which file, its text, host and key that are named
    ({"hosts": "r1: {data: {knok: {weak: true}}}\n"}, "r1", "data.knok"),
    ({"hosts": "r1: {data: {Knock: {}}}\n"}, "r1", "data.Knock"),
    ({"groups": "branch: {data: {knocks: {}}}\nfleet: {}\n"}, None, "branch.data.knocks"),
    ({"defaults": "data: {nock: {}}\n"}, None, "data.nock"),
]


@pytest.mark.parametrize(("texts", "host", "key"), MISSPELT, ids=[case[2] for case in MISSPELT])
def test_a_misspelt_knock_is_not_an_unmanaged_host(
    write: Write, texts: dict[str, str], host: str | None, key: str
) -> None:
    (mistake,) = mistakes(write(**{"defaults": BARE, **texts}))
    (file,) = texts
    assert mistake.file is not None
    assert mistake.file.endswith(f"inventory/{file}.yaml")
    assert (mistake.host, mistake.key, mistake.hint) == (host, key, "did you mean knock?")


@pytest.mark.parametrize("key", ["lock", "block", "clock", "unlock", "stock", "5"])
def test_other_data_are_everybodys_own(write: Write, key: str) -> None:
    project = load(write(defaults=BARE, hosts=f"r1: {{data: {{{key}: 1}}}}\n"))
    assert project.intents == {"r1": None}


def test_a_misspelt_knock_beside_the_data_says_where_it_belongs(write: Write) -> None:
    for key in ("knok", "knock"):
        (mistake,) = mistakes(write(hosts=f"r1: {{{key}: {{}}}}\n"))
        assert (mistake.host, mistake.key, mistake.message) == ("r1", key, "unknown key")
        assert mistake.hint.endswith("it belongs under data")


def test_a_near_miss_beside_a_knock_is_no_mistake(write: Write) -> None:
    for near in ("knok: {}", "knok: {}, knock: {enabled: false}"):
        load(write(hosts=f"r1: {{data: {{{near}}}}}\n"))
