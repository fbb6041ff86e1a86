"""netmiko with one of its drivers, that of IOS: two hundred others would load with it.

Each of those stands in netmiko's tables all the same, and loads when a connection of its is made.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

from knockdeploy.ios.left_out import standing_in

_NETMIKO: Final = "netmiko"
_NEEDED: Final = ("_", "cisco", "linux")
"""How the names begin of the folders that ours needs."""


class _Driver(ModuleType):
    """Stands for a driver's module: each name in it is a class that loads when it is called."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # as the class, when called
        if name.startswith("__"):  # the import system asks for these
            raise AttributeError(name)
        return partial(_connection, self.__name__, name)


def _connection(module: str, name: str, *args: Any, **options: Any) -> object:  # noqa: ANN401
    return getattr(import_module(module), name)(*args, **options)


def _others() -> Iterator[str]:
    """Yield the modules of the other drivers: each is a folder of netmiko's."""
    spec = find_spec(_NETMIKO)
    for path in (spec and spec.submodule_search_locations) or ():
        for each in os.scandir(path):
            if each.is_dir() and not each.name.startswith(_NEEDED):
                yield f"{_NETMIKO}.{each.name}"


# A later netmiko may need one of them as it loads: it loads whole, below.
with (
    suppress(ImportError, AttributeError, TypeError),
    standing_in({name: _Driver(name) for name in _others()}),
):
    import_module(_NETMIKO)

from netmiko.cisco import CiscoIosSSH  # noqa: E402
from netmiko.exceptions import (  # noqa: E402
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
)
from netmiko.ssh_dispatcher import CLASS_MAPPER, platforms  # noqa: E402
from nornir_netmiko.connections import Netmiko  # noqa: E402

__all__ = [
    "CLASS_MAPPER",
    "CiscoIosSSH",
    "Netmiko",
    "NetmikoAuthenticationException",
    "NetmikoTimeoutException",
    "platforms",
]
