"""The file of an EEM policy, as a line of the configuration that rests on it.

`policy-file PATH MD5`: no router prints such a line or takes it. It stands where what is planned,
typed, compared and taken back is told of files as of everything else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import md5
from typing import Final

from knockdeploy.ios.tree import Node

KIND: Final = "policy-file"
_LINE: Final = re.compile(rf"(?:no )?{KIND} (\S+)(?: (\S+))?$")


def md5_of(content: bytes) -> str:
    """Return the digest that `verify /md5` prints of a file."""
    return md5(content, usedforsecurity=False).hexdigest()


def is_file(line: str) -> bool:
    """Tell whether a line is about a file: that it is there, or is to go."""
    return _LINE.match(line) is not None


def path_and_digest(line: str) -> tuple[str, str]:
    """Return the path and the MD5 digest of a line about a file, "" where it tells none."""
    found = _LINE.match(line)
    assert found  # noqa: S101  # the caller's to see to
    return found[1], found[2] or ""


def with_files(config: Node, files: Mapping[str, str]) -> Node:
    """Return a configuration with its files, digests by path: they come first."""
    nodes = tuple(Node(f"{KIND} {path} {digest}") for path, digest in files.items())
    return replace(config, children=(*nodes, *config.children))


def without_files(config: Node) -> Node:
    """Return a configuration as a router prints it."""
    kept = config.keeping(lambda node: not is_file(node.text))
    return config if len(kept.children) == len(config.children) else kept


def written(config: Node, line: str) -> Node:
    """Return a configuration after the file of a line was written, or deleted."""
    path, digest = path_and_digest(line)
    rest = config.keeping(
        lambda node: not (is_file(node.text) and path_and_digest(node.text)[0] == path)
    )
    return rest if line.startswith("no ") else with_files(rest, {path: digest})
