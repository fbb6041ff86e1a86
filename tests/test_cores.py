"""Work that asks no router, on all cores."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from commandline import knockdeploy

from knockdeploy import cores
from knockdeploy.cores import on_all_cores
from knockdeploy.errors import KnockDeployError
from knockdeploy.lab.tcl.process import shared

NAMES = [f"r{k}" for k in range(300)]
several = pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core")


def test_results_are_in_order_and_nothing_of_the_work_has_to_pickle() -> None:
    lock = open(os.devnull)  # noqa: SIM115, PTH123  # no pickle has one
    with lock:
        made = list(on_all_cores(lambda name: (name, lock.name), NAMES))
    assert made == [(name, os.devnull) for name in NAMES]


@several
def test_other_processes_work_and_are_gone_with_whoever_asks() -> None:
    pids = on_all_cores(lambda _: os.getpid(), NAMES)
    others = set(islice(pids, 100)) - {os.getpid()}
    assert others
    pids.close()  # type: ignore[attr-defined]  # it is a generator
    for pid in others:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@several
def test_no_process_lasts_longer_the_more_there_is_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "ROUND", 50)
    done = [Counter(on_all_cores(lambda _: os.getpid(), NAMES[:n])) for n in (100, 300)]
    assert [each.total() for each in done] == [100, 300]
    assert all(max(each.values()) <= 50 for each in done)


@several
def test_what_the_first_piece_loads_is_there_for_all() -> None:
    loaded: list[int] = []

    def work(_name: str) -> int:
        if not loaded:
            loaded.append(os.getpid())
        return loaded[0]

    assert set(on_all_cores(work, NAMES)) == {os.getpid()}


@several
def test_ctrl_c_at_the_terminal_is_for_who_asked() -> None:
    asked = os.getpid()

    def struck(name: str) -> str:
        for number in (signal.SIGINT, signal.SIGHUP) if os.getpid() != asked else ():
            os.kill(os.getpid(), number)
        return name

    assert list(on_all_cores(struck, NAMES)) == NAMES


@several
def test_ctrl_c_just_as_a_process_begins_is_for_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = cores._begin  # noqa: SLF001

    def struck(work: Callable[[Any], Any]) -> None:
        for number in cores.FOR_HOME:
            os.kill(os.getpid(), number)
        begin(work)

    monkeypatch.setattr(cores, "_begin", struck)
    monkeypatch.setattr(cores, "FOR_HOME", (signal.SIGINT, signal.SIGHUP))
    assert list(on_all_cores(str, NAMES)) == NAMES


ASKS = """
import os, signal
from knockdeploy.cores import on_all_cores
asked = os.getpid()
def work(name):
    if os.getpid() != asked:
        print(os.getpid(), flush=True)
        signal.pause()
list(on_all_cores(work, [str(k) for k in range(300)]))
"""


@several
def test_no_process_is_left_of_who_was_killed() -> None:
    words = [sys.executable, "-c", ASKS]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as asking:  # noqa: S603
        assert asking.stdout
        assert asking.stdout.readline()
        asking.kill()
        asking.communicate(timeout=60)  # until nobody has its stdout any more


@several
@pytest.mark.usefixtures("tclsh")
def test_each_process_runs_policies_in_a_tclsh_of_its_own() -> None:
    ours = shared()
    others = set(on_all_cores(lambda _: (os.getpid(), id(shared()) == id(ours)), NAMES))
    assert (os.getpid(), True) in others
    assert [is_ours for pid, is_ours in others if pid != os.getpid()].count(True) == 0


@several
def test_process_that_is_killed_is_told() -> None:
    def killed(name: str) -> str:
        if name == NAMES[150]:
            os.kill(os.getpid(), signal.SIGKILL)
        return name

    with pytest.raises(KnockDeployError, match="was killed"):
        list(on_all_cores(killed, NAMES))


def test_few_are_worked_on_here() -> None:
    assert set(on_all_cores(lambda _: os.getpid(), NAMES[:20])) == {os.getpid()}


def test_fleet_is_checked_as_its_routers_are_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, saved = tmp_path / "config.yaml", tmp_path / "saved"
    config.write_text("inventory: {options: {host_file: hosts.yaml}}\n")
    ports = {
        f"r{k}": [21_000 + k, 32_000 + k, 28_000 + k, 43_000 + k, 37_000 + k] for k in range(9)
    }
    knock = {"services": ["22/tcp"], "interface": "GigabitEthernet0/0"}
    hosts = {
        name: {"platform": "ios", "data": {"knock": {**knock, "ports": each}}}
        for name, each in ports.items()
    }
    (tmp_path / "hosts.yaml").write_text(yaml.safe_dump(hosts))
    saved.mkdir()
    interface = "interface GigabitEthernet0/0\n ip address 203.0.113.1 255.255.255.0\n"
    for name in list(hosts)[1:]:
        (saved / f"{name}.cfg").write_text(f"hostname {name}\n{interface}end\n")
    words = ("check", "-c", str(config), "--from", str(saved), "--json")
    alone = knockdeploy(*words)
    monkeypatch.setattr(cores, "FEWEST", 2)
    together = knockdeploy(*words)
    assert together.document["hosts"] == alone.document["hosts"]
    assert list(together.document["hosts"]) == list(hosts)
    assert together.host("r0")["error"]["kind"] == alone.host("r0")["error"]["kind"] == "input"
