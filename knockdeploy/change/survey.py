"""Where ours goes on one router, and the router as it was read for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from knockdeploy.change import files
from knockdeploy.change.image_quirks import dialect_of
from knockdeploy.change.job import Job
from knockdeploy.device.arming import disarmed
from knockdeploy.device.reading import Concern, Reading
from knockdeploy.errors import IntentError, UnsupportedError
from knockdeploy.intent import Intent
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.counters import Entry
from knockdeploy.ios.parse import parse
from knockdeploy.ios.policy_file import with_files
from knockdeploy.ios.tree import Node
from knockdeploy.ios.version import Version
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.recipe import Recipe
from knockdeploy.recipe.running import Running

MISPLACED: Final = (UnsupportedError, IntentError)
"""Why an intent does not fit a router; not a failure of ours or of the connection."""


@dataclass(slots=True)
class Survey:
    """Finds where ours goes on one router, once for both reading and planning.

    ``excerpt`` leaves of a configuration what is looked at: all of it, unless told.
    """

    intent: Intent
    job: Job
    excerpt: Callable[[str], str] = str
    _known: tuple[Node, Running, Placement] | None = None

    @property
    def recipe(self) -> Recipe:
        """What the router is to have."""
        return self.job.recipe_of(self.intent)

    def place(self, version: str, text: str) -> tuple[Running, Placement]:
        """Return a running-config and where ours stands there.

        Raises:
            RouterError: the intent does not fit the router.
        """
        config = disarmed(parse(self.excerpt(text)))
        if self._known is None or self._known[0] != config:
            running = Running(config)
            at = self.recipe.place(running, self.intent, dialect_of(self.job, version))
            self._known = config, running, at
        return self._known[1:]

    def concern(self, version: Version, text: str) -> Concern:
        """Return the ACLs whose positions a plan needs, and the files that are or would be ours.

        Raises:
            RouterError: the intent does not fit the router.
        """
        running, at = self.place(version.number, text)
        return Concern(self.recipe.edited_by_number(running, at), files.concerned(at))

    def concern_if_it_fits(self, version: Version, text: str) -> Concern:
        """Return the same; nothing where the intent does not fit: who plans learns why."""
        try:
            return self.concern(version, text)
        except MISPLACED:
            return Concern()


def as_read(reading: Reading, running: Node) -> Node:
    """Return a router's configuration, numbers and files among it.

    ``running`` is the same without files and without numbers that were read.

    Raises:
        UnsupportedError: as ``numbered``.
    """
    if reading.access_lists:
        running = numbered(reading.running, reading.access_lists)
    return with_files(running, reading.files)


def numbered(text: str, lists: Mapping[str, tuple[Entry, ...]] | None = None) -> Node:
    """Return a running-config with the positions that `show ip access-lists` gave.

    Raises:
        UnsupportedError: the two do not list the same number of entries.
    """
    positions = {
        name: [entry.number for entry in entries] for name, entries in (lists or {}).items()
    }
    try:
        return with_numbers(disarmed(parse(text)), positions)
    except ValueError as error:
        raise UnsupportedError(
            f"running-config and show ip access-lists disagree about the ACL {error}",
            "look at both on the router; was it changed just now?",
        ) from None
