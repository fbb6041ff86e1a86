"""The tables of the benchmarks, and what their peers are given; nothing is timed here."""

from __future__ import annotations

from functools import reduce
from importlib import import_module
from pathlib import Path

from benchmarks import __main__ as pages
from benchmarks import deploy, peer_ansible, peer_paramiko
from benchmarks.clock import PARTS, Clock
from benchmarks.deploy import Sample


def test_our_wall_time_stands_beside_that_of_each_peer() -> None:
    walls = {
        "Nornir + nornir-netmiko": 10.0,
        "Ansible cisco.ios": 50.0,
        "paramiko alone": 2.5,
        "knockdeploy": 5.0,
    }
    samples = [
        Sample(tool, verb, wall_s, 2.0, 7, 0.5)
        for verb in ("deploy", "check")
        for tool, wall_s in walls.items()
    ]
    table = deploy.table(samples, n_routers=4).splitlines()
    assert "| beside Nornir | beside Ansible |" in table[0]
    assert table[4] == "| deploy, paramiko alone | 0.25 | 0.05 | 500 | 7 | 50% |"
    assert table[5] == "| deploy, knockdeploy | 0.50 | 0.10 | 500 | 7 | 50% |"
    without = [sample for sample in samples if not sample.tool.startswith("Ansible")]
    assert "Ansible" not in deploy.table(without, n_routers=4)


def test_ansible_logs_in_where_nornir_does(tmp_path: Path) -> None:
    (tmp_path / "hosts.yaml").write_text("r1: {hostname: 127.10.0.1, port: 11022}\n")
    (tmp_path / "defaults.yaml").write_text("{username: admin, password: published}\n")
    everyone = peer_ansible.inventory(tmp_path)["all"]
    assert everyone["hosts"] == {"r1": {"ansible_host": "127.10.0.1", "ansible_port": 11022}}
    assert everyone["vars"]["ansible_password"] == "published"


def test_paramiko_alone_types_all_that_was_rendered() -> None:
    rendered = (
        "! a group\nobject-group service A\n tcp eq 22\nservice b\n! an applet\nevent c\n d\n  e\n"
    )
    assert list(peer_paramiko.sections(rendered)) == [
        ["object-group service A", " tcp eq 22"],
        ["service b"],
        ["event c", " d", "  e"],
    ]


def test_each_part_of_the_page_has_its_place_and_the_command_that_wrote_it() -> None:
    page = pages.PAGE.read_text()
    for part, words in pages.PARTS.items():
        assert f"<!-- bench: {part} -->\n    python -m benchmarks.{words[0]}" in page
        assert (pages.PAGE.parent.parent / "benchmarks" / f"{words[0]}.py").is_file()
    end = "<!-- bench end -->"
    text = f"a\n<!-- bench: where -->\nold\n{end}\nb\n<!-- bench: saved -->\nkept\n{end}\n"
    assert pages.written(text, "where", "python -m x", "| 1 |\n") == text.replace(
        "old\n", "    python -m x\n\n| 1 |\n"
    )


def test_a_part_does_not_count_what_another_takes_within_it() -> None:
    clock = Clock()
    for part, places in PARTS.items():  # each is there to be watched
        for place in places:
            module, _, path = place.partition(":")
            assert reduce(getattr, path.split("."), import_module(module)), part
    inner = clock.counted("inner", lambda: sum(range(300_000)))
    clock.counted("outer", inner)()
    assert clock.cpu_s["outer"] < clock.cpu_s["inner"] / 2
    assert clock.wall_s["outer"] < clock.wall_s["inner"] / 2
