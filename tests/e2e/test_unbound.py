"""The list that shuts the door, unbound or replaced by somebody: told as drift, and put right."""

from __future__ import annotations

from pathlib import Path

import pytest

from knockdeploy.ios.view import inbound_acl
from knockdeploy.lab.shell.show_config import printed

from .support import NEW, STRICT, change, intend, knockdeploy, lab, snapshot

pytestmark = pytest.mark.lab
OUTSIDE = "interface GigabitEthernet0/0"
OTHER = ("ip access-list extended Everything", "permit ip any any")
DEPLOY = ("deploy", "--yes", "--no-proof")


@pytest.mark.parametrize(("kind", "name"), [(STRICT, "Internet-In"), (NEW, "ACL_Internet_In")])
@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("no ip access-group {name} in",), "{name} is no longer bound"),
        (
            ("exit", *OTHER, "exit", OUTSIDE, "ip access-group Everything in"),
            "Everything is bound in place of {name}",
        ),
    ],
    ids=["unbound", "replaced"],
)
def test_a_list_that_is_not_bound_any_more_is_drift_and_bound_again(
    kind: int, name: str, lines: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    with lab(kind=kind) as running:
        before = snapshot(running)
        assert knockdeploy(running, *DEPLOY).status == 0
        change(running, OUTSIDE, *(line.format(name=name) for line in lines), saved=True)
        router = running.routers["r1"].router
        (tmp_path / "r1").write_text(running.call(lambda: printed(router.running)))
        for from_ in ((), ("--from", str(tmp_path))):
            checked = knockdeploy(running, "check", "--json", *from_)
            assert (checked.status, checked.host()["status"]) == (2, "drifted"), checked.out
            (said,) = (
                found["message"]
                for found in checked.host()["findings"]
                if found["line"] == f"ip access-group {name} in"
            )
            assert said.startswith(f"{words.format(name=name)}: 22/tcp, ")
            assert said.endswith(" are reachable from anywhere")
            by = "by entry 10 of Everything" if OTHER[0] in lines else "since nothing denies it"
            way = f"from anywhere {by}, inbound on GigabitEthernet0/0: tcp "
            services = "22/tcp, 80/tcp, 443/tcp, 443/udp"
            assert checked.findings()["exposed"].startswith(f"error: {services} {way}")
        assert knockdeploy(running, *DEPLOY).status == 0
        assert inbound_acl(router.running, "GigabitEthernet0/0") == name
        assert knockdeploy(running, "check").status == 0
        assert knockdeploy(running, "remove", "--open", "--yes").status == 0
        change(running, *(f"no {line}" for line in OTHER[:1]), saved=True)
        assert snapshot(running).running == before.running


def test_another_list_than_the_intents_is_drift_to_a_check() -> None:
    with lab(kind=STRICT) as running:
        intend(running, acl="ACL_Other")
        checked = knockdeploy(running, "check", "--json")
        assert (checked.status, checked.host()["status"]) == (2, "drifted")
        assert checked.findings()["interface-binding"] == (
            "error: Internet-In is bound instead of ACL_Other"
        )
        assert knockdeploy(running, "plan", "--json").host()["error"]["kind"] == "input"


def test_the_engine_says_what_was_bound_where_the_record_is_gone() -> None:
    with lab(kind=STRICT) as running:
        assert knockdeploy(running, *DEPLOY).status == 0
        record = "no event manager environment _knock_Owned"
        change(running, record, OUTSIDE, "no ip access-group Internet-In in", saved=True)
        checked = knockdeploy(running, "check", "--json")
        assert (checked.status, checked.host()["status"]) == (2, "drifted"), checked.out
        messages = [found["message"] for found in checked.host()["findings"]]
        assert any(said.startswith("Internet-In is no longer bound: 22/tcp, ") for said in messages)
        assert knockdeploy(running, *DEPLOY).status == 0
        bound = inbound_acl(running.routers["r1"].router.running, "GigabitEthernet0/0")
        assert bound == "Internet-In"
        assert knockdeploy(running, "check").status == 0
