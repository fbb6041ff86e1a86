"""What operators write wrong in a project's files: a sentence with file, host and key."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from nornir.core.inventory import Group, Groups, Host, Hosts, Inventory, ParentGroups
from nornir.core.plugins.inventory import InventoryPluginRegister

from knockdeploy.errors import InputError
from knockdeploy.inventory import load
from knockdeploy.inventory.selection import check_inventory

from .conftest import CONFIG, DEFAULTS, GROUPS, HOSTS, Write, mistakes

OURS = "user_defined: {knockdeploy: %s}\n"

IN_CONFIG = [
    # text of config.yaml, the key that is named, words
    ("[1]", None, "must be a mapping"),
    ("text", None, "must be a mapping"),
    ("inventroy: {}\n", "inventroy", "inventory?"),
    ("runner: 5\n", "runner", "must be a mapping"),
    ("runner: {workers: 5}\n", "runner.workers", "known are"),
    ("inventory: {optoins: {}}\n", "inventory.optoins", "options?"),
    ("inventory: {options: [1]}\n", "inventory.options", "mapping"),
    ("inventory: {plugin: Nowhere}\n", "inventory", "Nowhere"),
    (CONFIG + "runner: {plugin: nowhere}\n", "runner", "nowhere"),
    (CONFIG + "runner: {options: {num_workers: 0}}\n", "runner", "num_workers"),
    (CONFIG + "runner: {options: {num_workers: many}}\n", "runner", "cannot be used"),
    (CONFIG + "runner: {options: {worker: 1}}\n", "runner", "worker"),
    (CONFIG + "logging: {enabled: 'x'}\n", "logging.enabled", "true or false"),
    (CONFIG.replace("host_file: i", "host_file: x"), "inventory.options.host_file", "no file /"),
    (
        CONFIG.replace("host_file: i", f"host_file: {'x' * 300}"),
        "inventory.options.host_file",
        "no file /",
    ),
    (CONFIG.replace("group_file: i", "group_file: x"), "inventory.options.group_file", "no file"),
    (CONFIG + "    x_file: 1\n", "inventory.options.x_file", "host_file"),
    (CONFIG + "user_defined: 1\n", "user_defined", "mapping"),
    (CONFIG + OURS % "[]", "user_defined.knockdeploy", "mapping"),
    (CONFIG + OURS % "{host_key: strict}", "user_defined.knockdeploy.host_key", "host_keys?"),
    (CONFIG + OURS % "{host_keys: no}", "user_defined.knockdeploy.host_keys", "accept-new"),
    (CONFIG + OURS % "{allow_command: 1}", "user_defined.knockdeploy.allow_command", "true or"),
    (CONFIG + OURS % "{state_dir: 5}", "user_defined.knockdeploy.state_dir", "not a path"),
    (CONFIG + OURS % "{state_dir: ''}", "user_defined.knockdeploy.state_dir", "not a path"),
    (CONFIG + OURS % "{templates: nowhere}", "user_defined.knockdeploy.templates", "no folder"),
    (CONFIG + OURS % "{rollout: 5}", "user_defined.knockdeploy.rollout", "mapping"),
    (CONFIG + OURS % "{rollout: {batch: 0}}", "user_defined.knockdeploy.rollout.batch", "never"),
    (CONFIG + OURS % "{rollout: {batch: 101%}}", "user_defined.knockdeploy.rollout.batch", "25%"),
    (
        CONFIG + OURS % "{rollout: {confirm_minutes: 121}}",
        "user_defined.knockdeploy.rollout.confirm_minutes",
        "1 to 120",
    ),
    (
        CONFIG + OURS % "{rollout: {canaries: 1}}",
        "user_defined.knockdeploy.rollout.canaries",
        "canary?",
    ),
]


@pytest.mark.parametrize(("text", "key", "words"), IN_CONFIG, ids=[c[0][-40:] for c in IN_CONFIG])
def test_a_wrong_config_is_named(write: Write, text: str, key: str | None, words: str) -> None:
    config_file = write(config=text)
    (mistake,) = mistakes(config_file)
    assert mistake.file == str(config_file)
    assert mistake.key == key
    assert words in f"{mistake.message} ({mistake.hint})"


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


YAMLS = [
    ("a: b: c\n", "line 1"),
    ("x:\n\t- y\n", "line 2"),
    ("a: [1\nb: 2\n", "line 2"),
    ("password: s3cret-word\npassword: s3cret-word\n", "line 2"),
    ("a: *x\n", "line 1"),
    ("a: !!python/object/apply:os.system [id]\n", "line 1"),
    ("a: 'x\n", "line"),
    ("a: \x07\n", "character"),
    ("{" * 900, "nested"),
]


@pytest.mark.parametrize("which", ["config", "hosts", "groups", "defaults"])
@pytest.mark.parametrize(("text", "where"), YAMLS, ids=[case[0][:20] for case in YAMLS])
def test_broken_yaml_is_one_sentence_with_file_and_line(
    write: Write, which: str, text: str, where: str
) -> None:
    (mistake,) = mistakes(write(**{which: text}))
    name = "config.yaml" if which == "config" else f"inventory/{which}.yaml"
    assert name in str(mistake)
    assert where in str(mistake)


@pytest.mark.parametrize("name", ["config", "inventory/hosts", "inventory/groups"])
def test_what_is_no_readable_file_is_named(write: Write, name: str) -> None:
    config_file = write()
    file = config_file.parent / f"{name}.yaml"
    file.write_bytes(b"a: \xff\n")
    (mistake,) = mistakes(config_file)
    assert mistake.file == str(file)
    assert "UTF-8" in mistake.message
    file.unlink()
    file.mkdir()
    (mistake,) = mistakes(config_file)
    assert mistake.file == str(file)
    assert "directory" in mistake.message


def test_a_config_that_is_not_there_is_named(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path / "config.yaml")
    assert mistake.file == str(tmp_path / "config.yaml")
    assert "No such file" in mistake.message


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


IN_INVENTORY = [
    # hosts, groups, file, host, key, words
    ("[r1]\n", GROUPS, "hosts", None, None, "must be a mapping"),
    ("r1: text\n", GROUPS, "hosts", "r1", None, "must be a mapping"),
    ("r1: [1]\n", GROUPS, "hosts", "r1", None, "must be a mapping"),
    ("r1: {groups: branch}\n", GROUPS, "hosts", "r1", "groups", "['branch']?"),
    ("r1: {groups: [brunch]}\n", GROUPS, "hosts", "r1", "groups", "branch?"),
    ("r1: {groups: [{a: 1}]}\n", GROUPS, "hosts", "r1", "groups", "no group"),
    ("r1: {data: [1]}\n", GROUPS, "hosts", "r1", "data", "must be a mapping"),
    ("r1: {connection_options: 5}\n", GROUPS, "hosts", "r1", "connection_options", "mapping"),
    ("r1: {connection_options: {x: 5}}\n", GROUPS, "hosts", "r1", "connection_options.x", "map"),
    ("r1: {data: {knock: 5}}\n", GROUPS, "hosts", "r1", "knock", "must be a mapping"),
    ("1: {}\n", GROUPS, "hosts", None, None, '1 is not a valid host name (quote it: "1")'),
    ("2026-01-01: {}\n", GROUPS, "hosts", None, None, "2026-01-01 is not a valid host name"),
    ("null: {}\n", GROUPS, "hosts", None, None, "null is not a valid host name"),
    ("'../r1': {}\n", GROUPS, "hosts", None, None, "not a valid host name"),
    ("'r\\x1b1': {}\n".replace("'", '"'), GROUPS, "hosts", None, None, "not a valid host name"),
    ("'': {}\n", GROUPS, "hosts", None, None, "not a valid host name"),
    ("'r1,r2': {}\n", GROUPS, "hosts", None, None, "not a valid host name"),
    (HOSTS, "branch: {groups: [branch]}\n", "groups", None, "groups", "contains itself"),
    (HOSTS, "branch: {}\nb: {groups: [nowhere]}\n", "groups", None, "b.groups", "no group"),
    ("r1: {data: &x {knock: {names: *x}}}\n", GROUPS, "hosts", None, None, "alias"),
]


@pytest.mark.parametrize(
    ("hosts", "groups", "file", "host", "key", "words"),
    IN_INVENTORY,
    ids=[f"{case[0][:30]}-{case[1][:20]}" for case in IN_INVENTORY],
)
def test_a_wrong_inventory_is_named(  # noqa: PLR0913, PLR0917  a table's columns
    write: Write,
    hosts: str,
    groups: str,
    file: str,
    host: str | None,
    key: str | None,
    words: str,
) -> None:
    mistake = mistakes(write(hosts=hosts, groups=groups))[0]
    assert str(mistake.file).partition(",")[0].endswith(f"{file}.yaml")
    assert mistake.host == host
    assert mistake.key == key
    assert words in f"{mistake.message} ({mistake.hint})"


def test_groups_in_a_circle_are_named(write: Write) -> None:
    groups = "branch: {groups: [b]}\nb: {groups: [branch]}\n"
    assert [m.message for m in mistakes(write(groups=groups))] == [
        "the group 'branch' contains itself",
        "the group 'b' contains itself",
    ]


def test_aliases_in_a_circle_are_no_traceback(write: Write) -> None:
    hosts = "r1: {data: {knock: &x {names: *x}}}\n"
    defaults = "data: {knock: &y {names: *y}}\n"
    assert mistakes(write(hosts=hosts, defaults=defaults))


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


def test_an_empty_inventory_is_a_mistake(write: Write) -> None:
    assert mistakes(write(hosts=""))[0].message == "has no host"


def test_a_missing_config_says_how_to_name_one(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path / "config.yaml")
    assert "No such file" in mistake.message
    assert "-c FILE, KNOCKDEPLOY_CONFIG" in mistake.hint


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
