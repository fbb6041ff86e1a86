"""A running configuration, parsed once and looked at from several sides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Self

from knockdeploy.ios import view
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.applet import environment
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.record import Record


class Running:
    """A configuration with numbers on its entries; what is asked often is found once."""

    def __init__(self, config: Node) -> None:
        self.config = with_numbers(config)

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the configuration of a text."""
        return cls(parse(text))

    def numbered(self, config: Node) -> Self:
        """Return the same configuration with other numbers: what is known of it stays so."""
        other = type(self)(config)
        other.__dict__ = {**self.__dict__, "config": other.config}
        return other

    @cached_property
    def interfaces(self) -> Mapping[str, view.Interface]:
        """The interfaces by name."""
        return view.interfaces(self.config)

    @cached_property
    def own_addresses(self) -> tuple[str, ...]:
        """Every IPv4 address of the router's own, interfaces that are shut down left out."""
        return view.own_addresses(self.config)

    @cached_property
    def is_negotiated(self) -> bool:
        """Whether the router may have an address that its configuration does not show."""
        return any(each.negotiated and not each.shutdown for each in self.interfaces.values())

    @cached_property
    def record(self) -> Record | None:
        """What a deployment left, None where there was none."""
        return Record.read(self.config)

    @property
    def recorded(self) -> Record:
        """The same; an empty one where there was none."""
        return self.record or Record()

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """The variables of the event manager."""
        return environment(self.config)
