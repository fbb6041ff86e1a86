"""`lab up` and `lab run`: how many routers run IOS-XE."""

from __future__ import annotations

import pytest
from commandline import knockdeploy

from knockdeploy.cli.arguments.trying import Size
from knockdeploy.cli.labs import n_iosxe


@pytest.mark.parametrize(
    ("platform", "iosxe", "expected"),
    [(None, None, 0), (None, 2, 2), ("ios", None, 0), ("iosxe", None, 3)],
)
def test_the_last_ones_run_ios_xe_or_all_do(
    platform: str | None, iosxe: int | None, expected: int
) -> None:
    assert n_iosxe(Size(platform=platform, iosxe=iosxe)) == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--platform", "xr"), "--platform: no platform 'xr' (ios or iosxe)"),
        (("--platform", "iosxe", "--iosxe", "1"), "--iosxe: --platform already sets all routers"),
        (("--iosxe", "4"), "--iosxe: 4 of 3 routers with IOS-XE"),
    ],
)
def test_what_contradicts_itself_is_refused(arguments: tuple[str, ...], said: str) -> None:
    ran = knockdeploy("lab", "run", *arguments, "--", "true")
    assert ran.status == 64
    assert said in ran.err
