"""The stages of a run, as settings and command line have them, and how they are shown."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from knockdeploy.cli.console import Console
from knockdeploy.cli.rollout_options import RolloutOptions
from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import nearest, quoted
from knockdeploy.inventory import Project
from knockdeploy.report.fold import MOST, few, spanned
from knockdeploy.report.outcome import Outcome
from knockdeploy.rollout.course import Course, RolloutLimits
from knockdeploy.rollout.stages import Stage, amount, plan_stages
from knockdeploy.rollout.window import day_and_time, end_of

_LOGINS: Final = 2
"""Of a router's turn: the session that carries the change, and a new one that confirms it."""
_DIGITS: Final = 9  # of a number of routers: more than there are
LATER: Final = "the next, as no router was changed yet"
"""Whose turn it is in a canary stage that others have to follow."""
_WORKERS: Final = 20
"""Nornir's own number."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """The rollout that is agreed to, at its beginning.

    ``before`` has what an earlier start of the run changed and did not look at again, ``reverts``
    when routers that it left go back by themselves; ``notify`` is a command of the operator's that
    is told how it goes.
    """

    course: Course
    before: Mapping[str, Outcome] = field(default_factory=dict)
    reverts: Mapping[str, float] = field(default_factory=dict)
    notify: str = ""

    def described(self, stage: Stage) -> str:
        """Return whose turn it is in a stage, and who is looked at again."""
        again = self.course.stood.get(stage.name, ())
        looks = [f"looked at again: {spanned(again)}"] if again else []
        return "; ".join(([spanned(stage.hosts)] if stage.hosts else []) + looks) or LATER


def rollout_of(project: Project, hosts: Iterable[str], given: RolloutOptions) -> Rollout:
    """Return the stages and limits for these hosts.

    Raises:
        InputError: an option that cannot be met.
    """
    settings, names = project.settings.rollout, list(hosts)
    sites = dict(_sites(project, names, settings.serial_by))
    share = settings.batch if given.batch is None else _share("--batch", given.batch, least=1)
    allowed = settings.max_failures
    if given.max_failures is not None:
        allowed = _share("--max-failures", given.max_failures)
    canary = settings.canary if given.canary is None else _canary(given.canary, names)
    rate = settings.logins_per_second
    limits = RolloutLimits(
        n_workers=n_workers(project),
        max_failures=amount(allowed, len(names)),
        soak_s=settings.soak_seconds,
        retries=settings.retries,
        retry_s=settings.retry_seconds,
        between_starts_s=_LOGINS / rate if rate else 0.0,
        until_s=window_of(given.until),
    )
    stages = plan_stages(names, canary, share, sites)
    return Rollout(Course(stages, limits, sites), notify=given.notify or "")


def refuse_unfit(project: Project, given: RolloutOptions) -> None:
    """Refuse options of a rollout before a router is read for it.

    Raises:
        InputError: one cannot be met, whichever hosts of the project turn out to need a change.
    """
    rollout_of(project, (name for name, intent in project.intents.items() if intent), given)


def window_of(until: str | None) -> float | None:
    """Return the end of the window, in seconds since 1970, if there is to be one.

    Raises:
        InputError: it is not a time of day.
    """
    if until is None:
        return None
    return end_of(until, datetime.datetime.now().astimezone()).timestamp()


def n_workers(project: Project) -> int:
    """Return how many routers Nornir's own runner would have in flight."""
    runner = project.nornir.config.runner
    if runner.plugin == "serial":
        return 1
    number = runner.options.get("num_workers", _WORKERS)
    return number if isinstance(number, int) and number > 0 else _WORKERS


def show_stages(console: Console, rollout: Rollout) -> None:
    """Say who goes first, if not all go at once, and until when."""
    stages = rollout.course.stages
    if len(stages) > 1:
        width = max(len(stage.name) for stage in stages)
        for stage in stages:
            console.say(f"{stage.name:<{width}}  {rollout.described(stage)}")
    if until_s := rollout.course.limits.until_s:
        console.say(f"no router starts that would not be done by {day_and_time(until_s)}")


def _share(key: str, text: str, least: int = 0) -> int | str:
    number = text.removesuffix("%")
    is_share = number.isascii() and number.isdigit() and len(number) <= _DIGITS
    if not is_share or (text != number and int(number) > 100) or int(number) < least:  # noqa: PLR2004
        message = f"{quoted(text)} is not a number of routers"
        hint = f"a number from {least}, or a percentage from {least}% to 100%"
        raise InputError(Mistake(message, hint, key=key))
    return text if text != number else int(number)


def _canary(text: str, hosts: list[str]) -> int | tuple[str, ...]:
    if text.isascii() and text.isdigit() and text not in hosts:
        return int(text)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise InputError(Mistake("no canary", "a number, or names", key="--canary"))
    known = frozenset(hosts)
    if strangers := [name for name in names if name not in known]:
        raise InputError(*_no_routers(strangers, hosts))
    return names


def _no_routers(strangers: list[str], hosts: list[str]) -> Iterator[Mistake]:
    if len(strangers) > MOST:
        message = f"{few(map(quoted, strangers))} are not routers of this run"
        hint = f"known are {few(hosts)}" if hosts else "it has none"
        yield Mistake(message, hint, key="--canary")
        return
    for name in strangers:
        message = f"{quoted(name)} is not a router of this run"
        yield Mistake(message, nearest(name, hosts), key="--canary")


def _sites(project: Project, names: list[str], key: str | None) -> Iterator[tuple[str, str]]:
    """Yield the hosts with what must not be worked on twice at a time.

    Raises:
        InputError: no host has such a key, so it is most likely misspelt.
    """
    if key is None:
        return
    hosts = project.nornir.inventory.hosts
    found = {name: hosts[name].get(key) for name in names}
    if names and all(value is None for value in found.values()):
        where = "user_defined.knockdeploy.rollout.serial_by"
        message = f"no selected host has {quoted(key)} in its data"
        keys = sorted({each for name in names for each in hosts[name].extended_data()})
        raise InputError(Mistake(message, nearest(key, keys), str(project.config_file), key=where))
    yield from ((name, str(value)) for name, value in found.items() if value is not None)
