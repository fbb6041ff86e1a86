"""Options that several commands share, declared once as the fields of a dataclass."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import Any, get_type_hints


def spread(
    shared: type[Any], n_first: int | None = None
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return a command that takes the fields of ``shared`` as options of its own.

    It gets them as its first argument. In its help they come before its own: all of them, or
    ``n_first``.
    """

    def spreading(function: Callable[..., int]) -> Callable[..., int]:
        names = {each.name for each in fields(shared)}

        @wraps(function)
        def taken(**given: Any) -> int:  # noqa: ANN401  # what Typer has read
            own = {name: given.pop(name) for name in list(given) if name not in names}
            return function(shared(**given), **own)

        _, *own = inspect.signature(function, eval_str=True).parameters.values()
        kinds = get_type_hints(shared, include_extras=True)
        more = [
            inspect.Parameter(
                each.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=each.default,
                annotation=kinds[each.name],
            )
            for each in fields(shared)
        ]
        at = len(more) if n_first is None else n_first
        more[at:at] = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
        vars(taken)["__signature__"] = inspect.Signature(more, return_annotation=int)
        taken.__annotations__ = {each.name: each.annotation for each in more}
        return taken

    return spreading
