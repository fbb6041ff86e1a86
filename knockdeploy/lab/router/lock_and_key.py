"""Lock-and-key: the temporary entries of dynamic ACL entries (ios-facts §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from knockdeploy.ios.acl import ace_of, header
from knockdeploy.ios.groups import groups_of
from knockdeploy.ios.match import Ace
from knockdeploy.ios.refusals import INVALID
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import used_by
from knockdeploy.lab.router.access_templates import Template, substituted, take_address, template_of
from knockdeploy.lab.router.clock import Handle

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_MINUTE_S: Final = 60.0
_INCOMPLETE: Final = "% Incomplete command."


@dataclass(slots=True)
class Temporary:
    """One temporary entry; ``text`` is the entry as printed, ``due_s`` None for one without end."""

    acl: str
    dynamic: str
    source: str
    text: str
    lifetime_s: float | None
    due_s: float | None = None
    matches: int = 0
    timer: Handle | None = None


class TemporaryEntries:
    """All temporary entries of a router. They are no part of its configuration."""

    def __init__(self, router: VirtualRouter) -> None:
        self._router = router
        self._entries: list[Temporary] = []
        self._aces: list[Ace] = []
        self._aces_of: Node | None = None

    def of(self, acl: str, dynamic: str) -> tuple[Temporary, ...]:
        """Return the entries that stand at one dynamic entry, oldest first."""
        return tuple(e for e in self._entries if (e.acl, e.dynamic) == (acl, dynamic))

    def aces(self, acl: str) -> dict[str, list[Ace]]:
        """Return the entries of an ACL for ``first_match``, by dynamic name."""
        found: dict[str, list[Ace]] = {}
        for entry, ace in zip(self._entries, self._current_aces(), strict=True):
            if entry.acl == acl:
                found.setdefault(entry.dynamic, []).append(ace)
        return found

    def count(self, ace: Ace) -> bool:
        """Count a match if ``ace``, from ``aces``, is a temporary entry's; tell whether it is."""
        for entry, each in zip(self._entries, self._current_aces(), strict=True):
            if each is ace:
                entry.matches += 1
                if self._router.behaviour.template_timeout == "idle":
                    self._start(entry)
                return True
        return False

    def add(self, words: Sequence[str]) -> str:
        """Run ``access-template ACL DYNAMIC SOURCE DESTINATION [timeout MINUTES]``; the answer."""
        rest = list(words)
        try:
            name, dynamic = rest.pop(0), rest.pop(0)
            source, destination = take_address(rest), take_address(rest)
            minutes = int(rest[rest.index("timeout") + 1]) if rest else None
        except IndexError:
            return _INCOMPLETE
        except ValueError:
            return INVALID
        section = self._router.running.child(header(name))
        template = template_of(section, dynamic) if section else None
        if template is None:
            return f"% Dynamic access list {dynamic} of {name} not found"  # wording unknown
        if not self._router.behaviour.unbound_takes_entries and not any(
            used_by(self._router.running, name)
        ):
            return ""
        return self._add(name, template, source, destination, minutes)

    def _add(
        self, acl: str, template: Template, source: str, destination: str, minutes: int | None
    ) -> str:
        text = substituted(template.entry, source, destination)
        same = next((e for e in self.of(acl, template.name) if e.text == text), None)
        lifetimes = [m * _MINUTE_S for m in (minutes, template.minutes) if m]
        lifetime_s = min(lifetimes, default=None)
        if same is None:
            entry = Temporary(acl, template.name, source, text, lifetime_s)
            self._entries.append(entry)
            self._aces_of = None
            self._start(entry)
        elif self._router.behaviour.second_template == "refreshes":
            same.lifetime_s = lifetime_s
            self._start(same)
        elif self._router.behaviour.second_template == "error":
            return f"List#{acl}-{template.name} already contains this IP address pair"
        return ""

    def clear(self, words: Sequence[str]) -> str:
        """Run ``clear access-template [ACL [DYNAMIC [SOURCE [DESTINATION]]]]``; the answer."""
        rest = list(words)
        names = [rest.pop(0) for _ in range(min(2, len(rest)))]
        try:
            source = take_address(rest) if rest else "any"
            _destination = take_address(rest) if rest else "any"  # one dynamic entry has but one
        except IndexError:
            return _INCOMPLETE
        except ValueError:
            return INVALID
        for entry in tuple(self._entries):
            if names == [entry.acl, entry.dynamic][: len(names)] and source in {
                "any",
                entry.source,
            }:
                self._remove(entry)
        return ""

    def prune(self) -> None:
        """Drop the entries whose ACL or dynamic entry is no longer configured."""
        config = self._router.running
        for entry in tuple(self._entries):
            section = config.child(header(entry.acl))
            if section is None or template_of(section, entry.dynamic) is None:
                self._remove(entry)

    def clear_all(self) -> None:
        """Drop every entry, as a reload does."""
        for entry in tuple(self._entries):
            self._remove(entry)

    def _start(self, entry: Temporary) -> None:
        if entry.timer:
            entry.timer.cancel()
        entry.timer = entry.due_s = None
        if entry.lifetime_s is not None:
            entry.due_s = self._router.clock.now() + entry.lifetime_s
            entry.timer = self._router.clock.call_later(
                entry.lifetime_s, lambda: self._remove(entry)
            )

    def _remove(self, entry: Temporary) -> None:
        if entry.timer:
            entry.timer.cancel()
        self._entries.remove(entry)
        self._aces_of = None

    def _current_aces(self) -> list[Ace]:
        """Return the entries as ACEs: read anew when groups may have changed."""
        config = self._router.running
        if self._aces_of is not config:
            groups = groups_of(config)
            self._aces = [ace_of(entry.text, groups) for entry in self._entries]
            self._aces_of = config
        return self._aces
