"""Turns taken by the workers of a Dask scheduler: told and journaled where the run was started."""

from __future__ import annotations

import gc
import json
import os
import subprocess
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import psutil
import pytest
from distributed import Client, Worker
from e2e.support import (
    STRICT,
    at_line,
    at_once,
    command_line,
    knockdeploy,
    lab,
    process,
    roll,
    snapshot,
)
from e2e.watched import eventually, held, start

from knockdeploy.lab.faults import Faults
from knockdeploy.lab.machine import Machine
from knockdeploy.lab.router.clock import ManualClock
from rollout.cluster import Workers, cluster, worker
from rollout.test_rollout_lab import DEPLOY, the_run, touched, under_way

pytestmark = pytest.mark.lab


def test_workers_change_routers_and_who_started_the_run_keeps_what_is_kept(tmp_path: Path) -> None:
    with lab(5, kind=STRICT) as running, cluster(tmp_path) as dask:
        roll(running, workers=dask.address, canary=1, batch=4)
        running.routers["r3"].faults = Faults(refuse_line=5)
        ran = process(running, *DEPLOY, "-v")
        assert ran.document["summary"] == {"deployed": 4, "rolled-back": 1}, ran.err
        assert ran.host("r3")["error"]["kind"] == "refused-line"
        assert "r1: reading" in ran.err
        run = the_run(running)
        events = [each.event for each in run.events if each.host == "r1"]
        assert events[0] == "begun"
        assert {"arming", "closed", "confirmed", "saved"} <= set(events)
        assert set(run.hosts) == set(running.routers)  # what they were like before
        state = running.folder / ".knockdeploy"
        assert (state / "known_hosts").read_text().count("ssh-") == len(running.routers)
        assert {each.stem for each in (state / "locks").iterdir()} == set(running.routers)
        assert not list(tmp_path.rglob("*.before"))
        with Client(
            dask.address, set_as_default=False
        ) as client:  # Python looks for garbage rarely
            assert any(each[0] > 10_000 for each in client.run(gc.get_threshold).values())

        # A worker that sees another key than the one that is known here sends nothing.
        known = (state / "known_hosts").read_text().splitlines()
        names, keys = zip(*(line.split(" ", 1) for line in known), strict=True)
        swapped = (f"{name} {key}\n" for name, key in zip(names, keys[1:] + keys[:1], strict=True))
        (state / "known_hosts").write_text("".join(swapped))
        again = knockdeploy(running, *DEPLOY, "--max-failures", "100%", "--canary", "0")
        assert {host["error"]["kind"] for host in again.document["hosts"].values()} == {"host-key"}


def at_work_on(machine: Machine, dask: Workers) -> subprocess.Popen[bytes]:
    """Return the worker that has a session to a router."""
    return next(
        each
        for each in dask.processes
        for connection in psutil.Process(each.pid).net_connections()
        if connection.raddr and connection.raddr.ip == machine.place.inside
    )


def test_routers_of_a_worker_that_dies_go_back_by_themselves_and_are_resumed(
    tmp_path: Path,
) -> None:
    clock = ManualClock()
    with lab(3, kind=STRICT, clock=clock) as running, cluster(tmp_path) as dask:
        roll(running, workers=dask.address)
        at_once(running, 1)
        r1 = running.routers["r1"]
        r1.faults = Faults(hang_line=50)
        client = start(command_line(running, *DEPLOY))
        try:
            eventually(lambda: r1.box.n_lines == 50)
            at_work_on(r1, dask).kill()
            out, err = client.communicate(timeout=300)
        finally:
            client.kill()
        document = json.loads(out)
        assert document["summary"] == {"failed": 1, "deployed": 2}, err  # by the other worker
        host = document["hosts"]["r1"]
        assert (host["state"], host["error"]["kind"]) == ("reverting", "interrupted")
        assert "it reverts by itself at" in host["error"]["message"]
        assert "failed [interrupted]: r1; router state: reverting by itself" in err
        assert r1.box.n_lines == 50  # nobody else took it up

        assert snapshot(running).is_pending
        running.call(lambda: clock.advance(6 * 60))
        for machine in running.routers.values():
            machine.faults = Faults()
            machine.box.typed.clear()
        ran = knockdeploy(running, "deploy", "--resume", document["run"], "--yes", "--json")
        assert ran.document["summary"] == {"deployed": 3}, ran.err
        assert touched(running) == {"r1"}


def test_run_whose_scheduler_dies_ends_and_is_resumed_with_another(tmp_path: Path) -> None:
    clock = ManualClock()
    with lab(3, kind=STRICT, clock=clock) as running:
        at_once(running, 1)
        r1 = running.routers["r1"]
        r1.faults = Faults(hang_line=50)
        with cluster(tmp_path, n_workers=1) as dask:
            roll(running, workers=dask.address)
            client = start(command_line(running, *DEPLOY))
            try:
                eventually(lambda: r1.box.n_lines == 50)
                dask.scheduler.kill()
                out, err = client.communicate(timeout=300)
            finally:
                client.kill()
        document = json.loads(out)
        assert document["summary"] == {"failed": 1, "skipped": 2}, err
        assert document["hosts"]["r1"]["state"] == "reverting"
        assert "stopped in stage 1 of 1, batch 1: no worker can be reached" in err
        assert f"to continue: knockdeploy deploy --resume {document['run']}" in err
        assert "distributed" not in err  # nor a log of Dask's

        resume = ("deploy", "--resume", document["run"], "--yes", "--json")
        ran = knockdeploy(running, *resume)
        assert ran.status == 64
        assert "no scheduler answers at" in ran.err

        eventually(lambda: not r1.n_sessions)
        running.call(lambda: clock.advance(6 * 60))
        r1.faults = Faults()
        with cluster(tmp_path, n_workers=1) as dask:
            roll(running, workers=dask.address)
            ran = knockdeploy(running, *resume)
        assert ran.document["summary"] == {"deployed": 3}, ran.err


def test_worker_that_comes_back_after_a_break_takes_nothing_up_until_the_run_is_resumed(
    tmp_path: Path,
) -> None:
    async def cut(dask_worker: Worker) -> None:
        stream = dask_worker.batched_stream.comm
        assert stream is not None
        stream.abort()

    clock = ManualClock()
    with (
        lab(2, kind=STRICT, clock=clock) as running,
        cluster(tmp_path, n_workers=1) as dask,
        Client(dask.address, set_as_default=False) as network,
    ):
        roll(running, workers=dask.address)
        at_once(running, 1)
        r1 = running.routers["r1"]
        r1.faults = Faults(latency_s=0.02)
        before = snapshot(running)
        with held(partial(at_line, r1, 20)) as routers, under_way(running) as client:
            routers.wait()
            network.run(cut, wait=False)
            routers.go_on()
            out, err = client.communicate(timeout=300)
        document = json.loads(out)
        assert document["summary"] == {"failed": 1, "skipped": 1}, err
        assert document["hosts"]["r1"]["state"] == "reverting"
        assert "stopped in stage 1 of 1, batch 1: no worker can be reached" in err

        dask.processes[0].wait(60)  # as Dask's workers end; who runs them starts them again
        eventually(lambda: not r1.n_sessions)
        with worker(tmp_path, dask.address):
            n_lines = r1.box.n_lines
            running.call(lambda: clock.advance(6 * 60))
            assert snapshot(running).running == before.running
            assert r1.box.n_lines == n_lines
            r1.faults = Faults()
            ran = knockdeploy(running, "deploy", "--resume", document["run"], "--yes", "--json")
            assert ran.document["summary"] == {"deployed": 2}, ran.err


def test_stop_is_heard_by_workers_and_routers_in_flight_are_finished(tmp_path: Path) -> None:
    with lab(3, kind=STRICT) as running, cluster(tmp_path, n_workers=1) as dask:
        roll(running, workers=dask.address)
        at_once(running, 1)
        at = partial(at_line, running.routers["r1"], 5)
        with held(at) as routers, under_way(running) as client:
            routers.wait()
            assert knockdeploy(running, "stop", the_run(running).name).status == 0
            routers.go_on()
            out, err = client.communicate(timeout=300)
        assert client.returncode == 130, err
        document = json.loads(out)
        assert document["summary"] == {"deployed": 1, "skipped": 2}
        assert touched(running) == {"r1"}

        # Once who started the run is gone, the router in flight is left to its own timer.
        r2 = running.routers["r2"]
        r2.faults = Faults(latency_s=0.01)
        at = partial(at_line, r2, 40)
        with held(at) as routers:
            client = start(command_line(running, "deploy", "--resume", document["run"], "--yes"))
            try:
                routers.wait()
            finally:
                client.kill()
                client.communicate()
        eventually(lambda: not r2.n_sessions)
        assert snapshot(running, "r2").is_pending


def openssl(*words: object, cwd: Path) -> None:
    subprocess.run(["openssl", *map(str, words)], cwd=cwd, check=True, capture_output=True)  # noqa: S603, S607


@pytest.fixture
def certificates(tmp_path: Path) -> Mapping[str, str]:
    """Make a certificate that is its own authority, for everybody of the cluster."""
    openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-keyout", "key.pem", "-out", "cert.pem", "-days", 1, "-subj", "/CN=knockdeploy"),
        cwd=tmp_path,
    )
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    cert, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    who = ("SCHEDULER", "WORKER", "CLIENT")
    return {
        f"{tls}CA_FILE": cert,
        **{f"{tls}{each}__CERT": cert for each in who},
        **{f"{tls}{each}__KEY": key for each in who},
    }


def test_routers_are_changed_over_tls(tmp_path: Path, certificates: Mapping[str, str]) -> None:
    with lab(kind=STRICT) as running, cluster(tmp_path, 1, "tls", certificates) as dask:
        assert dask.address.startswith("tls://127.0.0.1:")
        roll(running, workers=dask.address)
        ran = process(running, *DEPLOY, env={**os.environ, **certificates})
        assert ran.document["summary"] == {"deployed": 1}, ran.err
        bare = knockdeploy(running, *DEPLOY)
        assert bare.status == 64
        assert "Dask has no certificates for tls://" in bare.err
