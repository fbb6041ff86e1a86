"""Where an inventory comes from: Nornir's files, one file, somebody else's plugin; references."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from nornir.core.inventory import Host
from nornir.core.plugins.inventory import TransformFunctionRegister

from knockdeploy.errors import InputError
from knockdeploy.inventory import load, resolve_credentials

from .conftest import CONFIG, DEFAULTS, Write, mistakes

PORTS = [46543, 28654, 40204, 57566, 34515]
ANSIBLE = """\
all:
  vars: {ansible_user: admin, ansible_password: "%s"}
  children:
    branch:
      vars:
        platform: ios
        knock:
          services: [22/tcp]
          interface: Dialer1
          management_sources: [192.0.2.0/24]
      hosts:
        r1:
          ansible_host: 192.0.2.1
          ansible_port: 2222
          knock: {ports: [46543, 28654, 40204, 57566, 34515], management_sources: [198.51.100.7]}
"""
INI = """\
[branch]
r1 ansible_host=192.0.2.1 ansible_user=admin ansible_password=file:secret
"""


def ansible(folder: Path, hosts: str) -> Path:
    (folder / "hosts").write_text(hosts)
    (folder / "secret").write_text("from-a-file\n")
    config_file = folder / "config.yaml"
    config_file.write_text("inventory: {plugin: AnsibleInventory, options: {hostsfile: hosts}}\n")
    return config_file


def test_an_ansible_inventory_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = load(ansible(tmp_path, ANSIBLE % "file:secret"))
    intent = project.intents["r1"]
    assert intent is not None
    assert [knock.port for knock in intent.sequence] == PORTS
    assert list(map(str, intent.management_sources)) == ["198.51.100.7/32", "192.0.2.0/24"]
    assert "from-a-file" in resolve_credentials(project)
    host = project.nornir.inventory.hosts["r1"]
    assert (host.hostname, host.port, host.platform) == ("192.0.2.1", 2222, "ios")
    assert (host.username, host.password) == ("admin", "from-a-file")


def test_a_reference_in_a_file_that_is_no_yaml_is_not_honoured(tmp_path: Path) -> None:
    project = load(ansible(tmp_path, INI))
    with pytest.raises(InputError) as caught:
        resolve_credentials(project)
    (mistake,) = caught.value.mistakes
    assert (mistake.host, mistake.key) == ("r1", "password")
    assert "only from the project's own files" in mistake.message
    assert "YAML file" in mistake.hint


def test_a_wrong_ansible_inventory_is_one_sentence(tmp_path: Path) -> None:
    (mistake,) = mistakes(ansible(tmp_path, ANSIBLE.replace("2222", "port") % "x"))
    assert (mistake.host, mistake.key) == ("r1", "port")
    assert str(mistake.file) == str(tmp_path / "hosts")
    (mistake,) = mistakes(ansible(tmp_path, "all: [1"))
    assert "AnsibleInventory" in mistake.message


def test_a_whole_inventory_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "inventory.yaml").write_text("""\
r1: &branch
  hostname: 192.0.2.1
  username: admin
  password: file:secret
  platform: ios
  data:
    knock: &knock
      ports: [46543, 28654, 40204, 57566, 34515]
      services: [22/tcp]
      interface: Dialer1
r2:
  <<: *branch
  hostname: 192.0.2.2
  data: {knock: {<<: *knock, services: [80/tcp]}}
""")
    (tmp_path / "secret").write_text("from-a-file\n")
    config_file = tmp_path / "config.yaml"
    config_file.write_text("inventory: {options: {host_file: inventory.yaml}}\n")
    project = load(config_file)
    assert resolve_credentials(project) == {"from-a-file"}
    services = {
        name: intent and str(intent.services[0]) for name, intent in project.intents.items()
    }
    assert services == {"r1": "22/tcp", "r2": "80/tcp"}
    assert project.nornir.inventory.hosts["r2"].hostname == "192.0.2.2"


@pytest.mark.parametrize(
    "text", ["46543 28654\n40204 57566 34515/tcp\n", "46543,28654, 40204,57566,34515/tcp"]
)
def test_the_knock_may_be_a_reference(write: Write, tmp_path: Path, text: str) -> None:
    (tmp_path / "sequence").write_text(text)
    knock = "{ports: 'file:sequence', services: [22/tcp], interface: Dialer1}"
    intent = load(write(hosts=f"r1: {{data: {{knock: {knock}}}}}\n")).intents["r1"]
    assert intent is not None
    assert [knock.port for knock in intent.sequence] == PORTS
    assert [str(knock.protocol) for knock in intent.sequence] == ["udp"] * 4 + ["tcp"]


def test_paths_of_a_connection_are_relative_to_config_yaml(write: Write, tmp_path: Path) -> None:
    (tmp_path / "ssh_config").touch()
    extras = "{ssh_config_file: ssh_config, key_file: null, fast_cli: true, session_log: log.txt}"
    hosts = f"r1: {{connection_options: {{netmiko: {{extras: {extras}}}}}}}\n"
    project = load(write(hosts=hosts))
    resolve_credentials(project)
    options = project.nornir.inventory.hosts["r1"].get_connection_parameters("netmiko")
    assert options.extras == {
        "ssh_config_file": str(tmp_path / "ssh_config"),
        "fast_cli": True,
        "session_log": "log.txt",
    }


def test_a_transform_function_is_nobodys_own_file(
    write: Write,
) -> None:
    def inject(host: Host, **_: object) -> None:
        host.password = "env:HOME"

    TransformFunctionRegister.register("inject", inject)
    try:
        config = CONFIG.replace("inventory:\n", "inventory:\n  transform_function: inject\n", 1)
        project = load(write(config=config))
    finally:
        TransformFunctionRegister.deregister("inject")
    with pytest.raises(InputError, match="project's own files"):
        resolve_credentials(project)


MERGED = [
    # host, first group, its parent, second group, defaults, what holds
    ("{}", "{acl: A}", "{acl: B}", "{acl: C}", "{acl: D}", {"acl": "A"}),
    ("{}", "{}", "{acl: B}", "{acl: C}", "{acl: D}", {"acl": "B"}),
    ("{}", "{}", "{}", "{acl: C}", "{acl: D}", {"acl": "C"}),
    ("{}", "{}", "{}", "{}", "{acl: D}", {"acl": "D"}),
    ("{acl: null}", "{acl: A}", "{}", "{}", "{acl: D}", {"acl": "auto"}),
    ("{}", "{acl: null}", "{}", "{acl: C}", "{}", {"acl": "auto"}),
    ("{names: {acl: H}}", "{names: {applet: G}}", "{}", "{}", "{names: {acl: D, applet: D}}",
     {"names.acl": "H", "names.applet": "G"}),
    ("{names: null}", "{names: {applet: G}}", "{}", "{}", "{}", {"names.applet": "EEM_Knock"}),
    ("{outside_ports: {22: 1022}}", "{outside_ports: {80: 1080}}", "{}", "{}", "{}",
     {"outside_ports": {22: 1022, 80: 1080}}),
    ("{new_acl_entries: [permit icmp any any]}", "{new_acl_entries: [permit ip any any]}", "{}",
     "{}", "{}", {"new_acl_entries": ("permit icmp any any",)}),
    ("{management_sources: [192.0.2.1]}", "{management_sources: [192.0.2.2]}", "{}",
     "{management_sources: [192.0.2.3]}", "{management_sources: [192.0.2.1, 192.0.2.4]}",
     {"management_sources": ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]}),
    ("{}", "{management_sources: null}", "{}", "{management_sources: [192.0.2.3]}",
     "{management_sources: [192.0.2.4]}", {"management_sources": []}),
    ("{management_sources: [192.0.2.1]}", "{management_sources: null}", "{}", "{}",
     "{management_sources: [192.0.2.4]}", {"management_sources": ["192.0.2.1"]}),
]  # fmt: skip


@pytest.mark.parametrize("row", MERGED, ids=[str(row[-1]) + row[0][:30] for row in MERGED])
def test_levels_merge_as_the_design_has_it(write: Write, row: tuple[object, ...]) -> None:
    host, first, parent, second, defaults, wanted = row
    base = f"ports: {PORTS}, services: [22/tcp, 80/tcp], interface: Dialer1"
    far = f"{{{base}}}" if defaults == "{}" else f"{{{base}, {str(defaults)[1:]}"
    groups = "".join(
        f"{name}: {{groups: {members}, data: {{knock: {knock}}}}}\n"
        for name, members, knock in (
            ("first", "[parent]", first),
            ("parent", "[]", parent),
            ("second", "[]", second),
        )
    )
    hosts = f"r1: {{groups: [first, second], data: {{knock: {host}}}}}\n"
    config_file = write(hosts=hosts, groups=groups, defaults=f"data: {{knock: {far}}}\n")
    intent = load(config_file).intents["r1"]
    assert intent is not None
    assert isinstance(wanted, dict)
    for key, value in wanted.items():
        found: object = intent
        for part in key.split("."):
            found = getattr(found, part)
        if key == "management_sources":
            found = [str(network.network_address) for network in intent.management_sources]
        assert found == value


def in_group(write: Write, reference: str, name: str = "r1", **data: object) -> Path:
    """Write a project whose group has one reference for all its hosts."""
    host = {"groups": ["branch"], "data": {"site": "Bonn-2", "rack": {"row": 7}, **data}}
    return write(
        hosts=yaml.safe_dump({name: host}),
        groups=yaml.safe_dump({"branch": {"password": reference, "platform": "ios"}}),
        defaults=DEFAULTS.replace("password: s3cret-word\n", ""),
        config=f"{CONFIG}user_defined: {{knockdeploy: {{allow_command: true}}}}\n",
    )


PLACES = [
    # reference, what it leads to, for the host r1
    ("file:secrets/{name}", "of r1"),
    ("file:secrets/{site}/{platform}", "of a site"),
    ("file:secrets/{rack.row}", "of a row"),
    ("env:PASSWORD_{name}", "of the environment"),
    ("command:echo {name} at {site}", "r1 at Bonn-2"),
    ("command:echo x | awk '{print $1}'", "x"),
    ("command:X=1; echo ${X}", "1"),
]


@pytest.mark.parametrize(("reference", "value"), PLACES, ids=[place[0] for place in PLACES])
def test_a_reference_has_a_place_for_what_a_host_has(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: str, value: str
) -> None:
    monkeypatch.setenv("PASSWORD_r1", "of the environment")
    (tmp_path / "secrets/Bonn-2").mkdir(parents=True)
    for name, text in (("r1", "of r1"), ("Bonn-2/ios", "of a site"), ("7", "of a row")):
        (tmp_path / "secrets" / name).write_text(f"{text}\n")
    project = load(in_group(write, reference))
    resolve_credentials(project)
    assert project.nornir.inventory.hosts["r1"].password == value


@pytest.mark.parametrize(
    "value",
    [
        "../../etc/passwd",
        "/etc/passwd",
        ".",
        "..",
        "a/b",
        "$(touch x)",
        "`id`",
        "a b",
        "'",
        "",
        "-x",
    ],
)
@pytest.mark.parametrize("kind", ["file:{site}", 'command:echo "{site}"', "env:{site}"])
def test_what_an_inventory_says_leads_nowhere_else(
    write: Write, tmp_path: Path, value: str, kind: str
) -> None:
    project = load(in_group(write, kind, site=value))
    with pytest.raises(InputError) as caught:
        resolve_credentials(project)
    (mistake,) = caught.value.mistakes
    assert "cannot be part of a reference" in mistake.message
    assert (mistake.host, mistake.key) == ("r1", "password")


def test_what_yaml_reads_as_a_boolean_is_no_word(write: Write) -> None:
    """`site: no`, Norway, is a file called False for nobody."""
    project = load(in_group(write, "file:{site}", site=False))
    with pytest.raises(InputError) as caught:
        resolve_credentials(project)
    assert "it has no 'site'" in caught.value.mistakes[0].message


def test_a_place_that_a_host_does_not_have_is_named(write: Write) -> None:
    project = load(in_group(write, "file:secrets/{nmae}"))
    with pytest.raises(InputError) as caught:
        resolve_credentials(project)
    (mistake,) = caught.value.mistakes
    assert (mistake.message, mistake.hint) == ("it has no 'nmae'", "did you mean name?")
    assert str(mistake.file).endswith("groups.yaml")


SCRIPT = """\
from nornir import InitNornir
host = InitNornir(config_file="config.yaml").inventory.hosts["r1"]
extras = host.get_connection_parameters("netmiko").extras
print(host.username, host.password, extras["secret"], host["knock"]["ports"])
"""


def test_another_nornir_script_reads_the_same_inventory(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/r1").write_text("of-r1\n")
    config = CONFIG.replace(
        "inventory:\n", "inventory:\n  transform_function: knockdeploy_references\n", 1
    )
    knock = "{ports: 'file:knocks/{name}', services: [22/tcp], interface: Dialer1}"
    write(
        config=f"{config}logging: {{enabled: false}}\n",
        hosts=f"r1: {{data: {{knock: {knock}}}}}\n",
        defaults="username: env:USER_OF_TEST\npassword: file:secrets/{name}\n"
        "connection_options: {netmiko: {extras: {secret: 'file:secrets/{name}'}}}\n",
    )
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env={**os.environ, "USER_OF_TEST": "admin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "admin of-r1 of-r1 file:knocks/{name}\n", done.stderr
    (tmp_path / "knocks").mkdir()
    (tmp_path / "knocks/r1").write_text("46543 28654 40204 57566 34515\n")
    project = load(tmp_path / "config.yaml")
    assert project.nornir.inventory.hosts["r1"].password == "file:secrets/{name}"
    assert project.intents["r1"]
