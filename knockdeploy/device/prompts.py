"""Prompts: that of EXEC mode is what the router showed at login, whatever it is made of. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# `prompt %h-STP-1234%p` may have been configured: the prompt is not the hostname. Behind a command
# that changes the mode, any `...(config...)#` is one; so is `R1(ca-trustpoint)#`.
_CONFIGURING: Final = re.compile(r"[^\n]{0,200}?\((?P<mode>[A-Za-z][\w-]*)\)# ?")
_ENDS: Final = (">", "#")
_MAX_CHARS: Final = 250


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompts of one session; ``text`` is that of EXEC mode."""

    text: str

    @property
    def name(self) -> str:
        """What names the router in messages."""
        return self.text.rstrip("#> ")

    @property
    def is_privileged(self) -> bool:
        """Whether it ends in `#`."""
        return self.text.endswith("#")

    def mode(self, text: str, *, configures: bool) -> str | None:
        """Return the mode whose prompt ``text`` is: "" in EXEC, None where it is not a prompt.

        Prompts of configuration modes count where ``configures``.
        """
        if text.rstrip(" ") == self.text:
            return ""
        found = _CONFIGURING.fullmatch(text) if configures else None
        return found["mode"] if found else None

    def other(self, text: str) -> str:
        """Return the prompt that ``text`` looks like where it is none of these, else ""."""
        shown = text.rstrip(" ")
        is_one = looks_like_prompt(shown) and " " not in shown
        return shown if is_one and self.mode(shown, configures=True) is None else ""


def looks_like_prompt(text: str) -> bool:
    """Tell whether an unfinished line may be the first prompt: what is typed then will show it.

    A banner's line may look the same while the router pauses.
    """
    shown = text.rstrip(" ")
    is_named = any(char.isalnum() for char in shown)
    return shown.endswith(_ENDS) and is_named and len(shown) <= _MAX_CHARS
