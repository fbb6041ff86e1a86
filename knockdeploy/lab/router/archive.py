"""The archive of configurations: files under ``path``, the oldest going beyond ``maximum`` (§9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from knockdeploy.ios import view
from knockdeploy.lab.router.stamps import log_date

if TYPE_CHECKING:
    from knockdeploy.lab.router.virtual_router import VirtualRouter

_MAXIMUM: Final = 10  # where the configuration says nothing (ios-facts §9)


class Archive:
    """Writes the running configuration to the next file of the archive."""

    def __init__(self, router: VirtualRouter) -> None:
        self._router = router
        self._count = 0
        self._files: list[str] = []

    @property
    def path(self) -> str | None:
        """Where files go, None where the feature is off."""
        return view.archive_path(self._router.running)

    @property
    def maximum(self) -> int:
        """How many files are kept."""
        return int(next(self._router.running.section("archive").behind("maximum "), _MAXIMUM))

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are kept, the oldest first."""
        flash = self._router.flash
        return tuple(each for each in self._files if flash.name_of(each) in flash)

    @property
    def next_file(self) -> str:
        """What ``show archive`` announces."""
        return f"{self.path}-<timestamp>-{self._count}"

    def write(self) -> tuple[str, str]:
        """Write the next file, named as in the one session in print; return its name, and why not.

        The second is "" where it was written.
        """
        path = self.path or ""
        stamp = log_date(self._router.clock.now(), ["msec"])
        file = f"{path}-{re.sub('[ :]', '-', stamp)}-{self._count}"
        if view.is_remote(path):
            return file, "Timed out"  # no server of the lab's answers
        flash = self._router.flash
        if why := flash.write(flash.name_of(file), self._router.running_text()):
            return file, why
        self._count += 1
        self._files = [*self.files, file]
        for old in self._files[: -self.maximum]:
            flash.pop(flash.name_of(old))
        return file, ""
