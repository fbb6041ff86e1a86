"""``-l`` for a whole fleet, as a saved plan and a resumed run say it: each host by its name."""

from __future__ import annotations

import glob
from fnmatch import fnmatchcase

import pytest
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory

from knockdeploy.inventory import limit
from knockdeploy.inventory.limit import limited


def test_naming_every_host_does_not_look_at_every_host_for_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [*(f"branch-{k}" for k in range(300)), "odd[1]", "odd*", "odd?"]
    inventory = Inventory(Hosts({name: Host(name) for name in names}), Groups(), Defaults())
    n_looks = 0

    def looked(name: str, pattern: str) -> bool:
        nonlocal n_looks
        n_looks += 1
        return fnmatchcase(name, pattern)

    monkeypatch.setattr(limit, "fnmatchcase", looked)
    assert limited(inventory, [glob.escape(name) for name in names]) == set(names)
    assert n_looks < 10 * len(names)
