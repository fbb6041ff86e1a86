"""How clients take a knock: one text for each, which exists to show the secret.

The names are here so that the command line knows them without loading what writes the texts.
"""

from __future__ import annotations

from typing import Literal

FormatName = Literal["knock", "knockd", "openssh", "knockonports", "portknocker", "termix", "card"]
