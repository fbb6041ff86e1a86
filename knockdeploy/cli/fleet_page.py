"""What a page shows besides one run: keys of the hosts, and what was found earlier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from nornir.core.inventory import Host

from knockdeploy.cli.console import Console
from knockdeploy.errors import InputError
from knockdeploy.inventory import Project
from knockdeploy.inventory.selection import values_of
from knockdeploy.report.fleet import Keys
from knockdeploy.store.findings import NO_PAST, FindingsStore, Past


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a page adds from the inventory and from earlier checks."""

    keys: Mapping[str, Keys] = field(default_factory=dict)
    past: Past = NO_PAST


NO_CONTEXT: Final = PageContext()


def page_context(console: Console, project: Project, store: FindingsStore) -> PageContext:
    """Return what is known of the hosts, and what checks of this kind found earlier."""
    hosts = project.nornir.inventory.hosts.values()
    return PageContext(keys_of(hosts, project.settings.page_keys), _past(console, store))


def keys_of(hosts: Iterable[Host], keys: Sequence[str]) -> dict[str, Keys]:
    """Return each host's values of these keys, and its groups."""
    return {
        host.name: {
            key: values
            for key in dict.fromkeys((*keys, "group"))
            if (values := tuple(each for each in values_of(host, key) if each != "None"))
        }
        for host in hosts
    }


def _past(console: Console, store: FindingsStore) -> Past:
    try:
        return store.past()
    except InputError as error:
        console.say(f"the page has no earlier checks: {error}")
        return NO_PAST
