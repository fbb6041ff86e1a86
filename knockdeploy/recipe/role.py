"""What an entry of a list is for: how it is typed and checked follows from that."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """The roles of entries, in the order in which they are typed (worked example).

    What a knock opens comes first, because an image may refuse it, then what keeps sessions up,
    then who stays in; what denies comes last.
    """

    DYNAMIC = "dynamic"
    KNOCK = "knock"
    ESTABLISHED = "established"
    MANAGEMENT = "management"
    BODY = "body"
    DENY = "deny"
