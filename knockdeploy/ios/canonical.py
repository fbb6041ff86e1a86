"""One form for each line, whatever IOS made of it, and the form in which IOS prints it.

``canonical`` is for comparing: ports as numbers, one blank between words, no quotes. ``printed``
is what a running-config shows for a line somebody typed. Both are the identity for lines of
sections that the recipe does not use.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

from knockdeploy.ios import ports
from knockdeploy.ios.applet import APPLET
from knockdeploy.ios.groups import OPERATORS
from knockdeploy.ios.match import PROTOCOLS
from knockdeploy.ios.tree import Node

_VOLATILE = re.compile(
    r"ntp clock-period |version |"
    # startup-config names a file where running-config prints the whole certificate
    r"crypto pki certificate chain "
)
_PROTOCOL_NAMES = {number: name for name, number in PROTOCOLS.items()}
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+$")
_NUMBER = re.compile(r"^\d+ +(?=permit|deny|dynamic|remark|evaluate)")
_DENY = re.compile(r"^((?:dynamic \S+ (?:timeout \d+ )?)?deny) +")  # a remark may say it too
_TYPED_DEFAULT = re.compile(r"^class type inspect (?=class-default$)")
_ENDS_IN_DROP = (Node("class class-default"), Node("class class-default", (Node("drop"),)))
"""What a policy of a firewall has by itself: printed so, or so, or not (ios-facts-more §A)."""
_UNORDERED = ("object-group ", "control-plane")
"""A group is a set that some trains sort; of the control plane's lines the order is not
known (ios-facts §7). So is an applet: events are tags, actions come out sorted by label (§3)."""
_CACHED = 65536  # lines: every state of a change is compared, and nearly all of it stays


@functools.lru_cache(maxsize=_CACHED)
def canonical(header: str, text: str) -> str:
    """Return ``text``, a line below the section ``header`` ('' for none), ready to compare."""
    return _form(header, text, lambda port, _protocol: str(port))


def is_volatile(line: str) -> bool:
    """Tell whether a global line changes by itself, or is printed otherwise in startup-config."""
    return bool(_VOLATILE.match(line))


def printed(header: str, text: str) -> str:
    """Return ``text`` as a running-config prints it below ``header``."""
    has_ports = header.startswith(("ip access-list extended ", "object-group service "))
    line = _form(header, text, ports.keyword) if has_ports else text
    if header.startswith("ip access-list "):
        line = _DENY.sub(r"\1   ", line)  # ios-facts §6
    elif header.startswith("class-map type logging "):
        line = re.sub(r"^match packets ", "match  packets ", line)  # ios-facts §1.2
    elif header.startswith(APPLET):
        # the right operand of a comparison stands in quotes (ios-facts §7)
        line = re.sub(r'^(action \S+ (?:if|elseif|while) \S+ \w\w )([^"\s]\S*)$', r'\1"\2"', line)
    elif line.startswith("event manager directory "):  # ios-facts-more §C
        line = re.sub(r'^(.* )([^"\s]+)$', r'\1"\2"', line)
    return line


@functools.lru_cache(maxsize=512)  # most sections are the same before and after a change
def canonical_node(node: Node, header: str = "") -> Node:
    """Return a section ready to compare: canonical lines, and in order where order is nothing."""
    top = header or node.text
    text = canonical(header, node.text)
    children = tuple(canonical_node(child, top) for child in node.children)
    if top.startswith(_UNORDERED) or (top.startswith(APPLET) and not header):
        children = tuple(sorted(children, key=lambda child: child.text))
    elif top.startswith("policy-map type inspect ") and not header:
        children = tuple(child for child in children if child not in _ENDS_IN_DROP)
    return Node(text, children)


def _form(header: str, text: str, port: Callable[[int, str], str]) -> str:
    if header.startswith("ip access-list "):
        text = _NUMBER.sub("", text)
        if text.startswith("remark"):
            return text
    if header.startswith("ip access-list extended "):
        return " ".join(_entry(text.split(), port))
    if header.startswith("object-group service "):
        return " ".join(_member(text.split(), port))
    if header.startswith(APPLET) or text.startswith("event manager directory "):
        return text.replace('"', "").strip()
    if header.startswith(("ip access-list ", "object-group ", "class-map ", "policy-map ")):
        return _TYPED_DEFAULT.sub("class ", " ".join(text.split()))
    return text


def _ports(words: list[str], protocol: str, form: Callable[[int, str], str]) -> Iterator[str]:
    """Yield ``words`` with the ports after an operator in the wanted form."""
    after_operator = False
    for word in words:
        if word in OPERATORS:
            after_operator = True
            yield word
            continue
        number = ports.number(word, protocol) if after_operator else None
        after_operator = number is not None
        yield word if number is None else form(number, protocol)


def _member(words: list[str], form: Callable[[int, str], str]) -> Iterator[str]:
    return _ports(words, words[0], form)


def _entry(words: list[str], form: Callable[[int, str], str]) -> Iterator[str]:
    action = next((i for i, word in enumerate(words[:5]) if word in {"permit", "deny"}), None)
    if action is None or len(words) < action + 2 or words[0] == "remark":
        yield from words
        return
    protocol = words[action + 1]
    if protocol.isdigit():
        protocol = _PROTOCOL_NAMES.get(int(protocol), protocol)
    yield from words[: action + 1]
    yield protocol
    yield from _ports(list(_addresses(words[action + 2 :])), protocol, form)


def _addresses(words: list[str]) -> Iterator[str]:
    """Yield ``words`` with each address and wildcard as IOS keeps it."""
    rest = iter(words)
    for word in rest:
        if word == "host":
            yield word
            yield next(rest, "")
        elif _ADDRESS.match(word):
            yield from _with_wildcard(word, next(rest, ""))
        else:
            yield word


def _with_wildcard(address: str, wildcard: str) -> tuple[str, ...]:
    if wildcard == "0.0.0.0":  # noqa: S104  # a wildcard, no address to bind
        return ("host", address)
    if wildcard == "255.255.255.255":
        return ("any",)
    if not _ADDRESS.match(wildcard):
        return (address, wildcard)
    kept = (
        str(int(octet) & ~int(mask) & 255)
        for octet, mask in zip(address.split("."), wildcard.split("."), strict=True)
    )
    return (".".join(kept), wildcard)
