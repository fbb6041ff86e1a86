"""How a router is reached: the Nornir connection plugin `knockdeploy` and the errors it gives.

nornir_netmiko's plugin maps the inventory to netmiko's parameters and netmiko to paramiko's, with
ssh_config, keys, agent and jump hosts; what is ours is the class that netmiko opens: it checks
host keys, waits for prompts instead of sleeping, and its errors are of our tree.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import paramiko
from nornir.core.configuration import Config
from nornir.core.inventory import Host
from nornir.core.plugins.connections import ConnectionPluginRegister

from knockdeploy.device.expectations import USUAL, Expectations
from knockdeploy.device.failures import failure
from knockdeploy.device.hostkeys import HostKeys, KnownHosts, Policy
from knockdeploy.device.jump import through
from knockdeploy.device.knock_in import Entrance, is_proxied
from knockdeploy.device.login import prepare
from knockdeploy.device.netmiko_driver import (
    CLASS_MAPPER,
    CiscoIosSSH,
    Netmiko,
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    platforms,
)
from knockdeploy.device.netmiko_extras import taken
from knockdeploy.device.privatekey import with_key
from knockdeploy.device.prompts import Prompt
from knockdeploy.device.proxy_command import ProxyCommand
from knockdeploy.device.session import RouterSession
from knockdeploy.device.ssh_mux import Carried
from knockdeploy.device.terminal import Terminal
from knockdeploy.device.transport import Client
from knockdeploy.errors import InputError, Mistake, RouterError
from knockdeploy.intent.platforms import SUPPORTED, unsupported_platform
from knockdeploy.operator import SSH_PORT

T = TypeVar("T")
_log = logging.getLogger(__name__)

CONNECTION_NAME: Final = "knockdeploy"
_DEVICE_TYPE: Final = "knockdeploy_ios"
# Seconds. The key exchange counts as connecting, and old routers compute long; TACACS takes 7
# to 15 s to say yes.
_TIMES: Final = {
    "conn_timeout": 20,
    "banner_timeout": 20,
    "auth_timeout": 30,
    "keepalive": 30,  # a session waits for minutes while the knock is proved
}
# paramiko logs the traceback of every failed login, on stderr where nobody set up logging.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


class LeanIos(CiscoIosSSH):
    """netmiko's IOS connection without its waiting; ``terminal`` and ``prompt`` when open."""

    def __init__(
        self,
        host_keys: HostKeys,
        expectations: Expectations,
        **parameters: Any,  # noqa: ANN401
    ) -> None:
        self._host_keys = host_keys
        self.prompt = Prompt("")
        self.expectations = expectations
        self.remote_conn_pre = None  # netmiko's clean-up expects it
        self._way: ProxyCommand | Carried | None = None
        super().__init__(**{**_TIMES, **parameters})

    def _build_ssh_client(self) -> paramiko.SSHClient:
        return Client(self._host_keys)

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:
        """Open the SSH session.

        Raises:
            RouterError: of the kind that says why; nothing is left open.
        """
        try:
            super().establish_connection(width, height)
        except BaseException as exc:  # noqa: BLE001  # to close what is half open
            wrapped = isinstance(exc, (NetmikoTimeoutException, NetmikoAuthenticationException))
            cause = exc.__context__ if wrapped and exc.__context__ else exc
            error = failure(cause, self._peer)
            self.paramiko_cleanup()
            if isinstance(error, RouterError):
                raise self._blamed(error) from None
            if self._way:
                self._way.close()
            raise error from None

    @property
    def _peer(self) -> str:
        """The router, and the way to it, in errors."""
        way = f" (by {self._way.by})" if self._way else ""
        return f"{self.host}:{self.port}{way}"

    def _blamed(self, error: RouterError) -> RouterError:
        """Return ``error`` as the way to the router explains it, which is closed."""
        return self._way.blamed(error) if self._way else error

    def _use_ssh_config(self, dict_arg: dict[str, Any]) -> dict[str, Any]:
        completed = through(Path(self.ssh_config_file or "").expanduser(), dict_arg)
        self._way = completed["sock"]
        return completed

    def _try_session_preparation(self, force_data: bool = True) -> None:  # noqa: FBT001, FBT002
        super()._try_session_preparation(force_data=False)  # no newline, no sleep

    def session_preparation(self) -> None:
        """Log in up to a privileged prompt without paging."""
        channel = cast("paramiko.Channel", self.remote_conn)
        if isinstance(self._way, ProxyCommand):
            self._way.reached()
        self.terminal = Terminal(channel, self._peer, blamed=self._blamed)
        self.prompt = prepare(self.terminal, self.secret, self.expectations)

    def cleanup(self, command: str = "exit") -> None:
        """Say nothing: IOS frees the line when the session closes."""


# Known to netmiko under a name of its own, so that its parameters are mapped as ever.
CLASS_MAPPER[_DEVICE_TYPE] = LeanIos
platforms.append(_DEVICE_TYPE)


class Knockdeploy:
    """Nornir's connection plugin; ``connection`` is a RouterSession."""

    connection: RouterSession

    def open(  # noqa: PLR0913, PLR0917  # Nornir's signature
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,
    ) -> None:
        """Open a session; ``extras`` are netmiko's, and entrance, expectations, host_keys.

        Raises:
            UnsupportedError: the platform is not supported.
            InputError: netmiko does not know one of the extras.
            RouterError: unreachable, auth, host-key, kex, timeout or authorization.
        """
        if platform not in SUPPORTED:
            raise unsupported_platform(platform)
        given = dict(extras or {})
        entrance: Entrance | None = given.pop("entrance", None)
        expectations: Expectations = given.pop("expectations", USUAL)
        host_keys: HostKeys | None = given.pop("host_keys", None)
        parameters: dict[str, Any] = {
            "ssh_config_file": configuration.ssh.config_file if configuration else None,
            **with_key(taken(given), password),
            "expectations": expectations,
            "host_keys": host_keys or known_hosts(configuration),
        }

        login = (hostname, username, password, port, _DEVICE_TYPE, parameters, configuration)

        def dial() -> RouterSession:
            if entrance and not is_proxied(hostname or "", parameters):
                entrance.come_in(hostname or "", port or SSH_PORT)
            lean = _logged_in(*login)
            return RouterSession(
                lean.terminal,
                lean.prompt,
                another=dial,
                hang_up=lean.disconnect,
                expectations=expectations,
            )

        self.connection = dial()

    def close(self) -> None:
        """End the session."""
        self.connection.close()


def _logged_in(*login: Any) -> LeanIos:  # noqa: ANN401  # what nornir_netmiko's plugin takes
    netmiko, began_s = Netmiko(), time.monotonic()
    hostname, username, _, port, *_ = login
    _log.info("%s: connecting to port %s as %s", hostname, port or SSH_PORT, username)
    try:
        netmiko.open(*login)
    except (TypeError, ValueError) as exc:
        what = str(exc).replace("LeanIos.__init__() ", "").replace("BaseConnection.__init__() ", "")
        message = f"netmiko does not take this: {what}"
        raise InputError(Mistake(message, key="connection_options")) from None
    lean: LeanIos = netmiko.connection
    _log.info("%s: logged in: %.1f s", lean.prompt.name, time.monotonic() - began_s)
    return lean


ConnectionPluginRegister.register(CONNECTION_NAME, Knockdeploy)


def dialled(host: Host) -> tuple[str | None, int, object]:
    """Return the address and the port at which a router is reached, and the ssh_config of its own.

    One address behind two jump hosts is two routers: those of two customers, perhaps.
    """
    general, own = map(host.get_connection_parameters, ("netmiko", CONNECTION_NAME))
    port = _nearer(own.port, general.port, host.port) or SSH_PORT
    way = {**(general.extras or {}), **(own.extras or {})}.get("ssh_config_file")
    return _nearer(own.hostname, general.hostname, host.hostname), port, way


def open_session(
    host: Host,
    configuration: Config,
    entrance: Entrance | None = None,
    expectations: Expectations = USUAL,
    host_keys: HostKeys | None = None,
) -> RouterSession:
    """Return the host's session, opened now if there is none; ``entrance``: it may need a knock.

    ``host_keys`` are asked instead of the file of the settings.

    What the inventory has under connection_options for ``netmiko`` counts; what it has for
    ``knockdeploy`` comes before it.
    """
    if CONNECTION_NAME not in host.connections:
        general = host.get_connection_parameters("netmiko")
        own = host.get_connection_parameters(CONNECTION_NAME)
        host.open_connection(
            CONNECTION_NAME,
            configuration,
            hostname=_nearer(own.hostname, general.hostname, host.hostname),
            username=_nearer(own.username, general.username, host.username),
            password=_nearer(own.password, general.password, host.password),
            port=_nearer(own.port, general.port, host.port),
            platform=host.platform,
            extras={
                **(general.extras or {}),
                **(own.extras or {}),
                "entrance": entrance,
                "expectations": expectations,
                "host_keys": host_keys,
            },
        )
    session: RouterSession = host.connections[CONNECTION_NAME].connection
    return session


def _nearer(own: T, general: T, usual: T) -> T:
    """Return what one of the two says otherwise than the host itself, ours first."""
    return own if own != usual else general


def known_hosts(configuration: Config | None) -> KnownHosts:
    """Return the known hosts of the settings; without any, those of the default state_dir."""
    ours = configuration.user_defined.get("knockdeploy") if configuration else None
    settings: Mapping[str, Any] = ours or {}
    file = settings.get("known_hosts") or Path(settings.get("state_dir", ".knockdeploy")) / (
        "known_hosts"
    )
    policy = cast("Policy", settings.get("host_keys", "accept-new"))
    return KnownHosts(Path(file), policy)
