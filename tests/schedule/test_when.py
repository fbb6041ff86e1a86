"""When a check is due says the same to cron and to systemd."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from knockdeploy.errors import InputError
from knockdeploy.schedule.when import When

DUE = (
    (When(), "0 6 * * *", "06:00", "06:00:00"),
    (When.daily("23:59"), "59 23 * * *", "23:59", "23:59:00"),
    (When.daily("0:05"), "5 0 * * *", "00:05", "00:05:00"),
    (When.regularly("15m"), "*/15 * * * *", "*:0/15", "*:00/15:00"),
    (When.regularly("60m"), "0 */1 * * *", "0/1:00", "00/1:00:00"),
    (When.regularly("4h"), "0 */4 * * *", "0/4:00", "00/4:00:00"),
    (When.regularly("24h"), "0 0 * * *", "00:00", "00:00:00"),
)


@pytest.mark.parametrize(("when", "cron", "calendar", "read"), DUE)
def test_both_clocks_are_told_the_same(when: When, cron: str, calendar: str, read: str) -> None:
    assert (when.cron, when.calendar) == (cron, calendar)
    if tool := shutil.which("systemd-analyze"):
        done = subprocess.run(  # noqa: S603  # our own words
            [tool, "calendar", when.calendar], capture_output=True, text=True, check=True
        )
        found = re.search(r"Normalized form: \*-\*-\* (.*)", done.stdout)
        assert found is not None
        assert found[1] == read


@pytest.mark.parametrize("text", ["", "6", "24:00", "6:60", "06:00:00", "-1:00", "\uff16:00"])
def test_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(InputError, match="--at"):
        When.daily(text)


@pytest.mark.parametrize("text", ["", "0m", "7m", "5h", "15", "90m", "1d", "-5m", "100m"])
def test_what_cron_cannot_keep_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--every"):
        When.regularly(text)


def test_checks_are_spread_over_no_more_than_a_tenth_of_the_time_between_them() -> None:
    assert When.regularly("5m").spread_s == 30
    assert When.regularly("1h").spread_s == 360
    assert When().spread_s == 600
