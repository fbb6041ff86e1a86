"""The page as text: one file with its style and script, which asks nothing of any network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from knockdeploy import __version__
from knockdeploy.report.page.model import Page

_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'"


def html(page: Page) -> Iterator[str]:
    """Return the page in pieces; names and lines of routers are escaped in it."""
    style, script = _file("page.css"), _file("page.js")
    policy = f"{_POLICY}; style-src {_digest(style)}; script-src {_digest(script)}"
    pieces = _template().generate(
        page=page,
        style=Markup(style),  # noqa: S704  # our own files
        script=Markup(script),  # noqa: S704
        policy=policy,
        version=__version__,
    )
    return map(str, pieces)  # some are Markup: what one adds to that is escaped


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the hash by which the page's policy allows this text, and no other."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("knockdeploy.report.page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.j2")
