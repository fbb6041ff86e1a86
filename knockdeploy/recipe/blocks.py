"""The templates of the recipe: found, a user's own first, and compiled.

This loads jinja2: whoever waits for routers anyway does so then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knockdeploy.recipe.recipe import Recipe

__all__ = ["TemplateError", "TemplateSyntaxError", "compiled"]

_LABEL_STEP: Final = 10
_COMPILING: Final = Lock()


@lru_cache(maxsize=16)  # each look asks the loaders for each block
def compiled(recipe: Recipe, templates: Path | None) -> Template:
    """Return the recipe; its blocks are compiled once, though many routers come at a time."""
    with _COMPILING:
        environment = _environment(templates)
        for part in recipe.parts:
            for name in part.templates:
                environment.get_template(name)
        return environment.get_template("ios/knock.j2")


@lru_cache(maxsize=8)
def _environment(templates: Path | None) -> Environment:
    ours = PackageLoader("knockdeploy.templates", ".")
    known = tuple(name for name in ours.list_templates() if name.endswith(".j2"))
    flat = {_flat(name): name for name in known}
    loaders: list[BaseLoader] = [ours, _Renamed(ours, lambda name: flat.get(name, name))]
    if templates:
        theirs = FileSystemLoader(templates)
        loaders = [theirs, _Renamed(theirs, _flat), *loaders]
    loader = ChoiceLoader(loaders)
    # A template is text for a router; what else somebody's own could do here is not his business.
    kind = ImmutableSandboxedEnvironment if templates else Environment
    environment = kind(
        loader=loader,
        auto_reload=False,  # each look would ask the disk, for each block and router
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["actions"] = _actions
    return environment


class _Renamed(BaseLoader):
    """Templates by another name: before the parts had folders, acl.j2 stood in ios/ itself."""

    def __init__(self, loader: BaseLoader, name_of: Callable[[str], str]) -> None:
        self._loader = loader
        self._name_of = name_of

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the text of a template and where it is from."""
        try:
            return self._loader.get_source(environment, self._name_of(template))
        except TemplateNotFound:
            raise TemplateNotFound(template) from None


def _flat(name: str) -> str:
    return f"{name.partition('/')[0]}/{name.rpartition('/')[2]}"


def _actions(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    width = max(4, len(str(len(lines) * _LABEL_STEP)))
    return "".join(f" action {at * _LABEL_STEP:0{width}} {line}\n" for at, line in enumerate(lines))
