"""Values with every text in them made safe to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")


def retold(value: T, shown: Callable[[str], str]) -> T:
    """Return a value with ``shown`` applied to each text in it, in dataclasses and mappings too."""
    return _retold(value, shown)  # type: ignore[no-any-return]  # of the same type


def _retold(value: Any, shown: Callable[[str], str]) -> Any:  # noqa: ANN401  # whatever an outcome holds
    if isinstance(value, str):
        return value if isinstance(value, Enum) else shown(value)
    if isinstance(value, tuple):
        return tuple(_retold(each, shown) for each in value)
    if isinstance(value, Mapping):
        return {_retold(k, shown): _retold(each, shown) for k, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        again = {f.name: _retold(getattr(value, f.name), shown) for f in fields(value) if f.init}
        return replace(value, **again)
    return value
