"""The parameters of netmiko that we know are those that the installed netmiko has."""

from __future__ import annotations

import inspect
import subprocess
import sys

from netmiko.base_connection import BaseConnection

from knockdeploy.device.netmiko_extras import ELSEWHERE, TAKEN, taken


def test_each_parameter_of_netmiko_has_its_place() -> None:
    parameters = set(inspect.signature(BaseConnection.__init__).parameters) - {"self"}
    left = taken(dict.fromkeys(parameters))  # without what does nothing here
    assert left.keys() - TAKEN.keys() == ELSEWHERE.keys()
    assert parameters >= TAKEN.keys()


def test_the_drivers_of_others_are_not_loaded() -> None:
    """They are a hundred, and take longer than all else that a command begins with."""
    script = "import sys, knockdeploy.device.netmiko_driver; print(*sys.modules)"
    words = [sys.executable, "-c", script]
    loaded = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603
    assert "netmiko.cisco.cisco_ios" in loaded
    assert [
        name for name in loaded if name.startswith(("netmiko.juniper.", "netmiko.arista."))
    ] == []
