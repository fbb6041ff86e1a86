"""The knock client over real loopback sockets."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from knockdeploy.errors import InputError, UnreachableError
from knockdeploy.knock.client import send_knock
from knockdeploy.sequence import Knock, KnockSequence, Protocol

DOOR = "127.20.9.1"


@pytest.fixture
def doors() -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(5)
        ]
        for door in sockets:
            door.bind((DOOR, 0))
            door.settimeout(60)
        yield sockets


def sequence_of(doors: list[socket.socket]) -> KnockSequence:
    return KnockSequence(tuple(Knock(door.getsockname()[1]) for door in doors))


def test_each_port_gets_one_byte_in_order_with_a_pause_between(doors: list[socket.socket]) -> None:
    seen: list[float | int] = []
    remaining = list(enumerate(doors))

    def sleep(seconds: float) -> None:
        at, door = remaining.pop(0)
        assert door.recv(9) == b"\0"
        seen.extend((at, seconds))

    send_knock(DOOR, sequence_of(doors), pause_ms=250, sleep=sleep)
    assert seen == [0, 0.25, 1, 0.25, 2, 0.25, 3, 0.25]
    assert doors[4].recv(9) == b"\0"
    for door in doors:
        door.settimeout(0)
        with pytest.raises(BlockingIOError):
            door.recv(9)


def test_it_knocks_from_the_source_asked_for(doors: list[socket.socket]) -> None:
    send_knock(DOOR, sequence_of(doors), pause_ms=0, source="127.66.0.9")
    sources = {door.recvfrom(9)[1] for door in doors}
    assert {address for address, _ in sources} == {"127.66.0.9"}


def test_each_knock_comes_from_a_port_of_its_own(doors: list[socket.socket]) -> None:
    """iosxe-facts §1a: of a flow the first packet is logged, the next ones after five minutes."""
    sequence = sequence_of(doors)
    send_knock(DOOR, KnockSequence((*sequence, *sequence)), pause_ms=0)
    sources = [door.recvfrom(9)[1] for door in (*doors, *doors)]
    assert len(set(sources)) >= 2 * len(doors) - 1  # the kernel may draw one again


def test_ports_that_refuse_do_not_matter() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind((DOOR, 0))
        port = unused.getsockname()[1]
    send_knock(DOOR, KnockSequence((Knock(port),) * 3), pause_ms=0)


def test_a_source_that_is_not_ours_is_the_operators_mistake() -> None:
    for source in ("192.0.2.1", "nowhere", "127.0.0.1\n", "\u202eabc"):
        with pytest.raises(InputError, match="not an address of this machine"):
            send_knock(DOOR, KnockSequence((Knock(7),)), pause_ms=0, source=source)


@pytest.mark.parametrize("address", ["x..y", "", "a" * 300, "x\0y"])
def test_a_name_without_address_is_unreachable(address: str) -> None:
    with pytest.raises(UnreachableError) as caught:
        send_knock(address, KnockSequence((Knock(46543),)), pause_ms=0)
    assert "46543" not in str(caught.value)


def test_no_way_there_is_unreachable_and_names_no_port() -> None:
    with pytest.raises(UnreachableError) as caught:  # without permission for broadcasts
        send_knock("255.255.255.255", KnockSequence((Knock(46543),)), pause_ms=0)
    assert "255.255.255.255" in str(caught.value)
    assert "46543" not in str(caught.value)


@pytest.fixture
def listeners() -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server((DOOR, 0))) for _ in range(3)]
        for each in sockets:
            each.settimeout(60)
        yield sockets


def test_tcp_knock_is_a_connection_let_go_at_once(listeners: list[socket.socket]) -> None:
    knocks = [Knock(each.getsockname()[1], Protocol.TCP) for each in listeners]
    send_knock(DOOR, KnockSequence(tuple(knocks)), pause_ms=0, source="127.66.0.9")
    for each in listeners:
        caller, (source, _) = each.accept()
        with caller:
            caller.settimeout(60)
            assert source == "127.66.0.9"
            assert caller.recv(9) == b""


def test_protocols_are_mixed_in_their_order(
    doors: list[socket.socket], listeners: list[socket.socket]
) -> None:
    mixed = [*doors[:2], *listeners[:2]]
    kinds = {socket.SOCK_DGRAM: Protocol.UDP, socket.SOCK_STREAM: Protocol.TCP}
    knocks = [Knock(each.getsockname()[1], kinds[each.type]) for each in mixed]
    order = (2, 0, 3, 1)
    arrived = []

    def sleep(_: float) -> None:
        arrived.append([each for each in mixed if select.select([each], [], [], 0)[0]])

    send_knock(DOOR, KnockSequence(tuple(knocks[at] for at in order)), pause_ms=9, sleep=sleep)
    so_far = [sorted(order[:n]) for n in (1, 2, 3)]
    assert [[mixed.index(each) for each in each_time] for each_time in arrived] == so_far


def test_unanswered_syn_is_not_repeated(full_door: socket.socket) -> None:
    """ios-facts-more §D: Linux would send it again after 1, 2, 3 s, but not of a closed socket."""
    port = full_door.getsockname()[1]
    send_knock(DOOR, KnockSequence((Knock(port, Protocol.TCP),)), pause_ms=0)
    assert waiting_for(port) == []


def waiting_for(port: int) -> list[str]:
    """Return this machine's sockets whose SYN to the port nobody has answered yet."""
    rows = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    there = f"{int.from_bytes(socket.inet_aton(DOOR), 'little'):08X}:{port:04X}"
    return [row for row in rows if row.split()[2:4] == [there, "02"]]


@pytest.fixture
def full_door() -> Iterator[socket.socket]:
    """Listen where no connection has room: a SYN gets no answer, as from a router that drops it."""
    with ExitStack() as stack:
        door = stack.enter_context(socket.socket())
        door.bind((DOOR, 0))
        door.listen(0)
        for _ in range(8):
            caller = stack.enter_context(socket.socket())
            caller.settimeout(0)
            with suppress(BlockingIOError):
                caller.connect(door.getsockname())
            if waiting_for(door.getsockname()[1]):
                caller.close()
                break
        yield door
