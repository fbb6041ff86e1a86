"""The names of the formats, which the command line knows without loading them."""

from __future__ import annotations

from typing import Literal

FormatName = Literal["knock", "knockd", "openssh", "knockonports", "portknocker", "termix", "card"]
