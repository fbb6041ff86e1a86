"""Frozen values. That nobody changes one is the type checker's to see, in all that we write.

``@dataclass(frozen=True)`` means to it what it always does. Python itself would compile two more
functions for each of two hundred classes, at each start, and call one for each field of each value
that is made: a twelfth of what a deployment or a check computes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(cls=None, /, *, frozen=False, **options):  # noqa: ANN001, ANN003, ANN201  # as theirs
        """Make a class that compares and hashes as the frozen one would."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen, **options)
        hashes = frozen and options.get("eq", True) and "__hash__" not in vars(cls)
        return dataclasses.dataclass(unsafe_hash=hashes, **options)(cls)


__all__ = ["dataclass"]
