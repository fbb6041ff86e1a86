"""References to credentials, and whose are honoured."""

from __future__ import annotations

from pathlib import Path

import pytest
from nornir.core.inventory import Defaults, Host, Hosts, Inventory
from nornir.core.plugins.inventory import InventoryPluginRegister

from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import Project, load, resolve_credentials
from knockdeploy.inventory.knock_files import knock_files
from knockdeploy.inventory.selected_hosts import choose

from .conftest import CONFIG, Write

ALLOWED = CONFIG + "user_defined: {knockdeploy: {allow_command: true}}\n"


def project(write: Write, password: str, config: str = CONFIG, hosts: str = "r1: {}\n") -> Project:
    return load(
        write(config=config, hosts=hosts, defaults=f"username: me\npassword: '{password}'\n")
    )


def refused(given: Project) -> tuple[Mistake, ...]:
    with pytest.raises(InputError) as caught:
        resolve_credentials(given)
    assert all(mistake.hint for mistake in caught.value.mistakes)
    return caught.value.mistakes


def test_plain_credentials_stay_and_are_secrets(write: Write) -> None:
    given = project(write, "pa55word")
    assert resolve_credentials(given) == {"pa55word"}
    assert given.nornir.inventory.hosts["r1"].password == "pa55word"


def test_a_reference_that_leads_nowhere_is_named_with_its_file(write: Write) -> None:
    (mistake,) = refused(project(write, "env:KNOCK_TEST_NOT_THERE"))
    assert (mistake.host, mistake.key) == ("r1", "password")
    assert str(mistake.file).endswith("/defaults.yaml")
    assert "hosts.yaml" not in str(mistake.file)


def test_env_file_and_command_are_followed(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KNOCK_TEST_PASSWORD", "from-env")
    (tmp_path / "pw").write_text("from-file\n")
    hosts = """\
r1: {password: 'env:KNOCK_TEST_PASSWORD'}
r2: {password: 'file:pw', username: 'env:KNOCK_TEST_PASSWORD'}
r3: {password: 'command:cat pw; echo x >> ran'}
r4: {password: 'command:cat pw; echo x >> ran'}
r5: {connection_options: {
  knockdeploy: {password: 'file:pw', extras: {secret: 'file:pw', keepalive: 1}}}
  }
"""
    given = project(write, "unused", ALLOWED, hosts)
    assert resolve_credentials(given) == {"from-env", "from-file", "unused"}
    found = given.nornir.inventory.hosts
    assert found["r1"].password == "from-env"
    assert (found["r2"].username, found["r2"].password) == ("from-env", "from-file")
    assert found["r3"].password == found["r4"].password == "from-file"
    assert (tmp_path / "ran").read_text() == "x\n"  # once, in the project's folder
    options = found["r5"].get_connection_parameters("knockdeploy")
    assert options.password == "from-file"
    assert options.extras == {"secret": "from-file", "keepalive": 1}
    assert found["r5"].password == "unused"


def test_only_what_a_host_uses_is_followed(write: Write) -> None:
    given = project(write, "env:NOWHERE_AT_ALL", hosts="r1: {password: own-password}\n")
    assert resolve_credentials(given) == {"own-password"}


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("env:NOWHERE_AT_ALL", "NOWHERE_AT_ALL"),
        ("env:a\x1bb", "control character"),
        ("file:inventory/binary", "UTF-8"),
        ("file:inventory/long", "too long for a secret"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(
    write: Write, tmp_path: Path, password: str, words: str
) -> None:
    given = project(write, "x", hosts="r1: {}\nr2: {}\n")
    (tmp_path / "inventory/binary").write_bytes(b"\xff")
    (tmp_path / "inventory/long").write_text("x" * 100_000)
    for host in given.nornir.inventory.hosts.values():
        host.password = password
    (mistake,) = refused(given)  # once, though two hosts use it
    assert words in f"{mistake.message} ({mistake.hint})"
    assert mistake.host == "r1"
    assert mistake.key == "password"
    assert "defaults.yaml" in str(mistake.file)
    assert str(mistake).isprintable()


@pytest.mark.parametrize("command", ["exit 3", "true", "nowhere-to-be-found"])
def test_a_command_that_fails_is_named(
    write: Write, command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (mistake,) = refused(project(write, f"command:{command}", ALLOWED))
    assert command in mistake.message


def test_a_server_may_not_read_files_or_run_commands_here(write: Write, tmp_path: Path) -> None:
    class Server:
        def __init__(self, defaults_file: str) -> None:
            assert Path(defaults_file).is_absolute()

        def load(self) -> Inventory:
            defaults = Defaults(password="file:own")
            hosts = {
                "good": Host("good", defaults=defaults),
                "bad": Host("bad", password="command:touch taken", defaults=defaults),
                "worse": Host("worse", password="file:/etc/passwd", defaults=defaults),
            }
            return Inventory(Hosts(hosts), defaults=defaults)

    (tmp_path / "own").write_text("own-secret")
    config = (
        "inventory: {plugin: HostileServer, options: {defaults_file: inventory/defaults.yaml}}\n"
        "user_defined: {knockdeploy: {allow_command: true}}\n"
    )
    InventoryPluginRegister.register("HostileServer", Server)
    try:
        given = load(write(config=config, defaults="password: file:own\n"))
    finally:
        InventoryPluginRegister.deregister("HostileServer")
    found = refused(given)
    assert [mistake.host for mistake in found] == ["bad", "worse"]
    assert all("project's own files" in mistake.message for mistake in found)
    assert not (tmp_path / "taken").exists()
    assert given.nornir.inventory.hosts["good"].password == "own-secret"


def test_the_variables_that_references_mean_are_named(write: Write) -> None:
    """A unit that runs a command by itself has to hand them on."""
    config_file = write(
        defaults="username: env:KNOCK_USER\npassword: 'env:PW_{site}'\n",
        hosts="r1: {data: {site: x1}}\nr2: {data: {site: x2}}\nr3: {password: 'file:pw'}\n",
    )
    chosen = choose(config_file, (), ())
    hosts = chosen.nornir.inventory.hosts.values()
    assert chosen.references.variables(hosts) == ("KNOCK_USER", "PW_x1", "PW_x2")


def test_nor_does_a_server_name_files_for_knocks(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Server:
        def load(self) -> Inventory:
            knock = {"ports": "file:/etc/passwd", "services": ["22/tcp"], "interface": "Dialer1"}
            return Inventory(Hosts(r1=Host("r1", data={"knock": knock})))

    monkeypatch.setitem(InventoryPluginRegister.available, "HostileServer", Server)
    config_file = write(config="inventory: {plugin: HostileServer}\n")
    for read in (load, knock_files):
        with pytest.raises(InputError, match="only from the project's own files") as caught:
            read(config_file, (), ())
        (mistake,) = caught.value.mistakes
        assert (mistake.host, mistake.key) == ("r1", "knock.ports")
        assert mistake.file == "inventory HostileServer"


def test_a_variable_that_is_not_set_may_be_a_credential_of_systemd(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd.exec(5): each is a file, by its name, in $CREDENTIALS_DIRECTORY."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "KNOCK_TEST_PASSWORD").write_text("from-systemd\n")
    assert resolve_credentials(project(write, "env:KNOCK_TEST_PASSWORD")) == {"from-systemd"}
    (mistake,) = refused(project(write, "env:KNOCK_TEST_NOT_THERE"))
    assert str(tmp_path / "KNOCK_TEST_NOT_THERE") in mistake.message
    (tmp_path / "pw").write_text("elsewhere")
    refused(project(write, "env:../pw"))
    monkeypatch.setenv("KNOCK_TEST_PASSWORD", "from-env")
    assert resolve_credentials(project(write, "env:KNOCK_TEST_PASSWORD")) == {"from-env"}
