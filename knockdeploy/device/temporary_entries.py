"""The temporary entries that knocks have made: list them, clear them (ios-facts §5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from knockdeploy.device.session import RouterSession
from knockdeploy.device.shows import TemporaryEntry, access_lists

_ANY = "any"


def list_entries(session: RouterSession, acl: str, dynamic: str) -> tuple[TemporaryEntry, ...]:
    """Return what stands below the template ``dynamic`` of ``acl``; one round trip."""
    (text,) = session.ask(f"show ip access-lists {acl}")
    return _below(text, acl, dynamic)


def clear_entries(
    session: RouterSession,
    acl: str,
    dynamic: str,
    sources: Collection[str],
    destination: str | None = None,
) -> tuple[TemporaryEntry, ...]:
    """Clear the entries of these addresses; return those of them that are still there.

    One round trip, two where an entry stays: whether `any` matches an entry that was made for
    ``destination`` is documented nowhere (ios-facts §5), so what is printed is tried as well.
    """

    def clear(pairs: Iterable[tuple[str, str]]) -> tuple[TemporaryEntry, ...]:
        lines = [f"clear access-template {acl} {dynamic} host {one} {to}" for one, to in pairs]
        *_, text = session.ask(*lines, f"show ip access-lists {acl}")
        return tuple(entry for entry in _below(text, acl, dynamic) if entry.source in sources)

    left = clear((source, _ANY) for source in sources)
    known = f"host {destination}" if destination else _ANY
    others = [(e.source, to) for e in left if e.source for to in (_destination(e), known)]
    narrow = dict.fromkeys(pair for pair in others if pair[1] != _ANY)
    return clear(narrow) if narrow else left


def _destination(entry: TemporaryEntry) -> str:
    """Return the destination as printed: what follows the source."""
    words = entry.text.split()
    rest = words[words.index(entry.source) + 1 :] if entry.source in words else []
    if len(rest) > 1 and (rest[0] == "host" or rest[0][:1].isdigit()):
        return " ".join(rest[:2])
    return _ANY


def _below(text: str, acl: str, dynamic: str) -> tuple[TemporaryEntry, ...]:
    entries = access_lists(text).get(acl, ())
    return next((entry.temporary for entry in entries if entry.dynamic == dynamic), ())
