"""Every line of a push refused in turn: taken back, named, nothing left behind."""

from __future__ import annotations

import re

import pytest
from commandline import Document, Ran

from knockdeploy.lab.fabric import Fabric
from knockdeploy.lab.faults import Faults

from .support import NEW, STRICT, knocks, lab, process, snapshot

pytestmark = pytest.mark.lab
N_STRICT = 112  # more than a push has lines, and one
# A new ACL differs in its last lines alone: typed whole, then bound.
N_NEW = 11
KINDS = [STRICT] * N_STRICT + [NEW] * N_NEW


def test_every_refused_line_is_named_and_leaves_the_router_as_it_was() -> None:
    with lab(len(KINDS), kind=KINDS) as running:
        lines = lines_to_refuse(running)
        before = {name: snapshot(running, name) for name in lines}
        for name, k in lines.items():
            running.routers[name].faults = Faults(
                refuse_line=k,
                refusal=f"% Not today, line {k}",
                answers={"show version": image(name)},
            )
        ran = deployed(running, *lines)
        assert ran.status == 1
        assert ran.document["summary"] == {"rolled-back": len(lines)}
        assert "Traceback" not in ran.err
        assert "once more" not in ran.err  # no other way of binding the list takes a line
        assert not knocks(running).search(ran.out + ran.err)
        for name, k in lines.items():
            names_the_line(ran.host(name), k)
            assert snapshot(running, name) == before[name]
            assert before[name].is_pending is False


def image(name: str) -> str:
    """Return the version of an image of its own: what one says changes no plan of another."""
    version = f"15.2(4)M{name.removeprefix('r')}"
    return f"Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version {version}, (fc1)\n"


def deployed(running: Fabric, *names: str) -> Ran:
    limit = ",".join(names)
    return process(running, "deploy", "--yes", "--no-proof", "--json", "-l", limit, within_s=300)


def lines_to_refuse(running: Fabric) -> dict[str, int]:
    """Push to the first router of each kind to learn how many lines it takes; one router a line."""
    first, first_new = "r1", f"r{N_STRICT + 1}"
    assert deployed(running, first, first_new).status == 0
    n_lines = running.routers[first].box.n_lines
    n_new = running.routers[first_new].box.n_lines
    assert n_lines < N_STRICT
    lines = {f"r{k + 1}": k for k in range(1, n_lines + 1)}
    return lines | {f"r{N_STRICT + 1 + i}": n_new - N_NEW + 1 + i for i in range(1, N_NEW)}


def names_the_line(host: Document, k: int) -> None:
    """See that the report has the refused line and its answer, and what the router is like."""
    assert (host["state"], host["saved"]) == ("before", False)
    assert re.search(rf"'(.+)'.* % Not today, line {k}$", host["error"]["message"])
    # That a dynamic entry takes no number is what some images are expected to say.
    is_dynamic = re.search(r"'\d+ dynamic D", host["error"]["message"])
    assert host["error"]["kind"] == ("unsupported" if is_dynamic else "refused-line")
