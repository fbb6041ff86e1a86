"""What takes the routers' turns: threads, processes, or the workers of a Dask scheduler."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

from knockdeploy.intent.faults import check
from knockdeploy.intent.fields import port_number

_OURS: Final = ("threads", "processes")
_PATTERN: Final = r"(?:tcp|tls)://(\[[0-9A-Fa-f:]+\]|[\w.-]+):([0-9]{1,5})"


def is_scheduler(value: str) -> bool:
    """Tell whether a value is the address of a scheduler."""
    match = re.fullmatch(_PATTERN, value)
    return match is not None and port_number(match[2].lstrip("0")) is not None


def is_safe_way(address: str) -> bool:
    """Tell whether traffic to it uses TLS, or stays on this machine."""
    match = re.fullmatch(_PATTERN, address)
    if match is None:
        return False
    if address.startswith("tls://"):
        return True
    host = match[1].strip("[]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name, which may be anybody's by the time of the connection
        return False


_taken: Final = check(
    lambda value: value in _OURS or is_scheduler(value),
    "{} is neither threads nor processes nor a scheduler",
    "tls://HOST:PORT",
)
_safe: Final = check(
    lambda value: value in _OURS or is_safe_way(value),
    "{} is another machine, and secrets would go there in clear text",
    "tls://HOST:PORT; tcp:// is for 127.0.0.1",
)
Workers = Annotated[
    str,
    AfterValidator(_taken),
    AfterValidator(_safe),
    WithJsonSchema({"anyOf": [{"enum": [*_OURS]}, {"type": "string", "pattern": _PATTERN}]}),
]
