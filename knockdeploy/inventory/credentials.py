"""The credentials of the selected hosts: references followed, paths made absolute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from nornir.core.inventory import Host

from knockdeploy.device.netmiko_extras import TAKEN
from knockdeploy.errors import InputError
from knockdeploy.inventory.elements import OURS
from knockdeploy.inventory.lookalikes import meant
from knockdeploy.inventory.project import Project
from knockdeploy.inventory.references import References, is_reference
from knockdeploy.inventory.settings import resolved
from knockdeploy.inventory.trust import untrusted

_SECRETS: Final = ("password", "secret", "passphrase")


def resolve_credentials(project: Project) -> frozenset[str]:
    """Put the values of references into the project's hosts; return all secrets there are.

    Username, password and netmiko's ``secret`` and ``passphrase`` may be references. Each is
    followed once. ``key_file`` and ``ssh_config_file`` are relative to config.yaml. The secrets
    are for the redactor.

    Raises:
        InputError: with every reference that leads nowhere or is not honoured, and every file
            that is not there.
    """
    secrets: set[str] = set()
    for host in project.nornir.inventory.hosts.values():
        secrets |= resolve_host(host, project.references)
    InputError.raise_for(project.references.mistakes)
    return frozenset(secrets)


def resolve_host(host: Host, references: References) -> frozenset[str]:
    """Resolve one host; mistakes are noted in ``references``."""
    return frozenset(_resolved(host, references))


def unfollowed(host: Host) -> Iterator[tuple[str, str]]:
    """Yield keys of a host's login that only look like a reference, and like which one."""
    texts = {text: key for key, text in reversed([*_logins(host)]) if isinstance(text, str)}
    for text, key in texts.items():
        if not is_reference(text) and (reference := meant(text)):
            yield key, reference


def _logins(host: Host) -> Iterator[tuple[str, object]]:
    yield "username", host.username
    yield "password", host.password
    for name in sorted(_option_names(host)):
        options, where = host.get_connection_parameters(name), f"connection_options.{name}"
        yield f"{where}.username", options.username
        yield f"{where}.password", options.password
        for key, value in (options.extras or {}).items():
            if TAKEN.get(key) == "text":
                yield f"{where}.extras.{key}", value


def _resolved(host: Host, references: References) -> Iterator[str]:
    """Resolve one host in place; yield its secrets."""
    host.username = _followed(host, "username", host.username, references)
    host.password = _followed(host, "password", host.password, references)
    if host.password:
        yield host.password
    for name in _option_names(host):
        options = host.get_connection_parameters(name)
        where = f"connection_options.{name}"
        for key in ("username", "password"):
            value = _followed(host, f"{where}.{key}", getattr(options, key), references)
            setattr(options, key, value)
        extras = options.extras = _resolve_extras(host, where, options.extras or {}, references)
        host.connection_options[name] = options
        yield from filter(None, (options.password, *(extras.get(key) for key in _SECRETS)))


def _option_names(host: Host) -> set[str]:
    names = {*host.connection_options, *host.defaults.connection_options}
    return {
        name
        for name in names.union(*(group.connection_options for group in host.extended_groups()))
        if name in OURS
    }


def _resolve_extras(
    host: Host, where: str, extras: Mapping[str, Any], references: References
) -> dict[str, Any]:
    done = dict(extras)
    for key, value in extras.items():
        place = f"{where}.extras.{key}"
        if value is None:
            del done[key]  # as if it were not there: netmiko takes null for no number or switch
        elif TAKEN.get(key) == "text":
            done[key] = _followed(host, place, value, references)
        elif TAKEN.get(key) == "path":
            done[key] = str(_existing(host, place, value, references))
    if not (done.get("secret") or "").isascii():
        message, hint = "cannot be typed at the router's prompt", "an enable secret in ASCII"
        references.mistake(message, hint, host.name, f"{where}.extras.secret")
    return done


def _followed(host: Host, key: str, text: str | None, references: References) -> str | None:
    if text is None or not is_reference(text):
        return text
    value = references.value(host, key, text)
    if value is not None and not value.isprintable():
        message = "the secret behind the reference holds a control character or a line break"
        references.mistake(message, "one line of text", host.name, key)
    return value


def _existing(host: Host, key: str, value: str, references: References) -> Path:
    path = resolved(value, references.folder)
    if not path.is_file():
        message, hint = f"there is no file {path}", "relative to config.yaml, or absolute"
        references.mistake(message, hint, host.name, key)
    references.mistakes += untrusted(references.folder, [path])
    return path
