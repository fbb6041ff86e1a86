"""A check that is to run regularly."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from knockdeploy.schedule.when import When


@dataclass(frozen=True, slots=True)
class ScheduledCheck:
    """Which project is checked, by which program, and when.

    ``variables`` are those that the inventory's ``env:`` references name: of each the secret is in
    a file of the folder ``credentials``. ``writes`` are the folders that a check writes to.
    ``in_repository`` is where ``config`` stands in its repository.
    """

    program: tuple[str, ...]
    config: Path
    when: When
    options: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    credentials: Path = Path()
    writes: tuple[Path, ...] = ()
    in_repository: str = "config.yaml"

    @property
    def name(self) -> str:
        """A name for the project, unique for a user."""
        folder = self.config.parent
        word = re.sub(r"[^A-Za-z0-9]+", "-", folder.name).strip("-")
        digest = hashlib.sha256(str(self.config).encode(errors="surrogateescape")).hexdigest()
        return "-".join(filter(None, ("knockdeploy-check", word, digest[:6])))

    @property
    def command(self) -> tuple[str, ...]:
        """The words of the command, on this machine."""
        return self.checking(self.program, str(self.config))

    def checking(self, program: tuple[str, ...], config: str) -> tuple[str, ...]:
        """Return the words of the command for a program and a project elsewhere."""
        return (*program, "check", "-c", config, "--no-overlap", *self.options)
