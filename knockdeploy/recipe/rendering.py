"""From an intent and what is known of the router to the knock configuration as IOS text.

The recipe itself is in templates/, one file a block; a user's own folder overrides it file by
file. Whatever they make of it, no line leaves here that a terminal would not take as text.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Network
from itertools import chain
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

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent
from knockdeploy.intent.faults import quoted
from knockdeploy.intent.fields import MAX_LINE, is_plain
from knockdeploy.ios.aces import is_remark
from knockdeploy.ios.parse import outline
from knockdeploy.ios.policy_file import digest, with_files
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import Recipe

_LABEL_STEP: Final = 10


def render(recipe: Recipe, intent: Intent, at: Placement, templates: Path | None = None) -> str:
    """Return the knock configuration, in the order in which it is typed, comments included.

    Raises:
        InputError: if a template is wrong, or what it says cannot be typed.
        IntentError: if the ACL has to be made and ``new_acl_entries`` does not say what it holds.
    """
    try:
        text = _template(recipe, templates).render(_values(recipe, intent, at))
    except TemplateSyntaxError as error:
        where = f"{error.filename or error.name}, line {error.lineno}"
        raise InputError(Mistake(f"the template is wrong: {error.message}", file=where)) from None
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        file = _where(error) or (str(templates) if templates else None)
        mistake = Mistake(f"the template is wrong: {_shown(str(error), intent)}", file=file)
        raise InputError(mistake) from None
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    for line in lines:
        if not is_plain(line) or len(line) > MAX_LINE:
            message = f"the template renders a line that IOS cannot take: {_shown(line, intent)}"
            hint = f"printable ASCII without ?, at most {MAX_LINE} characters"
            raise InputError(Mistake(message, hint, str(templates) if templates else None))
    return "".join(f"{line}\n" for line in lines)


def prepare(recipe: Recipe, templates: Path | None = None) -> None:
    """Compile the recipe ahead of the first ``render``, which would have to wait for it.

    Raises:
        jinja2.TemplateError: if a template is wrong.
    """
    _template(recipe, templates)


def _values(recipe: Recipe, intent: Intent, at: Placement) -> dict[str, object]:
    tag = _tag(len(intent.ports) + bool(intent.decoy_knocks))
    outside = at.destination if intent.destination == "outside" else None
    return {
        **{name: getattr(intent, name) for name in type(intent).model_fields if name != "ports"},
        "knocks": intent.ports,
        "probes": intent.probe_ports,
        "decoys": intent.decoy_knocks,
        "tcp_services": intent.tcp_services,
        "management_sources": [_addresses(source) for source in intent.management_sources],
        "new_acl_entries": intent.new_acl_entries or (),
        "destination": f"host {outside}" if outside else "any",
        "own_addresses": [f"host {address}" for address in at.own_addresses] or ["any"],
        "acl": at.acl,
        "acl_exists": at.acl_exists,
        "shuts": at.shuts,
        "policed": at.policed,
        "bound": at.bound,
        "interface": at.interfaces or intent.interface,
        "policy": at.policy or intent.names.copp_policy,
        "dynamic": at.dynamic,
        "names": intent.names.model_dump(),
        "tag": f"{tag}E",
        "decoy_tag": f"{tag}D",
        "decoy_protocol": _either({decoy.protocol.upper() for decoy in intent.decoy_knocks}),
        "found": at.found,
        "templates": [
            t for part in recipe.parts if part is not recipe.grant for t in part.templates
        ],
        "granting": recipe.grant.templates,
        **{key: value for part in recipe.parts for key, value in part.values(intent, at).items()},
    }


def wanted(recipe: Recipe, intent: Intent, at: Placement, templates: Path | None = None) -> Node:
    """Return what is rendered as a tree, each entry of our list with its role.

    Raises:
        InputError, IntentError: as ``render``.
    """
    config = outline(render(recipe, intent, at, templates))
    wants = recipe.engine.files(intent, at).items()
    files = {path: digest(content) for path, content in wants}
    return with_roles(with_files(config, files), recipe, at)


def with_roles(config: Node, recipe: Recipe, at: Placement) -> Node:
    """Return a configuration in which the entries of our list have their roles."""
    section = config.child(at.acl_header)
    if section is None:
        return config
    entries = (
        replace(node, role="" if is_remark(node) else recipe.enforcement.role(node.text, at))
        for node in section.children
    )
    return config.put((section.text,), section.with_children(tuple(entries)))


def _tag(n_events: int) -> str:
    """How the article's tags begin, or nothing where `correlate` would be too long for one line."""
    article = "_knock_Tag_"
    length = len("  correlate ") + n_events * len(f"event {article}E16 and ")
    return article if length <= MAX_LINE else ""


def _either(words: Collection[str]) -> str:
    """Return what matches one of the words in a pattern."""
    return f"({'|'.join(sorted(words))})" if len(words) > 1 else "".join(words)


def _addresses(network: IPv4Network) -> str:
    if network.prefixlen == network.max_prefixlen:
        return f"host {network.network_address}"
    if network.prefixlen == 0:
        return "any"
    return f"{network.network_address} {network.hostmask}"


def _actions(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    width = max(4, len(str(len(lines) * _LABEL_STEP)))
    return "".join(f" action {at * _LABEL_STEP:0{width}} {line}\n" for at, line in enumerate(lines))


_COMPILING: Final = Lock()


@lru_cache(maxsize=16)  # each look asks the loaders for each block
def _template(recipe: Recipe, templates: Path | None) -> Template:
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


def _shown(text: str, intent: Intent) -> str:
    """Return what a template made, as it may stand in a message."""
    for knock in chain(*intent.silent.values()):
        text = text.replace(str(knock.port), "<knock>")
    return quoted(text)


def _where(error: Exception) -> str | None:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else None
