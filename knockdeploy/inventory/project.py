"""Loading a project: config.yaml, the selected hosts, and what is wanted of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

from nornir.core import Nornir
from nornir.core.inventory import Host
from nornir.plugins.runners import ThreadedRunner

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent, intent_from
from knockdeploy.intent.faults import quoted
from knockdeploy.inventory.elements import no_address
from knockdeploy.inventory.knock_levels import KNOCK, knock_of
from knockdeploy.inventory.lookalikes import meant
from knockdeploy.inventory.references import References, is_reference
from knockdeploy.inventory.selected_hosts import choose
from knockdeploy.inventory.settings import Settings
from knockdeploy.ios import acl
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.platforms import spacing_ms

_SEQUENCES: Final = {
    "ports": "knockdeploy ports makes it",
    "probe_ports": "the ports of the probes, in order",
}
"""Keys that may refer to a file, and what is to be in it."""
_PORTS: Final = "[PORT, PORT, PORT, PORT, PORT]"
_ENTRIES: Final = "new_acl_entries"
_PREFIX: Final = re.compile(r"\d+\.\d+\.\d+\.\d+/\d+")


@dataclass(frozen=True, slots=True)
class Project:
    """The selected hosts, in ``nornir`` and, with what is wanted of them, in ``intents``.

    An intent of None: the host is unmanaged. Credentials may still be references.
    """

    nornir: Nornir
    settings: Settings
    intents: Mapping[str, Intent | None]
    config_file: Path
    references: References

    def with_forks(self, number: int) -> Project:
        """Return the project with this many workers, whatever its runner says."""
        self.nornir.config.runner.plugin = "threaded"
        self.nornir.config.runner.options = {"num_workers": number}
        return replace(self, nornir=self.nornir.with_runner(ThreadedRunner(num_workers=number)))


def load(config_file: Path, limit: Sequence[str] = (), filters: Sequence[str] = ()) -> Project:
    """Return the project of ``config_file``, for the hosts that ``limit`` and ``filters`` select.

    Only they are validated. A host without ``hostname`` is reached by its name.

    Raises:
        InputError: with every mistake found; nothing was connected to.
    """
    chosen = choose(config_file, limit, filters)
    hosts = chosen.nornir.inventory.hosts
    intents = _intents(hosts.values(), chosen.files, chosen.references)
    for host in hosts.values():
        if host.hostname is None:
            host.hostname = host.name
    return Project(chosen.nornir, chosen.settings, intents, config_file, chosen.references)


def _intents(
    hosts: Iterable[Host], files: Mapping[str, str], references: References
) -> dict[str, Intent | None]:
    intents: dict[str, Intent | None] = {}
    mistakes: list[Mistake] = []
    for host in hosts:
        try:
            intent = intents[host.name] = _intent(host, files, references)
        except InputError as error:
            mistakes += error.mistakes
            continue
        if intent and (mistake := no_address(host, files["host_file"])):
            mistakes.append(mistake)
    InputError.raise_for((*references.mistakes, *mistakes))
    return intents


def _intent(host: Host, files: Mapping[str, str], references: References) -> Intent | None:
    found = knock_of(host, files)
    if found is None:
        return None
    knock, where = found
    fields = knock if isinstance(knock, dict) else {}
    behind: dict[str | None, str] = {}
    for word in filter(lambda each: isinstance(fields.get(each), str), _SEQUENCES):
        key, file = f"{KNOCK}.{word}", where.get(word)
        if not is_reference(fields[word]):
            like = meant(fields[word])
            hint = f"did you mean {like}?" if like else f"such as {_PORTS} or file:knocks/{{name}}"
            raise InputError(Mistake("must be a list or a reference", hint, file, host.name, key))
        ports = references.value(host, key, fields[word], file, if_missing=_SEQUENCES[word])
        if ports is None:
            return None  # said by the references
        behind[key] = fields[word]
        fields[word] = re.split(r"[\s,]+", ports.strip())
    try:
        intent = intent_from(knock, file=files["host_file"], host=host.name, origins=where)
    except InputError as error:
        raise InputError(*(_told_of(behind, each) for each in error.mistakes)) from None
    InputError.raise_for(_not_entries(intent, where.get(_ENTRIES), host.name))
    return intent.spaced(spacing_ms(host.platform))


def _told_of(behind: Mapping[str | None, str], mistake: Mistake) -> Mistake:
    """Return a mistake in what a reference leads to with the reference: there it stands."""
    if reference := behind.get(mistake.key):
        return replace(mistake, message=f"{quoted(reference)}: {mistake.message}")
    return mistake


def _not_entries(intent: Intent, file: str | None, host: str) -> Iterator[Mistake]:
    """Yield entries that IOS would refuse; whether a group exists, only the router knows."""
    for entry in intent.new_acl_entries or ():
        is_told_later = entry.startswith("remark ") or "object-group " in entry
        if not is_told_later and not acl.is_entry(entry, Node(""), to_the_end=True):
            message = f"{quoted(entry)} is not an entry as IOS takes it"
            yield Mistake(message, _meant_by(entry), file, host, f"{KNOCK}.{_ENTRIES}")


def _meant_by(entry: str) -> str:
    """Return a hint: how IOS writes such an entry."""
    if entry.split()[1] == "0":
        return "every protocol is ip"
    if prefix := _PREFIX.search(entry):
        with suppress(ValueError):
            network = IPv4Network(prefix[0], strict=False)
            address, wildcard = network.network_address, network.hostmask
            return f"{prefix[0]} is `{address} {wildcard}` there, with a wildcard"
    return "such as permit tcp any host 203.0.113.10 eq 179: ports by number"
