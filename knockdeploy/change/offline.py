"""A change worked out from a saved configuration: no router is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple, replace
from typing import Final

from knockdeploy.change.job import Job
from knockdeploy.change.needed import Change, change_from
from knockdeploy.change.survey import MISPLACED, Survey
from knockdeploy.device.answers import configuration
from knockdeploy.device.reading import Reading
from knockdeploy.device.transient_lines import lasting, settled
from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios import counters
from knockdeploy.ios.aces import has_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.policy_file import md5_of
from knockdeploy.ios.tree import Node
from knockdeploy.ios.version import Version
from knockdeploy.operator import Operator
from knockdeploy.recipe.placement import Placement
from knockdeploy.store.config_files import Saved, load_saved

_NUMBER: Final = re.compile(r"version (\d+)\.(\d+)")
NO_SESSION: Final = "no session is planned for: whether a change would lock you out was not checked"


def saved_change(host: str, intent: Intent, job: Job, *, judges: bool = True) -> Change:
    """Plan from what ``job.saved`` has of a host; ``notes`` say what the files do not.

    Without ``judges`` also what opens something is planned.

    Raises:
        RouterError: there is nothing to read, or the change is refused.
    """
    survey = Survey(intent, job)
    saved, reading = saved_reading(host, survey)
    change = change_from(reading, survey, operator=None, judges=judges)
    return replace(change, notes=tuple(saved_notes(saved, reading, change.at)))


def saved_reading(host: str, survey: Survey) -> tuple[Saved, Reading]:
    """Return the saved files of a host, and the reading that a router would have given.

    Raises:
        RouterError: there is nothing to read, or the intent does not fit it.
    """
    assert survey.job.saved is not None  # noqa: S101  # the caller's to see to
    saved = load_saved(survey.job.saved, host)
    is_passing = survey.recipe.grant.is_temporary
    text, passing = astuple(settled(survey.excerpt(configuration(saved.text)), is_passing))
    version = _version(parse(text))
    lists = lasting(counters.access_lists(saved.lists or ""), is_passing)
    names = survey.concern_if_it_fits(version, text).lists if lists else ()
    return saved, Reading(
        version=version,
        running=text,
        startup=text,
        operator=Operator(None),
        access_lists={name: lists[name] for name in names if name in lists},
        files=_files(survey, version, text),
        saved_passing=passing,
    )


def _files(survey: Survey, version: Version, text: str) -> dict[str, str]:
    """Return the files as they should be: a saved configuration has none to look at."""
    try:
        _, at = survey.place(version.number, text)
    except MISPLACED:  # who plans learns why
        return {}
    known = survey.recipe.engine.files(at).items()
    return {path: md5_of(content) for path, content in known if path.rpartition("/")[2] in text}


def _version(running: Node) -> Version:
    """Return what the configuration says of its version: 15.2, and no train.

    Raises:
        UnsupportedError: it is too old.
    """
    found = next(running.matches(_NUMBER), None)
    number = f"{found[1]}.{found[2]}" if found else ""
    if found and (int(found[1]), int(found[2])) < (12, 4):
        raise UnsupportedError(
            f"the configuration is that of IOS {number}, which is too old",
            "classic IOS 12.4(22)T to 15.x M/T only",
        )
    return Version(number, is_xe=False)


def saved_notes(saved: Saved, reading: Reading, at: Placement) -> Iterator[str]:
    """Yield warnings about what the saved files lack."""
    section = parse(reading.running).child(at.acl_header)
    is_numbered = section is not None and has_numbers(section)
    if at.acl_exists and at.acl not in reading.access_lists and not is_numbered:
        yield (
            f"entries of {at.acl} are assumed to be numbered 10, 20, ...: save the output of "
            f"`show ip access-lists` as {saved.file.with_suffix('.acl').name}"
        )
    if not saved.is_whole:
        yield f"{saved.file.name} has no `end`: is it complete?"
