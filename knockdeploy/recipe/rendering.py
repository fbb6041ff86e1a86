"""From an intent and what is known of the router to the knock configuration as IOS text.

The recipe itself is in templates/, one file a block; a user's own folder overrides it file by
file. Whatever they make of it, no line leaves here that a terminal would not take as text.
"""

from __future__ import annotations

import traceback
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import chain
from pathlib import Path

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent import Intent
from knockdeploy.intent.faults import quoted
from knockdeploy.intent.fields import MAX_LINE, is_plain
from knockdeploy.ios.aces import distinct, is_remark
from knockdeploy.ios.parse import outline
from knockdeploy.ios.policy_file import md5_of, with_files
from knockdeploy.ios.tree import Node
from knockdeploy.ios.view import interface_names
from knockdeploy.recipe.enforcement.own_entries import role_of
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.recipe import Recipe


def render(recipe: Recipe, intent: Intent, at: Placement, templates: Path | None = None) -> str:
    """Return the knock configuration, in the order in which it is typed, comments included.

    Raises:
        InputError: if a template is wrong, or what it says cannot be typed.
        IntentError: if the ACL has to be made and ``new_acl_entries`` does not say what it holds.
    """
    from knockdeploy.recipe import blocks  # noqa: PLC0415  # it loads jinja2

    try:
        text = blocks.compiled(recipe, templates).render(_values(recipe, intent, at))
    except blocks.TemplateSyntaxError as error:
        where = f"{error.filename or error.name}, line {error.lineno}"
        raise InputError(Mistake(f"the template is wrong: {error.message}", file=where)) from None
    except (blocks.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
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


def _values(recipe: Recipe, intent: Intent, at: Placement) -> dict[str, object]:
    tag = _tag(len(intent.ports) + bool(intent.decoy_knocks))
    outside = at.destination if intent.destination == "outside" else None
    decoys = sorted({decoy.protocol.upper() for decoy in intent.decoy_knocks})
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
        "interface": at.interfaces or interface_names(intent.interface),
        "policy": at.policy or intent.names.copp_policy,
        "dynamic": at.dynamic,
        "names": intent.names.model_dump(),
        "tag": f"{tag}E",
        "decoy_tag": f"{tag}D",
        "decoy_protocol": f"({'|'.join(decoys)})" if len(decoys) > 1 else "".join(decoys),
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
    files = {path: md5_of(content) for path, content in recipe.engine.files(at).items()}
    return with_roles(with_files(config, files), at)


def with_roles(config: Node, at: Placement) -> Node:
    """Return a configuration in which the entries of our list have their roles."""
    section = config.child(at.acl_header)
    if section is None:
        return config
    entries = (
        replace(node, role="" if is_remark(node) else role_of(node.text, at))
        for node in distinct(section).children
    )
    return config.put((section.text,), section.with_children(tuple(entries)))


def _tag(n_events: int) -> str:
    """How the article's tags begin, or nothing where `correlate` would be too long for one line."""
    article = "_knock_Tag_"
    length = len("  correlate ") + n_events * len(f"event {article}E16 and ")
    return article if length <= MAX_LINE else ""


def _addresses(network: IPv4Network) -> str:
    if network.prefixlen == network.max_prefixlen:
        return f"host {network.network_address}"
    if network.prefixlen == 0:
        return "any"
    return f"{network.network_address} {network.hostmask}"


def _shown(text: str, intent: Intent) -> str:
    """Return what a template made, as it may stand in a message."""
    for knock in chain(*intent.silent.values()):
        text = text.replace(str(knock.port), "<knock>")
    return quoted(text)


def _where(error: Exception) -> str | None:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else None
