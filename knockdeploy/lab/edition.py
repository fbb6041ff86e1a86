"""The two kinds of IOS that a virtual router can be, and what only one of them has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from knockdeploy.ios.applet import APPLET, words_of
from knockdeploy.ios.tree import Path
from knockdeploy.lab.behaviour import Behaviour, Platform

_MOST_VARIABLES: Final = 4  # the whole match and three submatches (iosxe-facts §3)
_BYPASSES: Final = re.compile(r"event manager policy .* authorization bypass$")
_HAS_CLASS: Final = re.compile(r"event manager (applet|scheduler) .*\bclass [A-Z]\b")
_LOGGING_CLASSES: Final = r"(no )?(class-map|policy-map) type (logging|port-filter|queue-threshold)"


@dataclass(frozen=True, slots=True)
class Edition:
    """A kind of IOS: how it calls its flash, and which lines and commands it does not know.

    ``unknown`` has pairs of patterns: the innermost section (the whole header), and a line there.
    """

    platform: Platform
    flash: tuple[str, str]
    """What messages call it, and what ``dir`` does."""
    limits_buffer: bool = False
    """Whether its log buffer has the room that is configured; or else it holds enough for a lab."""
    unknown: tuple[tuple[str, str], ...] = ()
    unknown_commands: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    """What it says instead of an answer of classic IOS."""

    def refuses(self, mode: Path, line: str, behaviour: Behaviour) -> bool:
        """Tell whether this image does not know the line, typed in ``mode``."""
        text, section = " ".join(line.split()), mode[-1] if mode else ""
        if any(re.fullmatch(s, section) and re.match(t, text) for s, t in self.unknown):
            return True
        if not mode and _HAS_CLASS.match(text):
            return behaviour.applet_classes == "refused"
        if not mode:
            return bool(_BYPASSES.match(text)) and not behaviour.policy_bypass
        if not section.startswith(APPLET):
            return False
        return _refuses_action(text, behaviour)

    def knows(self, command: str, behaviour: Behaviour) -> bool:
        """Tell whether this image has an EXEC command, written in full."""
        is_known = not command.startswith(self.unknown_commands)
        return is_known or ("access-template" in command and behaviour.takes_access_template)


def _refuses_action(text: str, behaviour: Behaviour) -> bool:
    words = words_of(text)
    if words[2:6] == ("info", "type", "event", "reqinfo"):
        return behaviour.reqinfo == "refused"
    if words[:1] == ("action",) and 0 < behaviour.action_chars < len(text):
        return True
    return words[2:3] == ("regexp",) and len(words) > 5 + _MOST_VARIABLES


IOS: Final = Edition("ios", ("flash:", "flash0:"))
# iosxe-facts §2d, §5: no control-plane logging, no policy below the aggregate path.
IOS_XE: Final = Edition(
    "iosxe",
    ("bootflash:", "bootflash:"),
    limits_buffer=True,
    unknown=(
        (".*", _LOGGING_CLASSES),
        (".*", r"control-plane (transit|cef-exception)"),
        ("control-plane host", r"service-policy "),
        ("control-plane", r"service-policy type "),
        (r"ip access-list extended .+", r"(\d+ )?dynamic .*object-group "),
    ),
    unknown_commands=(
        "access-template", "clear access-template", "show policy-map control-plane host",
        "show policy-map control-plane all",
    ),
    answers={"% Duplicate sequence number": "Duplicate sequence number."},  # iosxe-facts §2a
)  # fmt: skip
EDITIONS: Final = {each.platform: each for each in (IOS, IOS_XE)}
