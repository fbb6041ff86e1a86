"""netmiko's parameters, ``extras`` in the inventory: which we take, and which do nothing here.

An inventory written for netmiko works as it is. What netmiko would do with a parameter that is
not in ``TAKEN`` (its pauses, its prompts, its log of the session, its host keys) we do otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TAKEN: Final[Mapping[str, str]] = {
    "username": "text",
    "password": "text",
    "secret": "text",
    "passphrase": "text",
    "use_keys": "switch",
    "key_file": "path",
    "allow_agent": "switch",
    "ssh_config_file": "path",
    "disabled_algorithms": "lists",
    "conn_timeout": "seconds",
    "auth_timeout": "seconds",
    "banner_timeout": "seconds",
    "keepalive": "seconds",
}
"""What kind of value each parameter has."""

_IGNORED: Final = frozenset(
    """
    device_type verbose global_delay_factor global_cmd_verify pkey disable_sha2_fix ssh_strict
    system_host_keys alt_host_keys alt_key_file blocking_timeout timeout session_timeout
    read_timeout_override default_enter response_return serial_settings fast_cli _legacy_mode
    session_log session_log_record_writes session_log_file_mode allow_auto_change encoding sock
    sock_telnet auto_connect delay_factor_compat disable_lf_normalization
    """.split()
)

ELSEWHERE: Final = {"ip": "hostname", "host": "hostname", "port": "port"}
"""Parameters that are keys of the connection options themselves."""


def taken(extras: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``extras`` without what does nothing here; what nobody knows stays, to be named."""
    return {key: value for key, value in extras.items() if key not in _IGNORED}
