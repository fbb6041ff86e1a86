"""A project in a folder, written by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knockdeploy.errors import InputError, Mistake
from knockdeploy.inventory import load

CONFIG = """\
inventory:
  options:
    host_file: inventory/hosts.yaml
    group_file: inventory/groups.yaml
    defaults_file: inventory/defaults.yaml
"""
DEFAULTS = """\
username: admin
password: s3cret-word
data:
  knock:
    ports: [46543, 28654, 40204, 57566, 34515]
    services: [22/tcp]
    interface: GigabitEthernet0/0
    management_sources: [192.0.2.0/24]
"""
GROUPS = """\
branch:
  platform: ios
  groups: [fleet]
  data: {city: Berlin}
fleet: {}
"""
HOSTS = """\
r1: {hostname: 127.10.0.1, groups: [branch]}
r2: {groups: [branch], data: {city: Bonn}}
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a project; what is not given is that above. Returns the path of config.yaml."""

    def project(
        *, config: str = CONFIG, hosts: str = HOSTS, groups: str = GROUPS, defaults: str = DEFAULTS
    ) -> Path:
        (tmp_path / "inventory").mkdir(exist_ok=True)
        for name, text in (
            ("config.yaml", config),
            ("inventory/hosts.yaml", hosts),
            ("inventory/groups.yaml", groups),
            ("inventory/defaults.yaml", defaults),
        ):
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / "config.yaml"

    return project


def mistakes(config_file: Path, *arguments: list[str]) -> tuple[Mistake, ...]:
    """Load what cannot be loaded; return what is said of it."""
    with pytest.raises(InputError) as caught:
        load(config_file, *arguments)
    for mistake in caught.value.mistakes:
        assert str(mistake).isprintable()
        assert "s3cret-word" not in str(mistake)
        assert "46543" not in str(mistake)
    return caught.value.mistakes
