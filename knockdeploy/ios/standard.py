"""Standard ACLs: entries that look at the source alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.ios import acl
from knockdeploy.ios.match import ANY, Ace, Addresses, with_wildcard
from knockdeploy.ios.tree import Node


def entries_of(config: Node, name: str) -> tuple[Ace, ...] | None:
    """Return the entries of the ACL ``name``, standard or extended; None if undefined."""
    found = tuple(_ace(text) for text in _lines(config, name) if not text.startswith("remark"))
    return found or acl.entries(config, name)


def _lines(config: Node, name: str) -> Iterator[str]:
    numbered, named = f"access-list {name} ", f"ip access-list standard {name}"
    for node in config.children:
        if node.text.startswith(numbered):
            yield node.text.removeprefix(numbered)
        elif node.text == named:
            yield from (re.sub(r"^\d+ ", "", child.text) for child in node.children)


def _ace(text: str) -> Ace:
    """Return the entry; one that we cannot read may match any packet."""
    words = [word for word in text.split() if word not in {"host", "log"}]
    permits = words[0] == "permit"
    try:
        return Ace(text, permits=permits, source=_source(words[1:]))
    except ValueError:
        return Ace(text, permits=permits, exact=False)


def _source(words: list[str]) -> tuple[Addresses, ...]:
    if words == ["any"]:
        return ANY
    address, wildcard = (*words, "0.0.0.0")[:2]  # noqa: S104  # the wildcard of one host
    return (with_wildcard(address, wildcard),)
