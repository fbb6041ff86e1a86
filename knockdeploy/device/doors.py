"""The temporary entries that knocks have made: list them, clear them (ios-facts §5)."""

from __future__ import annotations

from collections.abc import Iterable

from knockdeploy.device.session import RouterSession
from knockdeploy.device.shows import TemporaryEntry, access_lists


def list_entries(session: RouterSession, acl: str, dynamic: str) -> tuple[TemporaryEntry, ...]:
    """Return what stands below the template ``dynamic`` of ``acl``; one round trip."""
    (text,) = session.ask(f"show ip access-lists {acl}")
    return _below(text, acl, dynamic)


def clear_entries(
    session: RouterSession, acl: str, dynamic: str, sources: Iterable[str]
) -> tuple[TemporaryEntry, ...]:
    """Clear the entries of these addresses; return what is still there; one round trip."""
    clear = [f"clear access-template {acl} {dynamic} host {source} any" for source in sources]
    *_, text = session.ask(*clear, f"show ip access-lists {acl}")
    return _below(text, acl, dynamic)


def _below(text: str, acl: str, dynamic: str) -> tuple[TemporaryEntry, ...]:
    entries = access_lists(text).get(acl, ())
    return next((entry.temporary for entry in entries if entry.dynamic == dynamic), ())
