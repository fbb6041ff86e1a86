"""What can happen to each line of ours: it goes, moves, comes twice, or says something else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knockdeploy.ios.tree import Node, Path
from knockdeploy.recipe.placement import Placement

Mutant = tuple[str, Node]
_TURNS = (
    ("permit ", "deny "), ("deny   ", "permit "), ("deny ", "permit "), (" host ", " any host "),
    ("tcp ", "udp "), ("udp ", "tcp "), (" established", ""), ("_knock_", "_knocked_"),
    ("syslog", "none"), (" and ", " or "), (" lt ", " gt "), (' eq "1"', ' eq "0"'),
    ("packets dropped", "packets permitted"), ("drop", "police 8000"), (" in", " out"),
    ("access-template", "clear access-template"), ("match-any", "match-all"), ("OG_", "OX_"),
)  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")


def mutants(config: Node, at: Placement) -> Iterator[Mutant]:
    """Yield a name and a configuration for each thing that can happen to a line of ours."""
    ours = at.only_ours(config)
    for node in ours.children:
        yield from _of(config, (), node.text)
        for parents, line in node.walk((node.text,)):
            yield from _of(config, parents, line.text)


def _of(config: Node, parents: Path, text: str) -> Iterator[Mutant]:
    section = config.at(parents) if parents else config
    assert section is not None  # noqa: S101  # ours is in it
    at = next(i for i, child in enumerate(section.children) if child.text == text)
    before, line, after = section.children[:at], section.children[at], section.children[at + 1 :]
    name = " / ".join((*parents, text))

    def made(*children: Node) -> Node:
        whole = tuple(Node(c.text, c.children) for c in (*before, *children))
        return config.put(parents, section.with_children(whole))

    yield f"delete {name}", made(*after)
    if after and not after[0].text.endswith("class-default"):  # which IOS keeps last
        yield f"swap {name}", made(after[0], line, *after[1:])
    yield f"double {name}", made(line, line, *after)
    for other in dict.fromkeys(_altered(text)):
        yield f"alter {name} to {other}", made(Node(other, line.children), *after)


def _altered(text: str) -> Iterator[str]:
    for old, new in _TURNS:
        if old in text and f"-{old}" not in text:  # `tcp-udp` is one word
            yield text.replace(old, new, 1)
    for match in _NUMBER.finditer(text):
        yield f"{text[: match.start()]}{int(match[0]) + 1}{text[match.end() :]}"
