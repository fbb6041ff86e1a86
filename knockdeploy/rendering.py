"""From an intent and what is known of the router to the knock configuration as IOS text.

The recipe itself is in templates/, one file a block; a user's own folder overrides it file by
file. Whatever they make of it, no line leaves here that a terminal would not take as text.
"""

from __future__ import annotations

import traceback
from functools import lru_cache
from ipaddress import IPv4Network
from pathlib import Path
from threading import Lock
from typing import Final

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knockdeploy.errors import InputError, IntentError, Mistake
from knockdeploy.intent import Intent
from knockdeploy.intent.faults import quoted
from knockdeploy.intent.fields import MAX_LINE, is_plain
from knockdeploy.plan.model import Site

_LABEL_STEP: Final = 10


def offline_site(intent: Intent) -> Site:
    """Return the site of a router that nobody has asked: any address.

    The ACL is one that exists, unless the intent says what a new one holds.
    """
    acl = intent.names.acl if intent.acl == "auto" else intent.acl
    exists = intent.new_acl_entries is None
    return Site(None, (), acl, acl_exists=exists, bound=exists)


def render(intent: Intent, site: Site, templates: Path | None = None) -> str:
    """Return the knock configuration, in the order in which it is typed, comments included.

    Raises:
        InputError: if a template is wrong, or what it says cannot be typed.
        IntentError: if the ACL has to be made and ``new_acl_entries`` does not say what it holds.
    """
    if not site.acl_exists and intent.new_acl_entries is None:
        # An ACL of ours alone would end in IOS's own deny and shut everybody's traffic.
        raise IntentError(
            f"the ACL {site.acl} has to be made, and nothing says what else it shall let in",
            'knock.new_acl_entries: its entries, such as ["permit ip any any"]',
        )
    try:
        text = _template(templates).render(_values(intent, site))
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
            message = f"the template makes a line that cannot be typed: {_shown(line, intent)}"
            hint = f"printable ASCII without ?, at most {MAX_LINE} characters"
            raise InputError(Mistake(message, hint, str(templates) if templates else None))
    return "".join(f"{line}\n" for line in lines)


def prepare(templates: Path | None = None) -> None:
    """Compile the recipe ahead of the first ``render``, which would have to wait for it.

    Raises:
        jinja2.TemplateError: if a template is wrong.
    """
    _template(templates)


def _values(intent: Intent, site: Site) -> dict[str, object]:
    outside = site.destination if intent.destination == "outside" else None
    return {
        **{name: getattr(intent, name) for name in type(intent).model_fields if name != "ports"},
        "knocks": intent.ports,
        "tcp_services": intent.tcp_services,
        "management_sources": [_addresses(source) for source in intent.management_sources],
        "new_acl_entries": intent.new_acl_entries or (),
        "destination": f"host {outside}" if outside else "any",
        "own_addresses": [f"host {address}" for address in site.own_addresses] or ["any"],
        "acl": site.acl,
        "acl_exists": site.acl_exists,
        "bound": site.bound,
        "interface": site.interfaces or intent.interface,
        "policy": site.policy or intent.names.copp_policy,
        "dynamic": site.dynamic,
        "names": intent.names.model_dump(),
        "tag": _tag(len(intent.ports)),
    }


def _tag(n_knocks: int) -> str:
    """The article's tag, or a short one where `correlate` would be too long for one line."""
    article = "_knock_Tag_E"
    length = len("  correlate ") + n_knocks * len(f"event {article}16 and ")
    return article if length <= MAX_LINE else "E"


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


def _template(templates: Path | None) -> Template:
    """Return the recipe; its blocks are compiled once, though many routers come at a time."""
    with _COMPILING:
        return _environment(templates).get_template("ios/knock.j2")


@lru_cache(maxsize=8)
def _environment(templates: Path | None) -> ImmutableSandboxedEnvironment:
    ours = PackageLoader("knockdeploy.templates", ".")
    loader = ChoiceLoader([FileSystemLoader(templates), ours]) if templates else ours
    # A template is text for a router; what else it could do here is nobody's business.
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        auto_reload=False,  # each look would ask the disk, for each block and router
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["actions"] = _actions
    for name in ours.list_templates():
        if name.endswith(".j2"):  # what Python compiled of the package lies there too
            environment.get_template(name)
    return environment


def _shown(text: str, intent: Intent) -> str:
    """Return what a template made, as it may stand in a message."""
    for knock in intent.ports:
        text = text.replace(str(knock.port), "<knock>")
    return quoted(text)


def _where(error: Exception) -> str | None:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else None
