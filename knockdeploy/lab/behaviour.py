"""What nobody could confirm about IOS: one closed table.

Each row has its values, the lab's default, the fact it stands for, and the platforms on which it is
a question. ``prove --behaviours`` runs the rendered configuration under each value alone and under
all pairs.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, Final, Literal

Value = str | int | bool
Platform = Literal["ios", "iosxe"]
_ON_BOTH: Final = ("ios", "iosxe")


def _open(  # as dataclasses.field
    values: tuple[Value, ...], fact: str, on: tuple[Platform, ...] = ("ios",), **known: Value
) -> Any:  # noqa: ANN401
    """Declare a row: its values, the default first, the fact, and the platforms it is open on."""
    return field(default=values[0], metadata={"values": values, "fact": fact, "on": on, **known})


def _open_on_xe(values: tuple[Value, ...], fact: str, *, on_classic: Value | None = None) -> Any:  # noqa: ANN401
    """Declare a row that is open on IOS-XE; classic IOS does as ``on_classic``, or the default."""
    classic = values[0] if on_classic is None else on_classic
    return _open(values, fact, ("iosxe",), on_classic=classic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One choice of every open behaviour; the defaults are what the facts make likeliest."""

    message_newline: bool = _open(
        (True, False), "ios-facts §2: $_syslog_msg almost certainly begins with a newline", _ON_BOTH
    )
    drop_blanks: Literal[2, 1] = _open(
        (2, 1), "ios-facts §1.1: two blanks after PERMIT in print; no DROP line was found"
    )
    clock_mark: Literal["*", ".", ""] = _open(
        ("*", ".", ""),
        "ios-facts §2: an unsynchronised clock adds * or . to the timestamp",
        _ON_BOTH,
    )
    first_sequence: Literal[1, 999_997] = _open(
        (1, 999_997), "ios-facts §2: how a sequence number above 999999 prints is unknown", _ON_BOTH
    )
    lt: Literal["numeric", "string"] = _open(
        ("numeric", "string"), "ios-facts §3: lt and gt numeric or by string is unknown", _ON_BOTH
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
    andnot: Literal["holds", "waits", "never", "ignored"] = _open(
        ("holds", "waits", "never", "ignored"),
        "ios-facts §3: andnot is documented, what it does with a period is not",
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
        (True, False), "ios-facts §9: whether another session may confirm is unknown", _ON_BOTH
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

    # --- IOS-XE (iosxe-facts) ---
    ace_numbers: bool = _open_on_xe(
        (True, False),
        "iosxe-facts §6: running-config prints numbers of ACL entries from 16.9 to 17 on",
        on_classic=False,
    )
    acl_log_facility: Literal["FMANFP", "SEC"] = _open_on_xe(
        ("FMANFP", "SEC"), "iosxe-facts §1a: lines made by IOSd say SEC"
    )
    acl_log_slot: Literal["F0/0:", "F0:", "R0/0:", " SIP0:", ""] = _open_on_xe(
        ("F0/0:", "F0:", "R0/0:", " SIP0:", ""), "iosxe-facts §1a: each is real"
    )
    acl_log_process: bool = _open_on_xe(
        (True, False), "iosxe-facts §1a: fman_fp_image: is printed or not"
    )
    acl_log_blanks: Literal[1, 2] = _open_on_xe(
        (1, 2), "iosxe-facts §1a: one or two blanks before the word list"
    )
    acl_log_flow: Literal["ports", "entry", "never"] = _open_on_xe(
        ("ports", "entry", "never"),
        "iosxe-facts §9.1: does range ... log log each new port, for packets to the router",
        on_classic="never",  # the lab's does not: nothing on classic IOS waits for it
    )
    acl_log_limit: Literal["source", "list", "none"] = _open_on_xe(
        ("source", "list", "none"),
        "iosxe-facts §1a, §9.2: one line a second for a flow, whatever that is there",
    )
    acl_log_tells_lost: bool = _open_on_xe(
        (False, True), "iosxe-facts §9.2: does IPACCESSLOGRL tell of lines that are lost"
    )
    acl_log_wakes_eem: bool = _open_on_xe(
        (True, False), "iosxe-facts §9.3: does the syslog detector see lines of the data plane"
    )
    message_stamped: bool = _open_on_xe(
        (True, False), "iosxe-facts §9.4: is the timestamp in $_syslog_msg"
    )
    buffer_lag_ms: Literal[0, 500] = _open_on_xe(
        (0, 500), "iosxe-facts §8: does a line reach the buffer before it wakes an applet"
    )
    variable_ends: Literal["word", "blank"] = _open_on_xe(
        ("word", "blank"), "iosxe-facts §9.5: $hhmm: and $src\\( inside cli command"
    )
    include_escapes: bool = _open_on_xe(
        (True, False), "iosxe-facts §9.5: does the include filter receive \\( intact"
    )
    filter_underscore: Literal["delimiter", "literal"] = _open_on_xe(
        ("delimiter", "literal"),
        "iosxe-facts §9.5: the include filter; the CLI guide says a delimiter",
        on_classic="literal",
    )
    action_chars: Literal[0, 128] = _open_on_xe(
        (0, 128), "iosxe-facts §9.6: how long an action may be (0: as long as it likes)"
    )
    regexp_spans: Literal["text", "line"] = _open_on_xe(
        ("text", "line"), "iosxe-facts §9.6: [^>]* and $ across the lines of $_cli_result"
    )
    cli_result: Literal["prompt", "bare", "echo"] = _open_on_xe(
        ("prompt", "bare", "echo"),
        "iosxe-facts §9.6: what stands around the output in $_cli_result",
        on_classic="bare",
    )
    counters_shared: bool = _open_on_xe(
        (True, False), "iosxe-facts §9.7: does a counter survive between applets"
    )
    counters_kept: bool = _open_on_xe(
        (False, True), "iosxe-facts §9.7: does a counter start at 0 after a reload"
    )
    absent_number: Literal["silent", "refused"] = _open_on_xe(
        ("silent", "refused"), "iosxe-facts §9.8: is no N of an absent entry harmless"
    )
    acl_edit_gap_ms: Literal[0, 300] = _open_on_xe(
        (0, 300), "iosxe-facts §9.8: does an edit of a list in use drop packets for a while"
    )
    established_own: bool = _open_on_xe(
        (True, False), "iosxe-facts §9.9: is established matched for TCP to the router"
    )
    asks_authorization: bool = _open_on_xe(
        (True, False),
        "iosxe-facts §3: commands of EEM without a user fail command authorization",
        on_classic=False,
    )
    bypass_authorizes: bool = _open_on_xe(
        (True, False), "iosxe-facts §9.10: does authorization bypass pass command authorization"
    )
    policy_bypass: bool = _open_on_xe(
        (True, False),
        "ios-facts-more §C: authorization bypass was printed of a system policy, of no user's",
    )
    applet_threads: Literal[5, 1] = _open_on_xe(
        (5, 1), "iosxe-facts §3, §10: how many applets run at a time", on_classic=1
    )
    applet_classes: Literal["own", "ignored", "stuck", "refused"] = _open_on_xe(
        ("own", "ignored", "stuck", "refused"),
        "iosxe-facts §3: threads are modelled for class default alone; an applet may have a class",
    )
    applet_printed: Literal["as typed", "unquoted", "maxrun first"] = _open_on_xe(
        ("as typed", "unquoted", "maxrun first"),
        "iosxe-facts §9.14: quotes of applets and the place of maxrun in running-config",
    )
    takes_reqinfo: bool = _open_on_xe(
        (False, True), "iosxe-facts §3: info type event reqinfo is in no model and no document"
    )
    takes_access_template: bool = _open_on_xe(
        (False, True), "iosxe-facts §2d: lock-and-key may parse; its data plane is unknown"
    )
    groups_filter_own: bool = _open_on_xe(
        (False, True), "iosxe-facts §1a, §10: entries with object-groups and packets to the RP"
    )

    def settled(self, platform: Platform) -> Behaviour:
        """Return what a router of ``platform`` does: rows that are not open there are known."""
        if platform == "ios":
            rows = [row for row in fields(self) if "on_classic" in row.metadata]
            return replace(self, **{row.name: row.metadata["on_classic"] for row in rows})
        return replace(
            self,
            reqinfo="per-tag" if self.takes_reqinfo else "refused",
            group_matches_own=self.groups_filter_own,
            group_in_dynamic=False,  # iosxe-facts §2d: never with object-groups
        )


def table(platform: Platform = "ios") -> tuple[Field[Value], ...]:
    """Return the rows of a platform.

    Each has ``name``, ``default``, and ``metadata`` with ``values``, ``fact`` and ``on``.
    """
    return tuple(row for row in fields(Behaviour) if platform in row.metadata["on"])
