"""Equal, reprinted or different, line by line; and what is wanted once a pair is accepted."""

from __future__ import annotations

import pytest

from knockdeploy.ios.canonical import canonical_node
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.plan.reprint import Reprint, in_our_words, reprints

APPLET = """\
event manager applet EEM_Knock
 event tag a syslog pattern "%CP-6-UDP: DROP .*-> [0-9.]+\\(46543\\)"
 event tag b syslog pattern "%CP-6-UDP: DROP .*-> [0-9.]+\\(28654\\)"
 trigger occurs 1 period 10
  correlate event a and event b
 action 0100 set _knock_RegEx_Result "0"
 action 0110 exit
"""
OURS = f"""\
object-group service OG_Knock
 udp eq 46543
 udp eq 28654
class-map match-any CM_CoPP_Knock
 match access-group name ACL_CoPP_Knock
policy-map PM_CoPP
 class CM_CoPP_Knock
  drop
ip access-list extended ACL_CoPP_Knock
 permit object-group OG_Knock any host 192.0.2.1
 deny   tcp any any eq 8022
control-plane host
 service-policy input PM_CoPP
event manager environment _knock_Timeout 60
{APPLET}"""


def judged(old: str, new: str) -> tuple[Reprint, ...] | None:
    """Plan OURS, and be shown it with ``old`` in other words."""
    assert old in OURS
    before, now = parse(OURS), parse(OURS.replace(old, new))
    return reprints(ready(before), ready(now), before, now)


def ready(config: Node) -> Node:
    nodes = sorted(map(canonical_node, config.children), key=lambda node: node.text)
    return Node("", tuple(nodes))


EEM = "event manager applet EEM_Knock"


@pytest.mark.parametrize(
    ("old", "new", "pair"),
    [
        pytest.param(
            " trigger occurs 1 period 10\n",
            " trigger occurs 1 period 10.000\n",
            Reprint((EEM,), "trigger occurs 1 period 10", "trigger occurs 1 period 10.000"),
            id="a-header-below-a-header",
        ),
        pytest.param(
            "  correlate event a and event b\n",
            "  correlate event b and event a\n",
            Reprint(
                (EEM, "trigger occurs 1 period 10"),
                "correlate event a and event b",
                "correlate event b and event a",
            ),
            id="two-levels-down",
        ),
        pytest.param(
            ' event tag b syslog pattern "%CP-6-UDP: DROP .*-> [0-9.]+\\(28654\\)"\n',
            ' event tag b syslog occurs 1 pattern "%CP-6-UDP: DROP .*-> [0-9.]+\\(28654\\)"\n',
            Reprint(
                (EEM,),
                'event tag b syslog pattern "%CP-6-UDP: DROP .*-> [0-9.]+\\(28654\\)"',
                'event tag b syslog occurs 1 pattern "%CP-6-UDP: DROP .*-> [0-9.]+\\(28654\\)"',
            ),
            id="with-a-default-printed-and-the-quotes-kept",
        ),
        pytest.param(
            " action 0110 exit\n", "", Reprint((EEM,), "action 0110 exit", None), id="a-default"
        ),
        pytest.param(
            "_knock_Timeout 60",
            "_knock_Timeout 60.0",
            Reprint(
                (),
                "event manager environment _knock_Timeout 60",
                "event manager environment _knock_Timeout 60.0",
            ),
            id="a-single-line",
        ),
        pytest.param(
            " deny   tcp any any eq 8022\n",
            " deny   tcp any any eq ssh-alternate\n",
            Reprint(
                ("ip access-list extended ACL_CoPP_Knock",),
                "deny   tcp any any eq 8022",
                "deny   tcp any any eq ssh-alternate",
            ),
            id="a-keyword-nobody-knows",
        ),
        pytest.param(
            " udp eq 28654\n",
            " udp 28654\n",
            Reprint(("object-group service OG_Knock",), "udp eq 28654", "udp 28654"),
            id="a-member",
        ),
    ],
)
def test_same_line_in_other_words_is_reprinted(old: str, new: str, pair: Reprint) -> None:
    assert judged(old, new) == (pair,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(" deny   tcp any any eq 8022\n", "", id="an-entry-is-no-default"),
        pytest.param(" udp eq 28654\n", "", id="a-member-is-no-default"),
        pytest.param(" deny   tcp any any", " permit tcp any any", id="the-contrary"),
        pytest.param(" action 0110 exit\n", " action 0110 exit\n action 0120 end\n", id="more"),
        pytest.param(
            " trigger occurs 1 period 10\n  correlate event a and event b\n", "", id="a-subsection"
        ),
        pytest.param(APPLET, "", id="a-section"),
        pytest.param("event manager environment _knock_Timeout 60\n", "", id="a-line-of-its-own"),
        pytest.param("  drop\n", "  police 8000\n", id="another-word"),
        pytest.param("policy-map PM_CoPP\n", "policy-map PM_Else\n", id="another-object"),
        pytest.param("match-any CM", "match-all CM", id="all-for-any"),
        pytest.param("  drop\n", "", id="no-action-is-no-default"),
        pytest.param(' action 0100 set _knock_RegEx_Result "0"\n', "", id="no-value-either"),
        pytest.param(
            'action 0100 set _knock_RegEx_Result "0"',
            'action 0100 cli command "reload"',
            id="another-kind-of-action",
        ),
        pytest.param('"0"\n', '"1"\n', id="another-text"),
        pytest.param("action 0110 exit", "action 0110 exit 1 no", id="a-word-that-turns"),
        pytest.param("action 0110", "action 110", id="a-label-sorts"),
        pytest.param(" name ACL_CoPP_Knock", " name ACL_Other", id="another-list"),
        pytest.param(
            "permit object-group OG_Knock any",
            "permit object-group OG_Else any",
            id="another-group",
        ),
        pytest.param("host 192.0.2.1", "host 192.0.2.2", id="another-address"),
        pytest.param(
            "deny   tcp any any eq 8022",
            "deny   tcp any any eq 8022 established",
            id="another-entry",
        ),
        pytest.param(
            "deny   tcp any any eq 8022", "deny   tcp any any eq 8022 log", id="one-that-logs"
        ),
        pytest.param(" udp eq 28654\n", " udp range 28654 28660\n", id="more-ports"),
        pytest.param(
            "service-policy input", "service-policy type logging input", id="another-kind"
        ),
        pytest.param("event a and event b", "event a andnot event b", id="not-for-and"),
        pytest.param("any eq 8022", "any about 8022", id="another-comparison"),
        pytest.param("_knock_Timeout 60", "_knock_Timeout 600", id="another-number"),
        # a keyword nobody knows may stand for the number, and for nothing else
        pytest.param("tcp any any eq 8022", "udp any any eq ssh-alternate", id="another-protocol"),
        pytest.param("any any eq 8022", "any any gt ssh-alternate", id="another-operator"),
        pytest.param("eq 8022", "eq ssh-alternate log", id="a-keyword-and-more"),
        pytest.param("eq 8022", "eq SSH_2", id="no-keyword-of-ios"),
        pytest.param(
            "event a and event b\n", "event a and event c\n", id="another-event-of-the-knock"
        ),
    ],
)
def test_anything_else_is_different(old: str, new: str) -> None:
    assert judged(old, new) is None


def test_accepted_pairs_are_read_as_ours_and_nothing_else_changes() -> None:
    ours = parse(OURS)
    now = parse(OURS.replace("period 10\n", "period 10.000\n").replace(" action 0110 exit\n", ""))
    pairs = reprints(ready(ours), ready(now), ours, now)
    assert pairs is not None
    assert len(pairs) == 2
    assert to_text(in_our_words(now, ours, pairs)) == OURS
    assert in_our_words(ours, ours, pairs) == ours
    assert in_our_words(now, ours, ()) is now
    other = parse(OURS.replace("period 10\n", "period 20\n").replace("0110", "0130"))
    assert in_our_words(now, other, pairs) == now


def test_pair_counts_where_it_was_seen() -> None:
    pair = Reprint(("event manager applet EEM_Other",), "action 0110 exit", "action 0110 exit 0")
    now = parse(OURS.replace("0110 exit", "0110 exit 0"))
    assert in_our_words(now, parse(OURS), (pair,)) == now
