"""The files, what is said about some of them, and where the Internet comes in on each."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
import yaml
from intents import a_short_intent

from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node

FOLDER = Path(__file__).parents[3] / "shared" / "corpus"
REASONS = Path(__file__).parent.parent / "corpus_refused.yaml"
_DEFAULT_ROUTE = re.compile(r"ip route 0\.0\.0\.0 0\.0\.0\.0 (\S+)")


def files(train: str) -> list[Path]:
    index = FOLDER / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [FOLDER / row["file"] for row in rows if row["train"] == train]


CLASSIC, XE = files("ios"), files("xe")
needs_corpus = pytest.mark.skipif(not CLASSIC, reason="the corpus is not here")


@cache
def reasons(kind: str) -> Mapping[str, str]:
    """Return the files of ``tests/corpus_refused.yaml`` under ``refused`` or ``not_typeable``."""
    listed: dict[str, dict[str, str]] = yaml.safe_load(REASONS.read_text())
    return listed[kind]


def each(chosen: Sequence[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", chosen, ids=lambda file: file.stem)


def text_of(file: Path) -> str:
    return file.read_text(errors="replace")


def outside(running: Node) -> str:
    """Choose an interface: `ip nat outside`, else where the default route leads, else the first."""
    known = view.interfaces(running)
    ways = (*_nat_outside(running), *_default_ways(running), *_addressed(running))
    return next((name for name in ways if name in known), next(iter(known)))


def _nat_outside(running: Node) -> Iterator[str]:
    for node in running.children:
        if node.text.startswith("interface ") and node.child("ip nat outside"):
            yield view.interface_name(node.text.removeprefix("interface "))


def _default_ways(running: Node) -> Iterator[str]:
    for node in running.children:
        if match := _DEFAULT_ROUTE.match(node.text):
            yield view.interface_name(match[1])
            yield from _facing(running, match[1])


def _facing(running: Node, hop: str) -> Iterator[str]:
    for node in running.children:
        for line in node.children if node.text.startswith("interface ") else ():
            try:
                _, _, address, mask, *_ = line.text.split()
                if IPv4Address(hop) in IPv4Network(f"{address}/{mask}", strict=False):
                    yield view.interface_name(node.text.removeprefix("interface "))
            except ValueError:
                continue


def _addressed(running: Node) -> Iterator[str]:
    for each in view.interfaces(running).values():
        has_address = each.address or each.negotiated
        if has_address and not each.shutdown and not each.name.startswith("Loopback"):
            yield each.name


def intent_for(running: Node, enforcement: str = "interface-acl") -> Intent:
    return a_short_intent(
        services=["22/tcp", "80/tcp"],
        interface=outside(running),
        enforcement=enforcement,
        management_sources=["192.0.2.0/24"],
        new_acl_entries=["permit ip any any"],
    )


def config_of(file: Path) -> Node:
    return parse(text_of(file))
