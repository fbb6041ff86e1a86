"""ciscoconfparse as parse.py uses it. Importing all of it takes as long as several logins.

Each of its methods wears loguru's ``catch``, which logs what is raised and raises it again: about
thirty calls a line, three quarters of the parser's time. It is imported without, and without that
by which it logs, asks name servers, compares configurations and reads those of other systems.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from knockdeploy.ios.left_out import left_out

F = TypeVar("F", bound=Callable[..., Any])


def _bare(**_options: object) -> Callable[[F], F]:
    """Stand for a decorator that adds nothing we want."""
    return lambda function: function


class _Silent:
    """Stands for loguru's logger: it says nothing."""

    catch = staticmethod(_bare)

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_args, **_options: None


# Not yaml, which another thread may be loading: it would find half of it.
with left_out(
    "ciscoconfparse.models_asa",
    "ciscoconfparse.models_iosxr",
    "ciscoconfparse.models_junos",
    "ciscoconfparse.models_nxos",
    "dns",
    "dns.exception",
    "dns.resolver",
    "hier_config",
    deprecated={"deprecated": _bare},
    loguru={"logger": _Silent()},
):
    from ciscoconfparse import CiscoConfParse

__all__ = ["CiscoConfParse"]
