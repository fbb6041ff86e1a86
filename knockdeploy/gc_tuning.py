"""When Python looks for garbage that refers to itself: that took a tenth of a command."""

import functools
import gc
from typing import Final

# Configurations and plans are many small frozen values that refer to none above them.
_RARELY: Final = (50_000, 20, 20)
_freeze: Final = functools.cache(gc.freeze)  # once; counting what is frozen takes as long


def wait() -> None:
    """Search for none while libraries are loaded: they stay."""
    gc.disable()


def collect() -> None:
    """Search from now on, rarely, and not among what has been loaded by now."""
    _freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()


def leave() -> None:
    """Search for none at the end, which Python else does twice: all of it goes with the process."""
    gc.freeze()
