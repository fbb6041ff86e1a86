"""The parameters of netmiko that we know are those that the installed netmiko has."""

from __future__ import annotations

import inspect

from netmiko.base_connection import BaseConnection

from knockdeploy.device.netmiko_extras import ELSEWHERE, TAKEN, taken


def test_each_parameter_of_netmiko_has_its_place() -> None:
    parameters = set(inspect.signature(BaseConnection.__init__).parameters) - {"self"}
    left = taken(dict.fromkeys(parameters))  # without what does nothing here
    assert left.keys() - TAKEN.keys() == ELSEWHERE.keys()
    assert parameters >= TAKEN.keys()
