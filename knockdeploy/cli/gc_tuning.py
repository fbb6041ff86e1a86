"""When Python looks for garbage that refers to itself: that took a tenth of a command."""

import gc
from typing import Final

# Configurations and plans are many small frozen values that refer to none above them.
_RARELY: Final = (50_000, 20, 20)


def wait() -> None:
    """Search for none while libraries are loaded: they stay."""
    gc.disable()


def collect() -> None:
    """Search from now on, rarely, and not among what has been loaded by now."""
    if not gc.get_freeze_count():
        gc.freeze()
    gc.set_threshold(*_RARELY)
    gc.enable()
