"""What nobody could confirm about IOS: one closed table (design §5, "Open behaviours").

Each row has its values, the lab's default and the fact it stands for. ``prove --behaviours`` runs
the rendered configuration under each value alone and under all pairs.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal

Value = str | int | bool


def _open(values: tuple[Value, ...], fact: str) -> Any:  # noqa: ANN401  # as dataclasses.field
    """Declare a row: its values, the default first, and the fact."""
    return field(default=values[0], metadata={"values": values, "fact": fact})


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One choice of every open behaviour; the defaults are what the facts make likeliest."""

    message_newline: bool = _open(
        (True, False), "ios-facts §2: $_syslog_msg almost certainly begins with a newline"
    )
    drop_blanks: Literal[2, 1] = _open(
        (2, 1), "ios-facts §1.1: two blanks after PERMIT in print; no DROP line was found"
    )
    clock_mark: Literal["*", ".", ""] = _open(
        ("*", ".", ""), "ios-facts §2: an unsynchronised clock adds * or . to the timestamp"
    )
    first_sequence: Literal[1, 999_997] = _open(
        (1, 999_997), "ios-facts §2: how a sequence number above 999999 prints is unknown"
    )
    lt: Literal["numeric", "string"] = _open(
        ("numeric", "string"), "ios-facts §3: lt and gt numeric or by string is unknown"
    )
    reqinfo: Literal["per-tag", "last", "refused"] = _open(
        ("per-tag", "last", "refused"), "ios-facts §3: in no document; a TAC engineer says last"
    )
    tag_keeps: Literal["last", "first"] = _open(
        ("last", "first"), "ios-facts §13: EEM remembers the last event of each tag"
    )
    cleared_after_match: bool = _open(
        (True, False), "ios-facts §3: the engine's debug output ends in 'clean correlate data'"
    )
    template_timeout: Literal["absolute", "idle"] = _open(
        ("absolute", "idle"),
        "ios-facts §5: the command reference says absolute, the article says idle",
    )
    second_template: Literal["refreshes", "ignored", "error"] = _open(
        ("refreshes", "ignored", "error"),
        "ios-facts §5: what a second access-template for the same source does is unknown",
    )
    log_interval_ms: Literal[0, 1000] = _open(
        (0, 1000), "ios-facts §1.2: the default interval of control-plane logging is unknown"
    )
    log_needed: bool = _open(
        (False, True), "ios-facts §1.2: an empty logging class logs on a real device"
    )
    other_drops_logged: bool = _open(
        (True, False), "ios-facts §1.2: whether the host path logs drops of other policies"
    )
    group_in_dynamic: bool = _open(
        (True, False), "ios-facts §5: the article tested it, the XE documents forbid it"
    )
    group_matches_own: bool = _open(
        (True, False), "ios-facts §6: entries with object-groups ignored on packets to the RP (XE)"
    )
    numbered_dynamic: bool = _open(
        (True, False), "ios-facts §11: whether 'N dynamic NAME ...' is accepted is unknown"
    )
    group_order: Literal["kept", "sorted"] = _open(
        ("kept", "sorted"), "ios-facts §6: the order in which a group prints is unknown"
    )
    class_default: Literal["drop", "bare", "none"] = _open(
        ("drop", "bare", "none"), "ios-facts-more §A: a firewall's class-default is printed or not"
    )
    bare_pair: Literal["passes", "drops"] = _open(
        ("passes", "drops"), "ios-facts-more §A: what a zone-pair without a policy does is unknown"
    )
    confirm_elsewhere: bool = _open(
        (True, False), "ios-facts §9: whether another session may confirm is unknown"
    )
    unbound_takes_entries: bool = _open(
        (True, False), "ios-facts §5: whether an unbound ACL takes temporary entries is unknown"
    )
    entry_shows_action: bool = _open(
        (True, False), "ios-facts §5: the layout of a temporary entry is recollection"
    )
    entry_shows_time_left: bool = _open(
        (True, False), "ios-facts §5: (time left N) is real for reflexive entries alone"
    )
    entry_shows: Literal["group", "ports"] = _open(
        ("group", "ports"), "ios-facts §5: whether a temporary entry prints its group is unknown"
    )
    group_counts: bool = _open(
        (True, False), "ios-facts §6: whether entries with object-groups print counts is unknown"
    )
    group_word: bool = _open(
        (True, False), "ios-facts §6: show ip access-lists may leave out the word object-group"
    )


def table() -> tuple[Field[Value], ...]:
    """Return the rows: ``name``, ``default``, and ``metadata`` with ``values`` and ``fact``."""
    return fields(Behaviour)
