"""config.yaml, selection, and intents host by host."""

from __future__ import annotations

import logging
import subprocess
import sys
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from nornir.core.inventory import Defaults, Group, Groups, Host, Hosts, Inventory, ParentGroups
from nornir.core.plugins.inventory import InventoryPluginRegister

from knockdeploy.inventory import RolloutSettings, load
from knockdeploy.inventory.settings import Device

from .conftest import CONFIG, Write, mistakes


def test_a_project_is_loaded_from_anywhere(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    project = load(Path("../config.yaml"))
    assert list(project.intents) == list(project.nornir.inventory.hosts) == ["r1", "r2"]
    assert project.settings.state_dir == tmp_path / "elsewhere" / ".." / ".knockdeploy"
    assert list((tmp_path / "elsewhere").iterdir()) == []  # no nornir.log


def test_settings_have_the_designs_defaults(write: Write, tmp_path: Path) -> None:
    settings = load(write()).settings
    assert dict(settings) == {
        "host_keys": "accept-new",
        "known_hosts": tmp_path / ".knockdeploy" / "known_hosts",
        "database": tmp_path / ".knockdeploy" / "knockdeploy.db",
        "keep_days": 400,
        "allow_command": False,
        "state_dir": tmp_path / ".knockdeploy",
        "templates": None,
        "rollout": RolloutSettings(
            canary=1,
            batch="25%",
            max_failures=0,
            soak_seconds=0,
            serial_by=None,
            confirm_minutes=5,
        ),
        "device": Device(read_timeout_s=30, harmless=[]),
        "page_keys": ["site"],
    }


def test_settings_are_read_and_resolved(write: Write, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    ours = """\
user_defined:
  other: {x: 1}
  knockdeploy:
    host_keys: strict
    state_dir: state
    templates: mine
    rollout: {batch: 10, max_failures: 5%, serial_by: city}
"""
    project = load(write(config=CONFIG + ours))
    assert project.settings.known_hosts == tmp_path / "state" / "known_hosts"
    assert project.settings.templates == tmp_path / "mine"
    assert project.settings.rollout.batch == 10
    assert project.settings.rollout.max_failures == "5%"
    assert project.nornir.config.user_defined["other"] == {"x": 1}
    passed_on = project.nornir.config.user_defined["knockdeploy"]
    assert passed_on["known_hosts"] == str(tmp_path / "state" / "known_hosts")
    assert passed_on["host_keys"] == "strict"


def test_empty_sections_are_nornirs_defaults(write: Write, tmp_path: Path) -> None:
    write()
    for name in ("hosts", "groups", "defaults"):
        (tmp_path / f"{name}.yaml").write_bytes((tmp_path / f"inventory/{name}.yaml").read_bytes())
    (tmp_path / "config.yaml").write_text("inventory:\nrunner:\nuser_defined:\n")
    assert list(load(tmp_path / "config.yaml").intents) == ["r1", "r2"]
    (tmp_path / "config.yaml").write_text("")
    assert list(load(tmp_path / "config.yaml").intents) == ["r1", "r2"]


def test_runner_logging_and_ssh_are_nornirs(write: Write, tmp_path: Path) -> None:
    name = "nornir.of.this.test"
    config = f"""\
runner: {{plugin: threaded, options: {{num_workers: 3}}}}
ssh: {{config_file: ssh_config}}
core: {{raise_on_error: true}}
logging: {{log_file: logs.txt, to_console: true, loggers: [{name}]}}
"""
    (tmp_path / "ssh_config").touch()
    try:
        nornir = load(write(config=CONFIG + config)).nornir
        assert nornir.config.ssh.config_file == str(tmp_path / "ssh_config")
        assert nornir.config.core.raise_on_error is False
        assert (tmp_path / "logs.txt").exists()
        streams = [
            handler.stream
            for handler in logging.getLogger(name).handlers
            if type(handler) is logging.StreamHandler
        ]
        assert streams == [sys.stderr, sys.stderr]
    finally:
        for handler in list(logging.getLogger(name).handlers):
            logging.getLogger(name).removeHandler(handler)
            handler.close()


def test_a_host_without_hostname_is_reached_by_its_name(write: Write) -> None:
    hosts = load(write()).nornir.inventory.hosts
    assert [host.hostname for host in hosts.values()] == ["127.10.0.1", "r2"]


def test_loading_imports_no_ssh_library(write: Write) -> None:
    code = (
        "import sys, pathlib, knockdeploy.inventory as i;"
        "i.load(pathlib.Path(sys.argv[1]));"
        "print([m for m in ('netmiko', 'paramiko', 'asyncssh', 'rich') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", code, str(write())], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


KNOCKS = {
    "unmanaged without knock": ("{}", "{}", "{}", None),
    "unmanaged when disabled": ("{enabled: false}", "{}", "{window_seconds: 5}", None),
    "unmanaged when disabled by a group": ("{}", "{enabled: false}", "{}", None),
    "unmanaged when unset": ("null", "{}", "{}", None),
    "the host wins": ("{window_seconds: 3}", "{window_seconds: 4}", "{window_seconds: 5}", 3),
    "groups before defaults": ("{}", "{window_seconds: 4}", "{window_seconds: 5}", 4),
    "defaults": ("{}", "{}", "{window_seconds: 5}", 5),
    "null unsets": ("{window_seconds: null}", "{window_seconds: 4}", "{window_seconds: 5}", 10),
    "null unsets what is farther": ("{}", "{window_seconds: null}", "{window_seconds: 5}", 10),
}


@pytest.mark.parametrize(
    ("host", "group", "defaults", "window_s"), KNOCKS.values(), ids=KNOCKS.keys()
)
def test_levels_merge(
    write: Write, host: str, group: str, defaults: str, window_s: int | None
) -> None:
    base = "{ports: [46543, 28654, 40204, 57566, 34515], services: [22/tcp], interface: Dialer1}"
    if host == group == defaults == "{}":
        everything = "username: x\n"
        hosts = "r1: {}\n"
        groups = "g: {}\n"
    else:
        everything = f"data:\n  knock: {defaults}\n"
        hosts = f"r1: {{groups: [near], data: {{knock: {host}}}}}\n"
        groups = (
            f"near: {{groups: [far], data: {{knock: {group}}}}}\nfar: {{data: {{knock: {base}}}}}\n"
        )
    intent = load(write(hosts=hosts, groups=groups, defaults=everything)).intents["r1"]
    assert (intent.window_seconds if intent else None) == window_s


def test_the_first_listed_group_wins_and_its_parents_come_before_the_second(write: Write) -> None:
    groups = """\
one: {groups: [parent], data: {knock: {window_seconds: 1}}}
parent: {data: {knock: {window_seconds: 2, timeout_minutes: 2}}}
two: {data: {knock: {window_seconds: 3, timeout_minutes: 3, acl: TWO}}}
"""
    intent = load(write(hosts="r1: {groups: [one, two]}\n", groups=groups)).intents["r1"]
    assert intent is not None
    assert (intent.window_seconds, intent.timeout_minutes, intent.acl) == (1, 2, "TWO")


def test_mappings_merge_lists_are_replaced_and_sources_add_up(write: Write) -> None:
    hosts = """\
r1:
  groups: [branch]
  data:
    knock:
      services: [80/tcp]
      names: {applet: EEM_R1, acl: null}
      outside_ports: {80: 10080}
      management_sources: [198.51.100.1]
"""
    groups = """\
branch:
  data:
    knock:
      services: [22/tcp, 443/tcp]
      names: {applet: EEM_G, acl: ACL_G, copp_policy: PM_G}
      management_sources: [198.51.100.2, 192.0.2.0/24]
"""
    intent = load(write(hosts=hosts, groups=groups)).intents["r1"]
    assert intent is not None
    assert [str(service) for service in intent.services] == ["80/tcp"]
    assert intent.names.applet == "EEM_R1"
    assert intent.names.acl == "ACL_Internet_In"
    assert intent.names.copp_policy == "PM_G"
    assert intent.management_sources == tuple(
        map(IPv4Network, ("198.51.100.1/32", "198.51.100.2/32", "192.0.2.0/24"))
    )


def test_null_unsets_the_sources_of_farther_levels(write: Write) -> None:
    hosts = "r1: {data: {knock: {management_sources: null}}}\n"
    intent = load(write(hosts=hosts)).intents["r1"]
    assert intent is not None
    assert intent.management_sources == ()


def test_only_selected_hosts_are_validated(write: Write) -> None:
    hosts = "r1: {}\nr2: {data: {knock: {engine: perl}}}\n"
    assert list(load(write(hosts=hosts), ["r1"]).intents) == ["r1"]
    assert [mistake.host for mistake in mistakes(write(hosts=hosts))] == ["r2"]


@pytest.mark.parametrize(
    ("limit", "filters", "names"),
    [
        ([], [], ["r1", "r2"]),
        (["r1"], [], ["r1"]),
        (["r2,r1"], [], ["r1", "r2"]),
        (["r*"], [], ["r1", "r2"]),
        (["r[!1]"], [], ["r2"]),
        (["!r1"], [], ["r2"]),
        (["r*", "!*1"], [], ["r2"]),
        (["fleet", "!r2"], [], ["r1"]),
        (["r1", "r2"], ["name=r2"], ["r2"]),
        ([], ["hostname=127.10.0.1"], ["r1"]),
        ([], ["platform=ios"], ["r1", "r2"]),
        ([], ["group=fleet"], ["r1", "r2"]),
        ([], ["city=Berlin"], ["r1"]),
        ([], ["city=Bonn", "group=branch"], ["r2"]),
        ([], ["knock.interface=GigabitEthernet0/0"], ["r1", "r2"]),
        ([], ["knock.services=22/tcp"], ["r1", "r2"]),
    ],
)
def test_hosts_are_selected(
    write: Write, limit: list[str], filters: list[str], names: list[str]
) -> None:
    project = load(write(), limit, filters)
    assert sorted(project.intents) == sorted(project.nornir.inventory.hosts) == names


NAMES = ("r1", "!r1", "@r2")


def test_a_host_may_be_called_like_a_pattern(write: Write) -> None:
    config_file = write(hosts="".join(f"'{name}': {{hostname: 192.0.2.1}}\n" for name in NAMES))
    for name in NAMES:
        assert list(load(config_file, [name], []).intents) == [name]


def test_any_inventory_plugin_does(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    class Server:
        def __init__(
            self, url: str, site: str, base_path: str, ca_file: str = "", dir_path: str = ""
        ) -> None:
            assert url == "https://cmdb.example.net"
            assert site == "inventory"  # a word, though a folder of the project is called so
            assert not base_path
            assert Path(ca_file).is_absolute()  # a path of the project
            assert dir_path == "not/there"  # no path of the project: the plugin's own business

        def load(self) -> Inventory:
            knock = {
                "ports": [46543, 28654, 40204, 57566, 34515],
                "services": ["22/tcp"],
                "interface": "Dialer1",
                "outside_ports": {"22": 10022},  # JSON knows no other keys
            }
            group = Group(name="g", data={"knock": knock})
            defaults = Defaults()
            host = Host(name="r1", groups=ParentGroups([group]), defaults=defaults)
            return Inventory(Hosts(r1=host), Groups(g=group), defaults)

    InventoryPluginRegister.register("Server", Server)
    try:
        intent = load(
            write(
                config="inventory: {plugin: Server, options: {url: 'https://cmdb.example.net', "
                "site: inventory, base_path: '', "
                "ca_file: inventory/hosts.yaml, dir_path: not/there}}\n"
            )
        ).intents["r1"]
    finally:
        InventoryPluginRegister.deregister("Server")
    assert intent is not None
    assert intent.outside_ports == {22: 10022}
