"""The tables of the benchmarks, and what their peers are given; nothing is timed here."""

from __future__ import annotations

from pathlib import Path

from benchmarks import deploy, peer_ansible
from benchmarks.deploy import Sample


def test_our_wall_time_stands_beside_that_of_each_peer() -> None:
    walls = {"Nornir + nornir-netmiko": 10.0, "Ansible cisco.ios": 50.0, "knockdeploy": 5.0}
    samples = [
        Sample(tool, verb, wall_s, 2.0, 7, 0.5)
        for verb in ("deploy", "check")
        for tool, wall_s in walls.items()
    ]
    table = deploy.table(samples, n_routers=4).splitlines()
    assert "| beside Nornir | beside Ansible |" in table[0]
    assert table[4] == "| deploy, knockdeploy | 5.00 | 0.50 | 0.10 | 2.00 | 500 | 7 | 50% |"
    without = [sample for sample in samples if not sample.tool.startswith("Ansible")]
    assert "Ansible" not in deploy.table(without, n_routers=4)


def test_ansible_logs_in_where_nornir_does(tmp_path: Path) -> None:
    (tmp_path / "hosts.yaml").write_text("r1: {hostname: 127.10.0.1, port: 11022}\n")
    (tmp_path / "defaults.yaml").write_text("{username: admin, password: published}\n")
    everyone = peer_ansible.inventory(tmp_path)["all"]
    assert everyone["hosts"] == {"r1": {"ansible_host": "127.10.0.1", "ansible_port": 11022}}
    assert everyone["vars"]["ansible_password"] == "published"
