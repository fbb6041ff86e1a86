"""`lab up` of more routers than one process may open files for: several run them."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest
from commandline import command_line, free_base_port

from knockdeploy.cores import leave_signals_home
from knockdeploy.errors import InputError
from knockdeploy.lab import processes
from knockdeploy.lab.addresses import Place, places_at
from knockdeploy.lab.processes import processes_for

N = 3
ONE_ROUTER = 100
"""Open files that a process needs for one router, not for two."""


@dataclass(frozen=True)
class Running:
    """A lab of ``N`` routers; a process has one."""

    program: subprocess.Popen[str]
    processes: list[psutil.Process]
    places: list[Place]

    def n_answering(self) -> int:
        return sum(_says_ssh(place) for place in self.places)

    def over(self) -> tuple[int, str]:
        """Return status and stderr, once the program and its processes are gone."""
        _, err = self.program.communicate(timeout=300)
        psutil.wait_procs(self.processes, timeout=60)
        assert not any(each.is_running() for each in self.processes)
        return self.program.returncode, err


def _says_ssh(place: Place) -> bool:
    try:
        with socket.create_connection((place.inside, place.sockets[22]), 60) as connection:
            connection.settimeout(60)
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


@contextmanager
def lab_up(folder: Path, n_files: int) -> Iterator[Running]:
    port = free_base_port(N)
    words = ("lab", "up", str(folder / "lab"), f"--routers={N}", f"--base-port={port}")
    command = f"ulimit -n {n_files}; exec {shlex.join(command_line(*words))}"
    with subprocess.Popen(  # noqa: S603
        ["/bin/sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout is not None
            assert program.stdout.readline().startswith("ready ")
            children = psutil.Process(program.pid).children(recursive=True)
            yield Running(program, children, places_at(N, port))
        finally:
            program.kill()


@pytest.mark.lab
def test_every_router_answers_whatever_process_runs_it_and_all_end_together(tmp_path: Path) -> None:
    with lab_up(tmp_path, ONE_ROUTER) as lab:
        assert len(lab.processes) == N
        assert lab.n_answering() == N
        lab.program.terminate()
        assert lab.over() == (0, "")
        assert lab.n_answering() == 0


@pytest.mark.lab
def test_a_process_that_is_ended_ends_the_lab_with_a_word(tmp_path: Path) -> None:
    with lab_up(tmp_path, ONE_ROUTER) as lab:
        lab.processes[1].kill()
        status, err = lab.over()
        assert status == 1
        assert "a process of the lab was ended" in err


@pytest.mark.lab
def test_nothing_runs_on_once_the_program_is_killed(tmp_path: Path) -> None:
    with lab_up(tmp_path, ONE_ROUTER) as lab:
        lab.program.kill()
        lab.over()
        assert lab.n_answering() == 0


def test_ctrl_c_just_as_a_process_begins_is_for_who_began_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(_parts: object, _options: object, ours: Connection, pipe: Connection) -> None:
        ours.close()
        os.kill(os.getpid(), signal.SIGINT)
        leave_signals_home()
        pipe.send("it runs")

    monkeypatch.setattr(processes, "_run", run)
    nothing: Any = None
    with processes._process(nothing, nothing) as (_, pipe):  # noqa: SLF001
        assert pipe.recv() == "it runs"


def test_doors_of_all_are_opened_by_one_process_and_that_is_said() -> None:
    with pytest.raises(InputError, match=r"1000 routers need \d+ open files, .* may have 1024"):
        processes_for(1000, 1024)


@pytest.mark.parametrize(("n_routers", "n_files", "least"), [(3, 20_000, 1), (1000, 20_000, 3)])
def test_no_process_runs_out_of_files(n_routers: int, n_files: int, least: int) -> None:
    number = processes_for(n_routers, n_files)
    assert number >= least
    assert n_routers / number * 32 < n_files  # 32 were counted once all were deployed to
