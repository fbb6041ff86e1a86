"""A TCP knock at the port of our own session: what goes there is dropped (ios-facts §1)."""

from __future__ import annotations

import pytest

from knockdeploy.errors import LockoutError
from knockdeploy.operator import Operator

from .support import INSIDE, US, plan_for, router

PORTS = [46543, 28654, 2222, 57566, 34515]
BY_2222 = Operator(US, INSIDE, "GigabitEthernet0/1", port=2222)


def test_knock_at_our_own_port_is_refused_and_not_named() -> None:
    with pytest.raises(LockoutError) as caught:
        plan_for(router(), BY_2222, ports=PORTS, protocol="tcp")
    assert "knock 3 " in caught.value.message
    assert "2222" not in caught.value.message
    assert "knock.ports" in caught.value.hint


def test_udp_knock_at_that_port_is_none_of_ours() -> None:
    assert plan_for(router(), BY_2222, ports=PORTS).steps
    assert plan_for(router(), Operator(US, INSIDE, "GigabitEthernet0/1"), ports=PORTS).steps
