"""One session with a bastion carries the connections to many routers: over OpenSSH's server."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from e2e.support import STRICT, at_line, edit, lab, process

from device.bastion import Bastion, bastion
from knockdeploy.device import jump_host as jump_host_module
from knockdeploy.device.jump_host import JumpHost
from knockdeploy.device.ssh_mux import Carried
from knockdeploy.errors import DeviceTimeoutError, HostKeyError, LoginRefusedError, UnreachableError
from knockdeploy.lab.fabric import Fabric

WITHIN_S = 20.0


@pytest.fixture
def greeting_port() -> Iterator[int]:
    """Somebody who says hello and keeps the connection."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            while True:
                try:
                    kept.append(listener.accept()[0])
                except OSError:
                    return
                kept[-1].sendall(b"hello")

        thread = threading.Thread(target=greet)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    for each in kept:
        each.close()


def by(own_bastion: Bastion, *words: str) -> JumpHost:
    return JumpHost(("-F", str(own_bastion.ssh_config), *words, "bastion"))


@pytest.fixture
def own_bastion(tmp_path: Path) -> Iterator[Bastion]:
    with bastion(tmp_path, "MaxSessions 2") as running:
        yield running


@pytest.fixture
def jump_host(own_bastion: Bastion) -> Iterator[JumpHost]:
    made = by(own_bastion)
    yield made
    made.close()


def greeted(connection: socket.socket) -> bool:
    return connection.recv(5, socket.MSG_WAITALL) == b"hello"


def test_one_session_carries_all_who_come_at_once(
    own_bastion: Bastion, jump_host: JumpHost, greeting_port: int
) -> None:
    with ThreadPoolExecutor(20) as threads:
        reached: list[Carried] = list(
            threads.map(
                lambda _: jump_host.connect("127.0.0.1", greeting_port, WITHIN_S), range(20)
            )
        )
    assert all(map(greeted, reached))
    # sshd's MaxSessions counts shells, no forwards: sshd_config(5)
    assert len(own_bastion.servers) == 1
    first, *others = reached
    for each in others:
        each.close()
    first.settimeout(0.05)
    with pytest.raises(TimeoutError):  # it is no other connection's end
        first.recv(1)
    first.close()


def carried(_control: Path) -> Carried:
    return Carried(*socket.socketpair())


class Logins:
    """Logins to a jump host that is none; ``asked`` is what becomes of each connection in turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        self.asked: list[Callable[[Path], Carried | None]] = []
        monkeypatch.setattr("subprocess.run", self._log_in)
        monkeypatch.setattr(jump_host_module, "carry", lambda at, *_: self.asked.pop(0)(at))
        monkeypatch.setattr(jump_host_module, "terminate", lambda *_: None)

    def _log_in(self, *_: object, **__: object) -> None:
        self.number += 1


@pytest.fixture
def logins(monkeypatch: pytest.MonkeyPatch) -> Logins:
    return Logins(monkeypatch)


def test_who_comes_just_as_somebody_has_logged_in_does_not_log_in_again(logins: Logins) -> None:
    host = JumpHost(("bastion",))
    logins.asked = [carried, carried]
    first = [lambda: host.connect("r1", 22, WITHIN_S).close()]

    class Late:
        """A lock that we get once somebody else was there for all of his login."""

        def __enter__(self) -> None:
            if first:
                first.pop()()

        def __exit__(self, *_: object) -> None:
            pass

    host._lock = Late()  # type: ignore[assignment]  # noqa: SLF001
    host.connect("r2", 22, WITHIN_S).close()
    host.close()
    assert (first, logins.number) == ([], 1)


def test_who_is_refused_before_the_others_are_answered_gets_a_session_of_his_own(
    logins: Logins,
) -> None:
    host, reached = JumpHost(("bastion",)), list[Carried]()

    def late(control: Path) -> Carried:
        reached.append(host.connect("r2", 22, WITHIN_S))
        return carried(control)

    def refused(control: Path) -> None:
        (control.parent / "log").write_text("channel 1: open failed: resource shortage: \n")

    logins.asked = [late, refused, carried]
    reached.append(host.connect("r1", 22, WITHIN_S))
    assert (len(reached), logins.number) == (2, 2)
    for each in reached:
        each.close()
    host.close()


def test_session_that_breaks_is_opened_again(
    own_bastion: Bastion, jump_host: JumpHost, greeting_port: int
) -> None:
    before = jump_host.connect("127.0.0.1", greeting_port, WITHIN_S)
    assert greeted(before)
    own_bastion.break_off()
    assert before.recv(1) == b""
    away = UnreachableError("127.0.0.1 ended the session", "exec-timeout")
    lost = before.blamed(away)
    assert lost.message.startswith("the jump host bastion ended the session that carried this one")
    assert "Warning" not in lost.message  # of the login
    assert lost.hint.startswith("try it by hand: ssh -F ")
    with jump_host.connect("127.0.0.1", greeting_port, WITHIN_S) as after:
        assert greeted(after)
    assert before.blamed(away).message == lost.message  # the next one makes it no other's fault
    assert len(own_bastion.servers) == 2


def test_router_that_hangs_up_is_no_fault_of_the_jump_host(jump_host: JumpHost) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        reached = jump_host.connect("127.0.0.1", listener.getsockname()[1], WITHIN_S)
        listener.accept()[0].close()
        assert reached.recv(1) == b""
    away = UnreachableError("127.0.0.1 ended the session", "exec-timeout")
    assert reached.blamed(away) is away
    silent = DeviceTimeoutError("127.0.0.1 has not answered for 30 s", "it may be busy")
    assert reached.blamed(silent) is silent
    assert silent.hint == "look at the jump host bastion, too: it may be busy"


def test_router_that_is_not_reached_from_there_is_named_with_why(
    own_bastion: Bastion, jump_host: JumpHost, greeting_port: int
) -> None:
    with jump_host.connect("127.0.0.1", greeting_port, WITHIN_S):
        with socket.create_server(("127.0.0.1", 0)) as unused:
            nobody = unused.getsockname()[1]
        with pytest.raises(UnreachableError) as caught:
            jump_host.connect("127.0.0.1", nobody, WITHIN_S)
        why = f"127.0.0.1:{nobody}: connect failed: Connection refused"
        assert caught.value.message == f"the jump host bastion does not reach {why}"
    by_hand = f"ssh -F {own_bastion.ssh_config} -W 127.0.0.1:{nobody} bastion"
    assert caught.value.hint.endswith(by_hand)
    assert len(own_bastion.servers) == 1


def test_bastion_that_forwards_nothing_is_asked_once(tmp_path: Path, greeting_port: int) -> None:
    with bastion(tmp_path, "AllowTcpForwarding no") as own_bastion:
        jump_host = by(own_bastion)
        with pytest.raises(UnreachableError, match="administratively prohibited"):
            jump_host.connect("127.0.0.1", greeting_port, WITHIN_S)
        jump_host.close()
        assert len(own_bastion.servers) == 1


def test_login_that_is_refused_is_told_to_all_who_wait(tmp_path: Path, greeting_port: int) -> None:
    with bastion(tmp_path, "DenyUsers *") as own_bastion:
        jump_host = by(own_bastion)

        def why(_: int) -> str:
            with pytest.raises(LoginRefusedError) as caught:  # not tried again: it would lock out
                jump_host.connect("127.0.0.1", greeting_port, WITHIN_S)
            return caught.value.message

        with ThreadPoolExecutor(5) as threads:
            said = set(threads.map(why, range(5)))
    (message,) = said
    assert message.startswith("no session with the jump host bastion: ")
    assert "Permission denied" in message
    assert len(own_bastion.servers) < 5


def test_where_there_is_no_ssh_that_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(UnreachableError, match="ssh: No such file"):
        JumpHost(("bastion",)).connect("r1", 22, WITHIN_S)
    assert list(tmp_path.iterdir()) == []


def test_a_jump_host_that_is_not_there_is_told_in_the_words_of_ssh() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnreachableError) as caught:
        JumpHost(("-F", "none", "-p", str(port), "127.0.0.1")).connect("r1", 22, WITHIN_S)
    says = f"127.0.0.1: ssh: connect to host 127.0.0.1 port {port}: Connection refused"
    assert caught.value.message == f"no session with the jump host {says}"


def test_other_host_key_of_the_bastion_is_told_and_not_tried_again(
    own_bastion: Bastion, jump_host: JumpHost, greeting_port: int
) -> None:
    jump_host.connect("127.0.0.1", greeting_port, WITHIN_S).close()
    jump_host.close()
    known = own_bastion.folder / "bastion-known"
    other = (own_bastion.folder / "user-key.pub").read_text().split()[:2]
    known.write_text(" ".join([known.read_text().split()[0], *other, "\n"]))
    with pytest.raises(HostKeyError) as caught:
        jump_host.connect("127.0.0.1", greeting_port, WITHIN_S)
    assert "no session with the jump host bastion: Host key for" in caught.value.message
    assert "has changed" in caught.value.message


def test_closing_logs_out(own_bastion: Bastion, jump_host: JumpHost, greeting_port: int) -> None:
    with jump_host.connect("127.0.0.1", greeting_port, WITHIN_S) as reached:
        jump_host.close()
        greeted(reached)
        assert reached.recv(1) == b""
    assert own_bastion.servers[0].wait(60) is not None


def through(own_bastion: Bastion, running: Fabric) -> None:
    """Have the lab reached by way of the bastion alone."""
    text = own_bastion.ssh_config.read_text()
    own_bastion.ssh_config.write_text(f"{text}Host 127.10.*\n  ProxyJump bastion\n")
    edit(
        running.config_file,
        lambda config: config.update(ssh={"config_file": str(own_bastion.ssh_config)}),
    )


@pytest.mark.lab
def test_fleet_is_deployed_to_through_one_session(own_bastion: Bastion) -> None:
    with lab(6, kind=STRICT) as running:
        through(own_bastion, running)
        ran = process(running, "deploy", "--yes", "--no-proof", "--json")
        assert (ran.status, ran.document["summary"]) == (0, {"deployed": 6}), ran.err
    assert len(own_bastion.servers) == 1
    assert own_bastion.servers[0].wait(60) is not None  # it has logged out


@pytest.mark.lab
def test_jump_host_that_is_lost_in_the_middle_of_a_change_is_named(own_bastion: Bastion) -> None:
    with lab(1, kind=STRICT) as running:
        through(own_bastion, running)
        at_line(running.routers["r1"], 10, own_bastion.break_off)
        ran = process(running, "deploy", "--yes", "--no-proof", "--json")
    told = ran.host("r1")
    assert (told["status"], told["state"]) == ("rolled-back", "before"), ran.err  # by a new session
    assert told["error"]["message"].startswith("the jump host bastion ended the session")
