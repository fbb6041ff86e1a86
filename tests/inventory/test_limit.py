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


def test_a_host_whose_name_reads_like_a_glob_is_found_by_its_name() -> None:
    inventory = Inventory(Hosts({"r[1]": Host("r[1]"), "r2": Host("r2")}), Groups(), Defaults())
    assert limited(inventory, ["r[1]"]) == {"r[1]"}
    assert limited(inventory, ["r[2]"]) == {"r2"}
