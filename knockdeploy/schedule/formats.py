"""The schedulers that can start a check, by their --format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from knockdeploy.schedule.cron import crontab
from knockdeploy.schedule.kubernetes import cronjob
from knockdeploy.schedule.pipelines import github, gitlab
from knockdeploy.schedule.scheduled import ScheduledCheck
from knockdeploy.schedule.systemd import units

FORMATS: Final[Mapping[str, Callable[[ScheduledCheck], dict[str, str]]]] = {
    "systemd": units,
    "cron": crontab,
    "kubernetes": cronjob,
    "github": github,
    "gitlab": gitlab,
}
"""The texts that each wants, by the names of their files."""
