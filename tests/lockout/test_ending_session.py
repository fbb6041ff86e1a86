"""Whose session would end in the middle of a change, with the entry that let it in.

An entry's time is absolute, and a second knock need not make it longer (ios-facts §5).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change, change_from
from knockdeploy.change.options import ChangeOptions
from knockdeploy.change.session_lifetime import refuse_cleared_session, refuse_ending_session
from knockdeploy.change.survey import Survey
from knockdeploy.device.reading import Reading
from knockdeploy.errors import LockoutError
from knockdeploy.intent import intent_from
from knockdeploy.inventory import Settings
from knockdeploy.ios.counters import access_lists
from knockdeploy.ios.parse import parse
from knockdeploy.ios.version import Version
from knockdeploy.operator import Operator
from knockdeploy.store.runs import Run
from knockdeploy.store.state import StateDir

from .support import INTENT, OUTSIDE, US, deployed, router

KEPT: dict[str, Any] = {}
SHORT: dict[str, Any] = {"keep_established": False}
KNOCK: dict[str, Any] = {"access": "knock", "knock_only": True}
OTHER: dict[str, Any] = {"timeout_minutes": 5}
ENTRY = f"permit ip host {US} any (time left {{}})"
NO_PROOF, ELSEWHERE = {"proves": False}, {"proof_from": "noc@192.0.2.9"}
Refuse = Callable[[Change, Job], None]


@pytest.fixture
def said(tmp_path: Path) -> Callable[..., str]:
    """Return what a change is refused for where we come by the Internet; "" if it is not."""
    state = StateDir(tmp_path)
    state.files.prepare()

    def say(
        refuse: Refuse,
        had: dict[str, Any],
        wanted: dict[str, Any],
        entry: str,
        options: dict[str, Any],
    ) -> str:
        text, intent = deployed(router(), **had), intent_from({**INTENT, **wanted})
        acl = parse(text).child("ip access-list extended ACL_Internet_In")
        assert acl is not None
        shown = [f"    {n} {child.text}" for n, child in enumerate(acl.children, 1)]
        at = next(n for n, line in enumerate(shown, 1) if " dynamic " in line)
        listed = "\n".join([*shown[:at], f"       {entry}", *shown[at:]])
        lists = access_lists(f"Extended IP access list ACL_Internet_In\n{listed}\n")
        run = Run(state, "20261127T010101Z-abcd")
        job = Job({"r1": intent}, Settings(), state, run, ChangeOptions(**options))
        operator = Operator(US, OUTSIDE, "GigabitEthernet0/0")
        version = Version("15.4(3)M3", is_xe=False)
        reading = Reading(version, text, text, operator, access_lists=lists)
        judges = refuse is refuse_ending_session  # `prove` changes nothing
        known = operator if judges else None
        change = change_from(reading, Survey(intent, job), known, judges=judges)
        try:
            refuse(change, job)
        except LockoutError as error:
            return f"{error.message}: {error.hint}"
        return ""

    return say


CLEARED = "the proof would clear it: "


@pytest.mark.parametrize(
    ("had", "wanted", "entry", "options", "says"),
    [
        # a new session needs the entry of the old one: the proof clears it
        (KEPT, OTHER, ENTRY.format(9), {},
         f"{CLEARED}come by another interface, put {US} into knock.management_sources, or use "
         "--proof-from or --no-proof"),
        (KEPT, OTHER, ENTRY.format(9), NO_PROOF, ""),
        (KEPT, OTHER, ENTRY.format(9), ELSEWHERE, ""),
        (KEPT, OTHER, "", {}, ""),
        (KEPT, OTHER, ENTRY.format(9).replace(US, "198.51.100.8"), {}, ""),
        # who can knock again needs it for the session under way alone
        (KEPT, {**KNOCK, **OTHER}, ENTRY.format(9), {}, ""),
        (SHORT, {**SHORT, **KNOCK, **OTHER}, ENTRY.format(900), {},
         f"{CLEARED}set knock.keep_established: true, put"),
        (SHORT, KNOCK, ENTRY.format(900), {}, f"{CLEARED}the router has no knock.keep_established"),
        (SHORT, {**SHORT, **KNOCK, **OTHER}, "", NO_PROOF,
         f"the change shuts out {US}: no entry permits the current session: set knock.keep"),
        # five minutes to confirm
        (SHORT, {**SHORT, **KNOCK, **OTHER}, ENTRY.format(300), NO_PROOF, ""),
        (SHORT, {**SHORT, **KNOCK, **OTHER}, ENTRY.format(299), NO_PROOF,
         "(in 299 s), and a deployment may take 5 minutes: set knock.keep_established: true; or "
         "reconnect once it has ended"),
        (SHORT, {**SHORT, **KNOCK, **OTHER}, ENTRY.format(299), ELSEWHERE, "(in 299 s)"),
        (SHORT, {**SHORT, **KNOCK, **OTHER}, f"permit ip host {US} any", NO_PROOF,
         "(the router does not print when), and a deployment may take 5 minutes: set "
         "knock.keep_established: true; or come by another interface"),
        # nothing is changed, and nothing proved
        (SHORT, {**SHORT, **KNOCK}, ENTRY.format(9), {}, ""),
    ],
)  # fmt: skip
def test_a_change_that_would_end_its_own_session_is_refused(  # noqa: PLR0913, PLR0917
    said: Callable[..., str],
    had: dict[str, Any],
    wanted: dict[str, Any],
    entry: str,
    options: dict[str, Any],
    says: str,
) -> None:
    told = said(refuse_ending_session, had, wanted, entry, options)
    assert says in told
    assert bool(told) is bool(says)


@pytest.mark.parametrize(
    ("knock", "entry", "options", "is_refused"),
    [
        (SHORT, ENTRY.format(900), {}, True),
        (SHORT, ENTRY.format(900), ELSEWHERE, False),
        (SHORT, "", {}, False),
        (KEPT, ENTRY.format(900), {}, False),
    ],
)
def test_a_door_is_not_tried_where_that_would_end_our_session(
    said: Callable[..., str],
    knock: dict[str, Any],
    entry: str,
    options: dict[str, Any],
    *,
    is_refused: bool,
) -> None:
    told = said(refuse_cleared_session, knock, knock, entry, options)
    assert (
        told.endswith(f"put {US} into knock.management_sources, or use --proof-from") is is_refused
    )
    assert bool(told) is is_refused
