"""Lines that an image prints otherwise than they were typed.

Nobody knows every image. A line that was taken in silence and comes back in the same place in
other words, or as a default not at all, is *reprinted*: somebody has to look at both. Once that
is accepted, the shown form is read as ours. What is typed stays ours: no router puts a line on
another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knockdeploy.ios.canonical import canonical
from knockdeploy.ios.grammar import key, mode_of
from knockdeploy.ios.tree import Node, Path
from knockdeploy.plan.equivalence import may_be_same

# In these each line counts: one that is missing is not a default.
_LISTS = ("ip access-list ", "object-group ")


@dataclass(frozen=True, slots=True)
class Reprint:
    """A line below ``parents`` as it was sent and as it is shown; None: it is not, a default."""

    parents: Path
    sent: str
    shown: str | None


class _DifferentError(Exception):
    """The two are not the same object."""


def reprints(planned: Node, shown: Node, before: Node, now: Node) -> tuple[Reprint, ...] | None:
    """Return the reprinted lines between two sides of ours, both ready to compare.

    ``before`` and ``now`` are the configurations they are parts of, as printed. None where they
    are more than reprinted: different.
    """
    try:
        found = tuple(_between(planned.children, shown.children, (), ()))
    except _DifferentError:
        return None
    sent, seen = _originals(before), _originals(now)
    pairs = tuple(
        Reprint(
            tuple(sent.get(path[: i + 1], text) for i, text in enumerate(path[:-1])),
            sent.get(path, path[-1]),
            seen.get(other, other[-1]) if other else None,
        )
        for path, other in found
    )
    return pairs if all(may_be_same(p.parents, p.sent, p.shown) for p in pairs) else None


def in_our_words(config: Node, wanted: Node, accepted: Sequence[Reprint]) -> Node:
    """Return ``config`` with our words of ``wanted`` in place of those that the image prints."""
    table = {_canonical((*each.parents, each.sent)): each for each in accepted}
    return _restored(config, wanted, table, ()) if table else config


def _restored(there: Node, wanted: Node, table: dict[Path, Reprint], path: Path) -> Node:
    known = {_line(path, child.text) for child in there.children}
    ours, left_out = {}, []
    for at, node in enumerate(wanted.children):
        pair = table.get(_canonical((*path, node.text)))
        if pair is None or _line(path, node.text) in known:
            ours[_line(path, node.text)] = node
        elif pair.shown is not None:
            ours[_line(path, pair.shown)] = node
        elif path:
            left_out.append((at, Node(node.text)))
    children = [
        _as_ours(child, ours.get(_line(path, child.text)), table, path) for child in there.children
    ]
    for at, node in left_out:
        children.insert(at, node)
    return there.with_children(tuple(children))


def _as_ours(child: Node, ours: Node | None, table: dict[Path, Reprint], path: Path) -> Node:
    if ours is None:
        return child
    is_same = _line(path, child.text) == _line(path, ours.text)
    text = child.text if is_same else ours.text
    return _restored(Node(text, child.children, child.number), ours, table, (*path, ours.text))


def _line(path: Path, text: str) -> str:
    return canonical((*path, text)[0], text)


def _between(
    planned: Sequence[Node], shown: Sequence[Node], path: Path, other: Path
) -> Iterator[tuple[Path, Path]]:
    """Yield the paths of what is shown otherwise: planned, and shown or ()."""
    left = [node for node in planned if node not in shown]
    right = [node for node in shown if node not in planned]
    pairs = [(node, twin) for node in left if (twin := _taken(node, right, path))]
    gone = [node for node in left if all(node is not paired for paired, _ in pairs)]
    counts = not path or path[0].startswith(_LISTS)
    if right or any(counts or node.children for node in gone):
        raise _DifferentError
    yield from (((*path, node.text), ()) for node in gone)
    for node, twin in pairs:
        here, there = (*path, node.text), (*other, twin.text)
        if node.text != twin.text:
            yield here, there
        yield from _between(node.children, twin.children, here, there)


def _taken(node: Node, others: list[Node], path: Path) -> Node | None:
    """Take out of ``others`` the line that ``node`` became, and return it.

    The same, or one of the same key, or of the same beginning.
    """
    mode = mode_of(path)
    wanted = key(mode, node.text)
    for same in (
        lambda other: other.text == node.text,
        lambda other: key(mode, other.text) == wanted,
        lambda other: path and other.text.split()[:1] == node.text.split()[:1],
    ):
        if twin := next(filter(same, others), None):
            others.remove(twin)
            return twin
    return None


def _originals(config: Node) -> dict[Path, str]:
    """Return each line as it stands in a configuration, by its path in canonical form."""
    return {
        _canonical((*parents, node.text)): node.text for parents, node in reversed([*config.walk()])
    }


def _canonical(path: Path) -> Path:
    return tuple(canonical(path[0], text) for text in path)
