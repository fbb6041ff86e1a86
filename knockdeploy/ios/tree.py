"""A configuration as a tree of lines: frozen, so that every state of a change can be kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a configuration and the lines below it; the root's text is empty.

    ``text`` carries no indentation of its own level. ``number`` is the sequence number of an
    ACL entry, which classic IOS prints in ``show ip access-lists`` alone (ios-facts §11): it is
    no part of a node's identity. A banner is one node whose text spans lines. A ``flat`` section
    is printed with its header before each line: that is how a numbered ACL comes (ios-facts §7).
    ``role`` is what whoever made the line has it for.
    """

    text: str
    children: tuple[Node, ...] = ()
    number: int | None = field(default=None, compare=False)
    flat: bool = field(default=False, compare=False)
    role: str = field(default="", compare=False)
    _hash: int = field(default=0, init=False, compare=False, repr=False)

    def __hash__(self) -> int:
        """Return the hash, computed once: whole sections are keys of caches."""
        if not self._hash:
            object.__setattr__(self, "_hash", hash((self.text, self.children)))
        return self._hash

    def child(self, text: str) -> Node | None:
        """Return the first child with this text."""
        for node in self.children:  # a loop: it runs over every line of a configuration
            if node.text == text:
                return node
        return None

    def section(self, header: str) -> Node:
        """Return the first child with this text, or an empty one where there is none."""
        return self.child(header) or Node(header)

    def behind(self, start: str) -> Iterator[str]:
        """Yield what follows ``start`` in those of the children that begin so."""
        return (n.text.removeprefix(start) for n in self.children if n.text.startswith(start))

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield what a pattern matches at the beginning of a child."""
        return (found for node in self.children if (found := pattern.match(node.text)))

    def keeping(self, keeps: Callable[[Node], bool]) -> Node:
        """Return this node with those of its children alone that are to be kept."""
        return self.with_children(tuple(filter(keeps, self.children)))

    def at(self, path: Path) -> Node | None:
        """Return the node below this one that ``path`` names, header by header."""
        node: Node | None = self
        for text in path:
            if node is None:
                return None
            node = node.child(text)
        return node

    def with_children(self, children: tuple[Node, ...]) -> Node:
        """Return this node with other children."""
        return Node(self.text, children, self.number, self.flat, self.role)

    def put(self, path: Path, node: Node) -> Node:
        """Return this tree with the node at ``path`` replaced by ``node``; it must exist."""
        if not path:
            return node
        head, rest = path[0], path[1:]
        for index, child in enumerate(self.children):
            if child.text == head:
                changed = child.put(rest, node)
                return self.with_children(
                    (*self.children[:index], changed, *self.children[index + 1 :])
                )
        raise KeyError(head)

    def walk(self, parents: Path = ()) -> Iterator[tuple[Path, Node]]:
        """Yield every node below this one, depth first, with the texts above it."""
        for child in self.children:
            yield parents, child
            yield from child.walk((*parents, child.text))


def to_text(config: Node) -> str:
    """Return the lines below ``config`` as IOS prints them: one blank for each level."""
    return "".join(line for node in config.children for line in _lines(node))


def _lines(node: Node) -> Iterator[str]:
    if node.flat:
        header = f"access-list {node.text.rpartition(' ')[2]} "
        yield from (f"{header}{child.text}\n" for child in node.children)
        return
    yield node.text + "\n"
    for parents, child in node.walk():
        yield f"{' ' * (len(parents) + 1)}{child.text}\n"
