"""Packets on real sockets: what the router's lists and policies make of them."""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator

import pytest

from knockdeploy.lab.fabric import Fabric, LabOptions, fabric
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.wire.datapath import Carrier, Peer
from knockdeploy.lab.wire.named_ports import named_ports
from lab_io.conftest import Connect

pytestmark = pytest.mark.lab

STRANGER = "127.66.0.7"
WATCH = (
    "object-group service OG_Knock",
    "udp eq 21176",
    "exit",
    "ip access-list extended ACL_CoPP_Knock",
    "permit object-group OG_Knock any any",
    "exit",
    "class-map match-all CM_CoPP_Knock",
    "match access-group name ACL_CoPP_Knock",
    "policy-map PM_CoPP",
    "class CM_CoPP_Knock",
    "drop",
    "control-plane host",
    "service-policy input PM_CoPP",
    "class-map type logging match-all CM_Log",
    "match packets dropped",
    "policy-map type logging PM_Log",
    "class CM_Log",
    "log",
    "control-plane host",
    "service-policy type logging input PM_Log",
)


@pytest.fixture
def lab() -> Iterator[Fabric]:
    with fabric(3, LabOptions(clock=ManualClock), base_port=0) as running:
        yield running


def configure(lab: Fabric, machine: Machine, *lines: str) -> None:
    """Type lines on the router itself, as somebody else does while a test watches."""

    def run() -> None:
        line = machine.router.lines.open_line("somebody")
        assert line is not None
        mode: tuple[str, ...] | None = ()
        for text in lines:
            mode, answer = machine.router.configure(mode or (), text)
            assert not answer
        machine.router.left_configuration(line, mode or ())
        machine.router.lines.close_line(line)
        machine.settle()

    lab.call(run)


def until(holds: Callable[[], bool], within_s: float = 120) -> bool:
    """Wait until something that another thread does has happened."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


@contextlib.contextmanager
def dialled(address: str, port: int, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    with socket.create_connection((address, port), timeout=60, source_address=(source, 0)) as sock:
        yield sock


def first_bytes(address: str, port: int, source: str = STRANGER) -> bytes:
    with dialled(address, port, source) as sock:
        return sock.recv(64)


def test_address_dialled_is_the_interface_of_arrival(lab: Fabric) -> None:
    place = lab.routers["r2"].place  # its list on Gi0/0 has `deny tcp any any eq 22`
    assert first_bytes(place.inside, place.sockets[22]).startswith(b"SSH-2.0-Cisco-1.25")
    with pytest.raises(ConnectionResetError):
        first_bytes(place.outside, place.sockets[22])


def test_router_without_a_list_lets_everybody_in(lab: Fabric) -> None:
    place = lab.routers["r1"].place
    assert first_bytes(place.outside, place.sockets[22]).startswith(b"SSH-2.0-")


def test_strict_list_shuts_every_service_out(lab: Fabric) -> None:
    place = lab.routers["r3"].place
    for port in place.sockets.values():
        with pytest.raises(ConnectionResetError):
            first_bytes(place.outside, port)


def test_web_server_answers_with_a_status(lab: Fabric) -> None:
    place = lab.routers["r1"].place
    with dialled(place.outside, place.sockets[80]) as sock:
        sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert sock.recv(64).startswith(b"HTTP/1.1 401 Unauthorized")


def test_secure_web_server_shakes_hands(lab: Fabric) -> None:
    place = lab.routers["r1"].place
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        dialled(place.outside, place.sockets[443]) as sock,
        context.wrap_socket(sock) as secure,
    ):
        secure.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert secure.recv(64).startswith(b"HTTP/1.1 401")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Carrier]]:
    """The far end of a connection, and what carries it on the router."""
    there, here = socket.socketpair()
    here.settimeout(0)
    with there, here:
        yield there, Carrier(here, Peer(STRANGER, 40_000, "127.10.0.1", 22), lambda _: True)


async def greet(sock: socket.socket, _carrier: Carrier) -> None:
    sock.send(b"hello")
    sock.close()


def test_what_a_service_says_at_once_arrives(ends: tuple[socket.socket, Carrier]) -> None:
    there, carrier = ends
    asyncio.run(carrier.run(greet))
    assert there.recv(9) == b"hello"


def test_connection_that_is_reset_before_it_is_served_is_gone(
    ends: tuple[socket.socket, Carrier],
) -> None:
    there, carrier = ends
    carrier.reset()
    asyncio.run(carrier.run(greet))
    assert there.recv(9) == b""


def test_client_that_leaves_in_the_handshake_harms_nobody(lab: Fabric) -> None:
    place = lab.routers["r1"].place
    with dialled(place.outside, place.sockets[443]) as sock:
        sock.sendall(b"no TLS at all\r\n\r\n")
    assert first_bytes(place.outside, place.sockets[22]).startswith(b"SSH-2.0-")


def test_service_that_is_switched_off_is_refused(lab: Fabric) -> None:
    machine = lab.routers["r1"]
    configure(lab, machine, "no ip http server")
    with pytest.raises(ConnectionResetError):
        first_bytes(machine.place.outside, machine.place.sockets[80])


def test_knock_port_has_a_socket_while_an_entry_names_it(lab: Fabric) -> None:
    machine = lab.routers["r1"]

    def is_open() -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(60)
            sock.connect((machine.place.outside, 21176))
            sock.send(b"\0")
            try:
                sock.settimeout(0.1)
                sock.recv(1)
            except ConnectionRefusedError:
                return False
            except TimeoutError:
                return True
            return True

    assert not is_open()
    configure(lab, machine, "object-group service OG_Knock", "udp eq 21176")
    assert is_open()
    configure(lab, machine, "no object-group service OG_Knock")
    assert not is_open()


def test_knock_is_counted_dropped_and_logged_with_its_source(lab: Fabric) -> None:
    machine = lab.routers["r1"]
    configure(lab, machine, *WATCH)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((STRANGER, 0))
        source_port = sock.getsockname()[1]
        sock.sendto(b"\0", (machine.place.outside, 21176))
    wanted = f"{STRANGER}({source_port}) -> {machine.place.outside}(21176)"
    assert until(lambda: any(wanted in line for line in machine.router.log_buffer.lines))
    ((each, n_packets), *_) = machine.router.data_plane.class_counts()
    assert (each.name, n_packets, each.drops) == ("CM_CoPP_Knock", 1, True)


def test_session_under_way_hangs_when_its_packets_are_denied_and_goes_on_later(
    lab: Fabric, connect: Connect
) -> None:
    machine = lab.routers["r1"]
    connection = connect(machine, host=machine.place.outside)
    shut = ("ip access-list extended SHUT", "deny tcp any any", "permit ip any any", "exit")
    bind = ("interface GigabitEthernet0/0", "ip access-group SHUT in")
    configure(lab, machine, *shut, *bind)
    connection.write_channel("show privilege\n")

    def denied() -> bool:
        lines = machine.router.access_lists("SHUT")
        return any("deny tcp any any (" in line for line in lines)

    assert until(denied)
    assert connection.read_channel() == ""
    assert machine.n_sessions == 1
    configure(lab, machine, "interface GigabitEthernet0/0", "no ip access-group SHUT in")
    assert "privilege level is 15" in connection.read_until_pattern("level is 15", read_timeout=60)
    assert "level is 15" in connection.send_command("show privilege", read_timeout=60)


def test_sender_whose_packets_are_denied_is_held_up(lab: Fabric) -> None:
    """Nothing is acknowledged, so his window fills: the lab takes no more than that from him."""
    machine = lab.routers["r1"]
    with dialled(machine.place.outside, machine.place.sockets[22], STRANGER) as sock:
        assert sock.recv(64).startswith(b"SSH-")
        shut = ("ip access-list extended SHUT", "deny tcp any any", "exit")
        bind = ("interface GigabitEthernet0/0", "ip access-group SHUT in")
        configure(lab, machine, *shut, *bind)
        sent, chunk = 0, b"x" * (1 << 20)
        while sent < 64 << 20 and select.select([], [sock], [], 0.5)[1]:
            sent += sock.send(chunk, socket.MSG_DONTWAIT)
        assert 0 < sent < 64 << 20


def test_established_entry_keeps_the_session_and_no_new_one(lab: Fabric, connect: Connect) -> None:
    machine = lab.routers["r1"]
    connection = connect(machine, host=machine.place.outside)
    keep = ("ip access-list extended KEEP", "permit tcp any any eq 22 established", "exit")
    configure(lab, machine, *keep, "interface GigabitEthernet0/0", "ip access-group KEEP in")
    assert "level is 15" in connection.send_command("show privilege")
    with pytest.raises(ConnectionResetError):
        first_bytes(machine.place.outside, machine.place.sockets[22])


def test_ports_are_read_from_groups_and_entries(lab: Fabric) -> None:
    machine = lab.routers["r1"]
    lines = (
        "object-group service OG_Knock",
        "udp eq 21176",
        "tcp-udp eq 443",
        "udp range 30000 30002",
        "udp range 1 65535",
        "tcp eq 8080",
        "exit",
        "ip access-list extended X",
        "permit udp any any eq 23000",
        "permit udp any eq 24000 any",
        "permit tcp any any eq 25000",
    )
    configure(lab, machine, *lines)
    named = named_ports(machine.router.running)
    udp, tcp = ({port for name, port in named if name == each} for each in ("udp", "tcp"))
    assert udp == {21176, 443, 30000, 30001, 30002, 23000}
    assert tcp == {443, 8080, 25000}
