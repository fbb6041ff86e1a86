"""Many routers and the project that comes with them."""

from __future__ import annotations

import re
import socket
import stat
import threading
from pathlib import Path

import pytest
import yaml
from commandline import free_base_port
from nornir import InitNornir

from knockdeploy.errors import InputError
from knockdeploy.lab import addresses
from knockdeploy.lab.fabric import LabOptions, fabric
from knockdeploy.lab.knocks import knock_ports
from knockdeploy.lab.project import write_project
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.wire.ssh import CLASSIC

ROOT = Path(__file__).parents[2]


def n_labs() -> int:
    return sum(each.name == "knockdeploy-lab" for each in threading.enumerate())


@pytest.mark.lab
def test_nothing_is_left_when_the_block_ends() -> None:
    before = n_labs()
    with fabric(2, base_port=0) as lab:
        place = lab.routers["r1"].place
        assert n_labs() > before
    assert n_labs() == before
    with pytest.raises(ConnectionRefusedError):
        connect_to(place.inside, place.sockets[22])


@pytest.mark.lab
def test_error_in_the_block_ends_the_lab_too() -> None:
    before = n_labs()
    with pytest.raises(ZeroDivisionError), fabric(1, base_port=0):
        _ = 1 / 0
    assert n_labs() == before


@pytest.mark.lab
def test_labs_run_side_by_side() -> None:
    with fabric(1, base_port=0) as one, fabric(1, base_port=0) as other:
        assert one.routers["r1"].place.inside != other.routers["r1"].place.inside


@pytest.mark.lab
@pytest.mark.parametrize("service", [22, 80, 443])
def test_busy_port_is_refused_with_its_address_and_the_next_that_is_free(service: int) -> None:
    base = free_base_port(2)
    r2 = addresses.places_at(2, base)[1]
    with socket.create_server((r2.outside, r2.sockets[service])):
        with pytest.raises(InputError) as caught, fabric(2, base_port=base):
            pass
        (mistake,) = caught.value.mistakes
        assert f"{r2.outside} port {r2.sockets[service]}" in mistake.message
        free = int(re.search(r"--base-port (\d+) is free", mistake.hint)[1])  # type: ignore[index]
        with fabric(2, base_port=free) as lab:
            assert lab.routers["r2"].place.sockets[22] == free


@pytest.mark.parametrize("n_routers", [1, 250, 2000])
def test_labs_with_other_ports_knock_at_other_addresses(n_routers: int) -> None:
    here = addresses.places_at(n_routers, addresses.BASE_PORT)
    beside = addresses.places_at(n_routers, addresses.BASE_PORT + 500)
    assert here[0].inside == "127.10.0.1"  # as the docs have it
    assert not {place.outside for place in here} & {place.outside for place in beside}


@pytest.mark.parametrize("n_routers", [0, 2001])
def test_number_of_routers_is_checked(n_routers: int) -> None:
    with pytest.raises(InputError, match=str(n_routers)), fabric(n_routers):
        pass


@pytest.mark.lab
def test_given_clock_drives_the_routers() -> None:
    clock = ManualClock()
    with fabric(1, LabOptions(clock=lambda: clock), base_port=0) as lab:
        router = lab.routers["r1"].router
        line = lab.call(lambda: router.lines.open_line("admin"))
        assert line is not None
        lab.call(lambda: router.revert.arm(5, line))
        lab.call(lambda: router.configure((), "hostname changed"))
        lab.call(lambda: clock.advance(300))
        assert router.running.child("hostname r1") is not None


@pytest.mark.lab
def test_project_is_private_and_works_with_nornir(tmp_path: Path) -> None:
    folder = tmp_path / "my lab"
    with fabric(3, base_port=0, folder=folder) as lab:
        assert lab.config_file == folder / "config.yaml"
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert set(modes.values()) == {0o600, 0o700}
    inventory = folder / "inventory"
    options = {
        name: str(inventory / f"{name.split('_')[0]}s.yaml") for name in ("host_file", "group_file")
    }
    options["defaults_file"] = str(inventory / "defaults.yaml")
    nornir = InitNornir(
        inventory={"plugin": "SimpleInventory", "options": options}, logging={"enabled": False}
    )
    host = nornir.inventory.hosts["r1"]
    assert (host.hostname, host.port) == (lab.routers["r1"].place.inside, 10022)
    assert (host.platform, host.username, host.password) == ("ios", "admin", "lab-only-published")


def test_intents_of_the_lab_say_what_the_design_asks(tmp_path: Path) -> None:
    places = addresses.places_of(3)
    write_project(tmp_path, places, ["r1"], CLASSIC)
    group = yaml.safe_load((tmp_path / "inventory/groups.yaml").read_text())["branch"]
    assert group["data"]["knock"] == {
        "services": ["22/tcp", "80/tcp", "443/tcp-udp"],
        "interface": "GigabitEthernet0/0",
        "window_seconds": 2,
        "outside_ports": {22: 10022, 80: 10080, 443: 10443},
    }
    hosts = yaml.safe_load((tmp_path / "inventory/hosts.yaml").read_text())
    assert hosts["r2"]["hostname"] == "127.10.0.2"
    assert hosts["r1"]["data"]["knock"]["new_acl_entries"] == ["permit ip any any"]
    assert "new_acl_entries" not in hosts["r2"]["data"]["knock"]


def test_a_folder_of_any_name_is_one_name_for_ssh(tmp_path: Path) -> None:
    folder = tmp_path / 'Zürich "50%"'
    write_project(folder, addresses.places_of(1), [], CLASSIC)
    text = (folder / "ssh_config").read_text("utf-8")
    assert f'UserKnownHostsFile "{tmp_path}/Zürich \\"50%%\\"/known_hosts"' in text
    assert text.startswith("""# ssh -F 'Zürich "50%"/ssh_config' r1 """)


def test_every_router_has_five_different_ports_in_no_walking_order() -> None:
    for number in range(1, 200):
        ports = knock_ports(f"r{number}")
        assert len(set(ports)) == 5
        assert list(ports) not in (sorted(ports), sorted(ports, reverse=True))
        assert all(20000 <= port < 32000 for port in ports)


def test_repository_has_the_lab_of_three_routers(tmp_path: Path) -> None:
    places = addresses.places_of(3)
    write_project(tmp_path, places, ["r1"], CLASSIC)
    for name in ("config.yaml", *(f"inventory/{n}.yaml" for n in ("hosts", "groups", "defaults"))):
        assert (ROOT / name).read_text() == (tmp_path / name).read_text(), name
        assert "lab-only-published" in (ROOT / name).read_text()


@pytest.mark.lab
def test_host_keys_stay_in_the_folder(tmp_path: Path) -> None:
    for _ in range(2):
        with fabric(1, base_port=0, folder=tmp_path):
            pass
    assert len(list((tmp_path / "host_keys").iterdir())) == 1


@pytest.mark.lab
def test_unwritable_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with (
        pytest.raises(InputError, match="cannot write"),
        fabric(1, folder=tmp_path / "file", base_port=0),
    ):
        pass


def connect_to(address: str, port: int) -> None:

    socket.create_connection((address, port), timeout=60).close()


@pytest.mark.parametrize("text", ["inventory: {}\n", "", "\xff"])
def test_a_project_that_is_not_a_labs_is_not_overwritten(tmp_path: Path, text: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(text, encoding="latin-1")
    before = config.read_bytes()
    with pytest.raises(InputError, match="overwritten"), fabric(1, folder=tmp_path, base_port=0):
        pass
    assert config.read_bytes() == before
    assert list(tmp_path.iterdir()) == [config]


def test_a_labs_own_project_is_written_anew(tmp_path: Path) -> None:
    for _ in range(2):
        with fabric(1, folder=tmp_path, base_port=0):
            pass
