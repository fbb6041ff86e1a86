"""Keys, an agent, an enable secret and jump hosts, as an inventory gives them, over real SSH."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import yaml

from knockdeploy.device.connection import open_session
from knockdeploy.device.session import RouterSession
from knockdeploy.errors import HostKeyError, LoginRefusedError, RouterError
from knockdeploy.inventory import load, resolve_credentials
from knockdeploy.lab.addresses import SSH
from knockdeploy.lab.configs import PASSWORD, USERNAME
from knockdeploy.lab.fabric import Fabric, LabOptions, fabric
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.wire.ssh import CLASSIC, MODERN, Account

pytestmark = pytest.mark.lab
Dial = Callable[..., RouterSession]
ENABLE = "an enable-secret?"
PASSPHRASE = "of the key"
needs_ssh = pytest.mark.skipif(not shutil.which("ssh"), reason="OpenSSH's client is the jump")


@pytest.fixture(scope="module")
def lab() -> Iterator[Fabric]:
    with fabric(1, LabOptions(profile=MODERN), base_port=0) as running:
        yield running


@pytest.fixture
def router(lab: Fabric) -> Iterator[Machine]:
    machine = lab.routers["r1"]
    before = machine.ssh.account
    yield machine
    machine.ssh.account = before


@pytest.fixture
def dial(router: Machine, tmp_path: Path) -> Iterator[Dial]:
    """Write an inventory with these extras, load it as a command does, and open a session."""
    opened: list[RouterSession] = []

    def dial(host: dict[str, Any] | None = None, config: str = "", **extras: Any) -> RouterSession:
        said = {
            "hostname": router.place.inside,
            "port": router.place.sockets[SSH],
            "username": USERNAME,
            "password": PASSWORD,
            "platform": "ios",
            "connection_options": {"netmiko": {"extras": extras}},
            **(host or {}),
        }
        (tmp_path / "hosts.yaml").write_text(yaml.safe_dump({"r1": said}))
        (tmp_path / "config.yaml").write_text(f"logging: {{enabled: false}}\n{config}")
        project = load(tmp_path / "config.yaml")
        resolve_credentials(project)
        nornir = project.nornir
        opened.append(open_session(nornir.inventory.hosts["r1"], nornir.config))
        return opened[-1]

    yield dial
    for session in opened:
        session.close()


@pytest.fixture(scope="module")
def key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-rsa", key_size=2048)  # all that classic IOS takes


def keep(key: asyncssh.SSHKey, file: Path, passphrase: str | None = None) -> Path:
    file.touch(0o600)
    # bcrypt, which OpenSSH encrypts with, is slow on purpose
    key.write_private_key(file, "pkcs1-pem" if passphrase else "openssh", passphrase)
    return file


def with_key(router: Machine, key: asyncssh.SSHKey) -> None:
    router.ssh.account = Account(USERNAME, "no password does", key=key.export_public_key().decode())


def test_a_key_beside_config_yaml_logs_in(
    dial: Dial, router: Machine, key: asyncssh.SSHKey, tmp_path: Path
) -> None:
    with_key(router, key)
    keep(key, tmp_path / "id")
    assert dial(use_keys=True, key_file="id").hostname == "r1"


@pytest.mark.parametrize("given", [{"passphrase": "file:phrase"}, {}], ids=["file", "password"])
def test_a_key_with_a_passphrase_logs_in(
    dial: Dial, router: Machine, key: asyncssh.SSHKey, tmp_path: Path, given: dict[str, str]
) -> None:
    """As with netmiko, the password is the passphrase too where no other is given."""
    with_key(router, key)
    keep(key, tmp_path / "id", PASSPHRASE if given else PASSWORD)
    (tmp_path / "phrase").write_text(PASSPHRASE + "\n")
    assert dial(use_keys=True, key_file="id", **given).hostname == "r1"


@pytest.fixture
def classic(tmp_path: Path, key: asyncssh.SSHKey) -> Iterator[Machine]:
    """A router that names no signature and verifies those of SHA-1 alone (ios-facts §13)."""
    with fabric(1, LabOptions(profile=CLASSIC), base_port=0) as running:
        machine = running.routers["r1"]
        with_key(machine, key)
        keep(key, tmp_path / "id")
        yield machine


@pytest.mark.parametrize(
    "disabled", [{}, {"disabled_algorithms": {"pubkeys": ["rsa-sha2-512", "rsa-sha2-256"]}}]
)
def test_an_rsa_key_logs_in_to_classic_ios(
    dial: Dial, classic: Machine, disabled: dict[str, Any]
) -> None:
    where = {"hostname": classic.place.inside, "port": classic.place.sockets[SSH]}
    assert dial(host=where, use_keys=True, key_file="id", **disabled).hostname == "r1"


def test_the_one_question_of_a_login_by_dialogue_is_answered(dial: Dial, router: Machine) -> None:
    router.ssh.account = Account(USERNAME, PASSWORD, login_asks=("Enter PASSCODE: ",))
    assert dial().hostname == "r1"


@pytest.mark.parametrize(
    ("asks", "password", "words"),
    [
        (("Password: ", "Enter next token code: "), PASSWORD, "asks 'Enter next token code:'"),
        (("Password: ", "Password: "), PASSWORD, "refused the login"),
        (("Password: ",), "wrong", "refused the login"),
    ],
)
def test_a_second_question_of_a_login_is_named(
    dial: Dial, router: Machine, asks: tuple[str, ...], password: str, words: str
) -> None:
    router.ssh.account = Account(USERNAME, PASSWORD, login_asks=asks)
    with pytest.raises(LoginRefusedError, match=words) as caught:
        dial(host={"password": password})
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "extras", "words"),
    [
        ("encrypted", {}, "passphrase"),
        ("encrypted", {"passphrase": "wrong-phrase"}, "passphrase"),
        ("other", {}, "refused the login"),
        ("garbage", {}, "key"),
    ],
)
def test_a_key_that_does_not_do_is_named(  # noqa: PLR0913, PLR0917  # a table's columns
    dial: Dial,
    router: Machine,
    key: asyncssh.SSHKey,
    tmp_path: Path,
    content: str,
    extras: dict[str, str],
    words: str,
) -> None:
    with_key(router, key)
    if content == "encrypted":
        keep(key, tmp_path / "id", PASSPHRASE)
    elif content == "other":
        keep(asyncssh.generate_private_key("ssh-ed25519"), tmp_path / "id")
    else:
        (tmp_path / "id").write_text("no key\n")
    with pytest.raises(LoginRefusedError) as caught:
        dial(use_keys=True, key_file="id", **extras)
    assert words in f"{caught.value.message} ({caught.value.hint})"
    assert "wrong-phrase" not in str(caught.value)


@pytest.mark.skipif(not shutil.which("ssh-agent"), reason="needs OpenSSH's agent")
def test_an_agent_logs_in(
    dial: Dial,
    router: Machine,
    key: asyncssh.SSHKey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_key(router, key)
    place = str(tmp_path / "agent")
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", place], stdout=subprocess.PIPE)  # noqa: S603, S607
    try:
        assert agent.stdout is not None
        agent.stdout.readline()  # it listens now
        monkeypatch.setenv("SSH_AUTH_SOCK", place)
        file = keep(key, tmp_path / "id")
        subprocess.run(["ssh-add", "-q", str(file)], check=True, capture_output=True)  # noqa: S603, S607
        file.unlink()
        assert dial(allow_agent=True).hostname == "r1"
    finally:
        agent.terminate()
        agent.communicate()


def test_an_enable_secret_by_reference(
    dial: Dial, router: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    router.ssh.account = Account(USERNAME, PASSWORD, privilege=1, enable=ENABLE)
    monkeypatch.setenv("KNOCK_TEST_ENABLE", ENABLE)
    session = dial(secret="env:KNOCK_TEST_ENABLE")
    (answer,) = session.ask("show privilege")
    assert "15" in answer


def test_enable_may_ask_for_a_passcode(dial: Dial, router: Machine) -> None:
    asks = ("SecurID_PASSCODE: ",)
    router.ssh.account = Account(USERNAME, PASSWORD, privilege=1, enable=ENABLE, enable_asks=asks)
    assert dial(secret=ENABLE).ask("show privilege") == ("Current privilege level is 15",)


def test_a_second_question_of_enable_is_named(dial: Dial, router: Machine) -> None:
    asks = ("Enter PASSCODE: ", "Enter new PIN: ")
    router.ssh.account = Account(USERNAME, PASSWORD, privilege=1, enable=ENABLE, enable_asks=asks)
    with pytest.raises(LoginRefusedError, match="asks 'Enter new PIN:'") as caught:
        dial(secret=ENABLE)
    assert ENABLE not in str(caught.value)


@pytest.mark.parametrize(
    ("enable", "extras", "words", "hint"),
    [
        (ENABLE, {}, "enable asks 'Password:', and the inventory has no answer", "give `secret`"),
        (ENABLE, {"secret": "wrong-secret"}, "refused to enable", "correct `secret`"),
        (None, {"secret": "wrong-secret"}, "No password set", "configure `enable secret`"),
    ],
)
def test_an_enable_secret_that_does_not_do_is_named(  # noqa: PLR0913, PLR0917
    dial: Dial,
    router: Machine,
    enable: str | None,
    extras: dict[str, str],
    words: str,
    hint: str,
) -> None:
    router.ssh.account = Account(USERNAME, PASSWORD, privilege=1, enable=enable)
    with pytest.raises(LoginRefusedError, match=words) as caught:
        dial(**extras)
    assert hint in caught.value.hint
    assert "wrong-secret" not in str(caught.value)


class _Jump(asyncssh.SSHServer):
    """Lets anybody with the key go anywhere, ``most`` times in a session, and keeps where."""

    asked: list[tuple[str, int]]
    most: int
    n_carried = 0
    inside: list[asyncssh.SSHServerConnection]

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.inside.append(conn)

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> bool:
        if self.n_carried == self.most:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "too many")
        self.n_carried += 1
        self.asked.append((dest_host, dest_port))
        return True


@contextlib.contextmanager
def jump_host(
    authorized: Path, host_key: asyncssh.SSHKey, most: int
) -> Iterator[tuple[int, list[Any]]]:
    """Run a jump host on a thread; yields its port and the list of where it was asked to go."""
    started: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    asked: list[tuple[str, int]] = []
    inside: list[asyncssh.SSHServerConnection] = []
    server = type("_Server", (_Jump,), {"asked": asked, "inside": inside, "most": most})

    async def serve() -> None:
        stop = asyncio.Event()
        listener = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=server,
            server_host_keys=[host_key],
            authorized_client_keys=str(authorized),
        )
        started.set_result((listener.get_port(), asyncio.get_running_loop(), stop))
        await stop.wait()
        listener.close()
        for connection in inside:  # asyncssh leaves them open
            connection.abort()
        await asyncio.gather(*(connection.wait_closed() for connection in inside))
        await asyncio.sleep(0)  # what they forwarded is closed by then
        await listener.wait_closed()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    port, loop, stop = started.result(60)
    try:
        yield port, asked
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@pytest.fixture
def jump(
    tmp_path: Path, key: asyncssh.SSHKey, router: Machine, request: pytest.FixtureRequest
) -> Iterator[list[Any]]:
    most: int = getattr(request, "param", 9)
    keep(key, tmp_path / "jump-key")
    authorized = tmp_path / "authorized"
    authorized.write_bytes(key.export_public_key())
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    with jump_host(authorized, host_key, most) as (port, asked):
        (tmp_path / "ssh_config").write_text(f"""\
Host jump
  HostName 127.0.0.1
  Port {port}
  User anybody
  IdentityFile {tmp_path}/jump-key
  IdentitiesOnly yes
  StrictHostKeyChecking accept-new
  UserKnownHostsFile {tmp_path}/jump-known
Host behind {router.place.inside}
  HostName {router.place.inside}
  ProxyJump jump
Host unreachable
  HostName {router.place.inside}
  ProxyCommand ssh -F {tmp_path}/ssh_config -o ConnectTimeout=1 -W %h:%p nowhere.invalid
""")
        yield asked


@needs_ssh
@pytest.mark.parametrize("name", ["behind", None])
def test_a_jump_host_of_ssh_config(
    dial: Dial, router: Machine, jump: list[Any], tmp_path: Path, name: str | None
) -> None:
    config = "ssh: {config_file: ssh_config}\n"
    session = dial({"hostname": name or router.place.inside}, config)
    assert session.ask("show clock")
    assert jump == [(router.place.inside, router.place.sockets[SSH])]
    with session.another() as second:
        assert second.ask("show clock")
    # The router's key is in our file, the jump host's in OpenSSH's.
    known = (tmp_path / ".knockdeploy/known_hosts").read_text()
    assert known.startswith(f"[{router.place.inside}]:{router.place.sockets[SSH]} ssh-ed25519 ")
    assert "[127.0.0.1]" not in known


@needs_ssh
@pytest.mark.parametrize("jump", [1], indirect=True)
def test_a_jump_host_that_carries_no_more_gets_a_second_session(
    dial: Dial, jump: list[Any]
) -> None:
    session = dial(ssh_config_file="ssh_config")
    with session.another() as second:
        assert second.ask("show clock")
    assert session.ask("show clock")
    assert len(jump) == 2


@needs_ssh
def test_our_host_keys_hold_through_a_jump_host(
    dial: Dial, lab: Fabric, router: Machine, jump: list[Any], tmp_path: Path
) -> None:
    dial(ssh_config_file="ssh_config").close()
    lab.call(router.ssh.change_key)
    with pytest.raises(HostKeyError, match="known_hosts line 1"):
        dial(ssh_config_file="ssh_config")
    strict = "user_defined: {knockdeploy: {host_keys: strict, state_dir: other}}\n"
    with pytest.raises(HostKeyError, match="is not in"):
        dial(config=strict, ssh_config_file="ssh_config")


@needs_ssh
def test_a_jump_host_that_cannot_be_reached_is_an_error_of_the_router(
    dial: Dial, jump: list[Any], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RouterError) as caught:
        dial({"hostname": "unreachable"}, ssh_config_file="ssh_config")
    assert caught.value.message.startswith("the ProxyCommand of ssh_config: ssh: ")
    assert "Traceback" not in capfd.readouterr().err
