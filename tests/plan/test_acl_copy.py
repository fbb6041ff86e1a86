"""A copy of an ACL, for an image that takes no dynamic entry by number."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from planning import make_plan, make_removal, render, survey

from knockdeploy.errors import UnsupportedError
from knockdeploy.intent import intent_from
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text

CASE = Path(__file__).parent.parent / "cases" / "copy-and-swap"
INTENT = intent_from(yaml.safe_load((CASE / "intent.yaml").read_text()))
BY_TEXT = Dialect(numbered_dynamic=False)
ORIGINAL, COPY = (f"ip access-list extended ACL_WAN{end}" for end in ("", "_knock"))
FIRST = " remark from the operator before\n"
GROUPS = """\
object-group service OG_Knock
 udp eq 46543
 udp eq 28654
 udp eq 40204
"""


def deployed(entry: str = "") -> tuple[Node, Node]:
    """Return a router with one more entry in its list, and as it is once deployed."""
    text = (CASE / "running.cfg").read_text().replace(FIRST, f"{FIRST}{entry}")
    text = text.replace("interface ", f"{GROUPS}interface ") if "OG_Knock" in entry else text
    running = with_numbers(parse(text))
    wanted = parse(render(INTENT, survey(running, INTENT, BY_TEXT)))
    return running, make_plan(running, wanted, INTENT, dialect=BY_TEXT).after


def entries(config: Node, header: str) -> list[str]:
    section = config.child(header)
    assert section
    return [" ".join(node.text.split()) for node in section.children]


@pytest.mark.parametrize(
    "entry",
    [
        "permit tcp any host 203.0.113.10 eq 22 established",
        "permit tcp any host 203.0.113.10 eq www established",
        "permit object-group OG_Knock any host 203.0.113.10",
        "permit object-group OG_Knock any any",
    ],
)
def test_what_reads_like_ours_stands_in_the_copy_once(entry: str) -> None:
    """IOS takes an entry once (ios-facts §5), and ours stand above what is copied."""
    running, after = deployed(f" {entry}\n")
    assert after.child(ORIGINAL) == running.child(ORIGINAL)
    assert entries(after, COPY) == entries(deployed()[1], COPY)


def test_none_is_made_where_our_dynamic_entry_stands_already() -> None:
    running = with_numbers(parse((CASE / "running.cfg").read_text()))
    wanted = parse(render(INTENT, survey(running, INTENT)))
    after = make_plan(running, wanted, INTENT).after
    again = parse(render(INTENT, survey(after, INTENT, BY_TEXT)))
    assert make_plan(after, again, INTENT, dialect=BY_TEXT).commands == ()


def test_all_else_is_copied_in_its_order() -> None:
    _, after = deployed(" permit tcp any host 203.0.113.10 eq telnet established\n")
    assert entries(after, COPY)[-5:] == entries(after, ORIGINAL)


@pytest.mark.parametrize(
    ("header", "old", "new", "says"),
    [
        (COPY, FIRST, f"{FIRST} permit esp any any\n", "'permit esp any any'"),
        (ORIGINAL, FIRST, f"{FIRST} permit esp any any\n", "'permit esp any any'"),
        (COPY, " permit udp any any eq isakmp\n", "", "'permit udp any any eq 500'"),
        (ORIGINAL, " permit ip any any\n", "", "'permit ip any any'"),
        (ORIGINAL, FIRST, " remark from another operator\n", "'remark from the operator before'"),
        (COPY, " permit ip any any\n", " permit ip any any\n remark last\n", "'remark last'"),
        (
            COPY,
            " deny   tcp any any eq 22 log\n permit ip any any\n",
            " permit ip any any\n deny   tcp any any eq 22 log\n",
            "'permit ip any any'",
        ),
    ],
)
def test_a_removal_stops_where_one_of_them_was_changed(
    header: str, old: str, new: str, says: str
) -> None:
    """Which of them is right is for their owner to say."""
    before, _, rest = to_text(deployed()[1]).partition(f"{header}\n")
    assert old in rest
    drifted = with_numbers(parse(f"{before}{header}\n{rest.replace(old, new, 1)}"))
    with pytest.raises(UnsupportedError, match="is a copy of the ACL ACL_WAN") as caught:
        make_removal(drifted, INTENT, allow_open=True)
    assert says in caught.value.message


@pytest.mark.parametrize("children", [None, ()])
def test_a_removal_stops_where_the_original_is_gone(children: tuple[Node, ...] | None) -> None:
    config = deployed()[1]
    left = [node for node in config.children if node.text != ORIGINAL]
    left += [Node(ORIGINAL, children)] if children is not None else []
    with pytest.raises(UnsupportedError, match="ACL_WAN, of which ACL_WAN_knock is a copy, is gon"):
        make_removal(config.with_children(tuple(left)), INTENT, allow_open=True)


def test_a_removal_leaves_what_was_there() -> None:
    running, after = deployed()
    assert to_text(make_removal(after, INTENT, allow_open=True).after) == to_text(running)
