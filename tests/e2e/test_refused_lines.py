"""Every line of a push refused in turn: taken back, named, nothing left behind."""

from __future__ import annotations

import re

import pytest

from knockdeploy.lab.faults import Faults

from .support import NEW, STRICT, knocks, lab, process, snapshot

pytestmark = pytest.mark.lab
N_ROUTERS = 100  # more than a push has lines, and one


@pytest.mark.parametrize(
    ("kind", "n_last"),
    [
        pytest.param(STRICT, N_ROUTERS, id="all-lines"),
        # A new ACL differs in its last lines alone: typed whole, then bound.
        pytest.param(NEW, 10, id="new-acl"),
    ],
)
def test_every_refused_line_is_named_and_leaves_the_router_as_it_was(
    kind: int, n_last: int
) -> None:
    with lab(N_ROUTERS, kind=kind) as running:
        assert process(running, "deploy", "--yes", "--no-proof", "-l", "r1").status == 0
        n_lines = running.routers["r1"].box.n_lines
        assert n_lines < N_ROUTERS
        lines = {f"r{k + 1}": k for k in range(max(1, n_lines - n_last + 1), n_lines + 1)}
        before = {name: snapshot(running, name) for name in lines}
        for name, k in lines.items():
            running.routers[name].faults = Faults(refuse_line=k, refusal=f"% Not today, line {k}")
        ran = process(running, "deploy", "--yes", "--no-proof", "--json", "-l", ",".join(lines))
        assert ran.status == 1
        assert ran.document["summary"] == {"rolled-back": len(lines)}
        assert "Traceback" not in ran.err
        assert not knocks(running).search(ran.out + ran.err)
        for name, k in lines.items():
            host = ran.host(name)
            assert (host["state"], host["saved"]) == ("before", False)
            message = host["error"]["message"]
            assert re.search(rf"'(.+)'.* % Not today, line {k}$", message)
            # That a dynamic entry takes no number is what some images are expected to say.
            is_dynamic = re.search(r"'\d+ dynamic D", message)
            assert host["error"]["kind"] == ("unsupported" if is_dynamic else "refused-line")
            assert snapshot(running, name) == before[name]
            assert before[name].is_pending is False
