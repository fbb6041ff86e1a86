"""Each kind of line that a deployment or a removal types, and what the router shows then.

Planner and lab share ``ios.apply``, so neither can prove it right: what stands here was written by
hand from the facts it names. A row has a configuration, what is typed, what is shown.
"""

from __future__ import annotations

import pytest

from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.apply import Applied, apply
from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import Refused
from knockdeploy.ios.tree import Node, to_text

# In the order of a running-config (ios-facts §7).
ROUTER = """\
service timestamps log datetime msec
service password-encryption
service sequence-numbers
hostname r1
object-group service KNOCKS
 udp eq 46543
 udp eq 28654
object-group service DOORS
 tcp eq 22
 tcp eq www
archive
 path flash:saved-
 maximum 5
class-map match-any CM
 match access-group name POLICED
class-map type logging match-any CM_LOG
 match  packets dropped
policy-map PM
 class CM
  drop
policy-map type logging PM_LOG
 class CM_LOG
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group DOOR in
 ip access-group OUT out
ip access-list extended DOOR
 remark who knocks
 permit object-group KNOCKS any host 203.0.113.10
 dynamic DDOOR permit object-group DOORS any host 203.0.113.10
 deny   object-group DOORS any host 203.0.113.10
 permit ip any any
ip access-list extended POLICED
 permit object-group KNOCKS any host 203.0.113.10
control-plane
control-plane host
 service-policy input PM
 service-policy type logging input PM_LOG
event manager environment _knock_Timeout 60
event manager applet OPENS
 event tag E1 syslog pattern "one"
 event tag E2 syslog pattern "two"
 trigger occurs 1 period 10
  correlate event E1 and event E2
 action 0010 cli command "enable"
 action 0020 exit
"""


def typed(config: Node, *lines: str) -> Node:
    """Type lines from global configuration on, each in the mode that is current then."""
    state = Applied(config, ())
    for line in lines:
        state = apply(state.config, state.mode or (), line)
    return state.config


# What is new, where IOS shows it (§7): typed into the router above.
MADE = {
    "object-group": (
        ("object-group service MORE", "udp eq 40204", "tcp-udp eq 443", "tcp range 79 80"),
        (" tcp eq www\n", """ tcp eq www
object-group service MORE
 udp eq 40204
 tcp-udp eq 443
 tcp range finger www
"""),
    ),  # §6: ports with a name are shown by it
    "member": (
        ("object-group service DOORS", "tcp eq 443"),
        (" tcp eq www\n", " tcp eq www\n tcp eq 443\n"),
    ),
    "the same member": (("object-group service DOORS", "tcp eq 80"),),
    "class-map": (
        ("class-map match-any MORE", "match access-group name POLICED"),
        (" match  packets dropped\n", """ match  packets dropped
class-map match-any MORE
 match access-group name POLICED
"""),
    ),
    "class-map without a word": (  # §7: the default is printed
        ("class-map MORE",),
        (" match  packets dropped\n", " match  packets dropped\nclass-map match-all MORE\n"),
    ),
    "class-map that is there, by its name alone": (
        ("class-map CM", "match access-group name DOOR"),
        (" match access-group name POLICED\n",
         " match access-group name POLICED\n match access-group name DOOR\n"),
    ),
    "policy-map": (
        ("policy-map MORE", "class CM", "drop"),
        (" class CM_LOG\n", " class CM_LOG\npolicy-map MORE\n class CM\n  drop\n"),
    ),
    "class of a policy": (
        ("class-map match-any MORE", "policy-map PM", "class MORE"),
        ("  drop\n", "  drop\n class MORE\n"),
        (" match  packets dropped\n", " match  packets dropped\nclass-map match-any MORE\n"),
    ),
    "logging class": (  # §1.2: two blanks
        ("class-map type logging match-any MORE", "match packets dropped"),
        (" match  packets dropped\n", """ match  packets dropped
class-map type logging match-any MORE
 match  packets dropped
"""),
    ),
    "logging policy": (  # §1.2: nothing under the class
        ("policy-map type logging MORE", "class CM_LOG"),
        (" class CM_LOG\n", " class CM_LOG\npolicy-map type logging MORE\n class CM_LOG\n"),
    ),
    "environment": (  # §3: the value is the rest of the line
        ("event manager environment _x a b",),
        ("_knock_Timeout 60\n", "_knock_Timeout 60\nevent manager environment _x a b\n"),
    ),
    "environment again": (
        ("event manager environment _knock_Timeout 5",), ("Timeout 60", "Timeout 5"),
    ),
    "applet's event": (  # §3: a tag stands for one event
        ("event manager applet OPENS", 'event tag E2 syslog pattern "three"'), ("two", "three"),
    ),
    "applet's trigger": (
        ("event manager applet OPENS", "trigger occurs 1 period 30",
         "correlate event E2 and event E1"),
        ("period 10\n  correlate event E1 and event E2",
         "period 30\n  correlate event E2 and event E1"),
    ),
    "applet's action": (  # §3: in the order of their labels; §7: quotes round what `if` compares
        ("event manager applet OPENS", "action 0015 if $a eq $b", "action 0016 end"),
        (" action 0020", ' action 0015 if $a eq "$b"\n action 0016 end\n action 0020'),
    ),
    "entry": (  # §11: behind the last, also behind one for all
        ("ip access-list extended DOOR", "deny object-group DOORS any host 10.1.1.1"),
        (" permit ip any any\n",
         " permit ip any any\n deny   object-group DOORS any host 10.1.1.1\n"),
    ),
    "entry with a number": (
        ("ip access-list extended DOOR", "25 permit tcp any host 203.0.113.10 eq 80 established"),
        (" deny   object",
         " permit tcp any host 203.0.113.10 eq www established\n deny   object"),
    ),
    "dynamic entry with a number": (
        ("ip access-list extended DOOR", "15 dynamic DMORE permit object-group DOORS any any"),
        (" dynamic DDOOR",
         " dynamic DMORE permit object-group DOORS any any\n dynamic DDOOR"),
    ),
    "remark": (
        ("ip access-list extended POLICED", "remark ours"),
        ("control-plane\n", " remark ours\ncontrol-plane\n"),
    ),
    "list": (
        ("ip access-list extended MORE", "permit ip any any"),
        ("control-plane\n", "ip access-list extended MORE\n permit ip any any\ncontrol-plane\n"),
    ),
    "binding": (
        ("interface GigabitEthernet0/0", "ip access-group POLICED in"),
        ("access-group DOOR in", "access-group POLICED in"),
    ),
    "archive": (
        ("archive", "path flash:knockdeploy-"), ("path flash:saved-", "path flash:knockdeploy-"),
    ),
}  # fmt: skip

# What goes: the words typed, and what is not shown any more.
GONE = {
    "sequence numbers": (("no service sequence-numbers",), "service sequence-numbers\n"),
    "member": (("object-group service DOORS", "no tcp eq www"), " tcp eq www\n"),
    "member by its number": (("object-group service DOORS", "no tcp eq 80"), " tcp eq www\n"),
    "drop": (("policy-map PM", "class CM", "no drop"), "  drop\n"),
    "class of a policy": (("policy-map PM", "no class CM"), " class CM\n  drop\n"),
    "match": (
        ("class-map match-any CM", "no match access-group name POLICED"),
        " match access-group name POLICED\n",
    ),
    "logging class's match": (
        ("class-map type logging match-any CM_LOG", "no match packets dropped"),
        " match  packets dropped\n",
    ),
    "policy of the control plane": (
        ("control-plane host", "no service-policy input PM"), " service-policy input PM\n",
    ),
    "both, and the empty section": (  # §7: an empty `control-plane` is shown; of host none was seen
        ("control-plane host", "no service-policy type logging input PM_LOG",
         "no service-policy input PM"),
        """control-plane host
 service-policy input PM
 service-policy type logging input PM_LOG
""",
    ),
    "environment": (
        ("no event manager environment _knock_Timeout",),
        "event manager environment _knock_Timeout 60\n",
    ),
    "environment by its value": (
        ("no event manager environment _knock_Timeout 60",),
        "event manager environment _knock_Timeout 60\n",
    ),
    "applet": (("no event manager applet OPENS",), ROUTER[ROUTER.index("event manager applet") :]),
    "action": (("event manager applet OPENS", "no action 0020"), " action 0020 exit\n"),
    "event": (
        ("event manager applet OPENS", "no event tag E2"),
        ' event tag E2 syslog pattern "two"\n',
    ),
    "trigger": (
        ("event manager applet OPENS", "no trigger"),
        " trigger occurs 1 period 10\n  correlate event E1 and event E2\n",
    ),
    "binding": (
        ("interface GigabitEthernet0/0", "no ip access-group DOOR in"),
        " ip access-group DOOR in\n",
    ),
    "the other binding": (
        ("interface GigabitEthernet0/0", "no ip access-group OUT out"),
        " ip access-group OUT out\n",
    ),
    "path": (("archive", "no path flash:saved-"), " path flash:saved-\n"),
    "entry by its number": (("ip access-list extended DOOR", "no 40"), " permit ip any any\n"),
    "entry by its text": (
        ("ip access-list extended DOOR", "no permit ip any any"), " permit ip any any\n",
    ),
    "dynamic entry": (
        ("ip access-list extended DOOR", "no 20"),
        " dynamic DDOOR permit object-group DOORS any host 203.0.113.10\n",
    ),
    "remark": (
        ("ip access-list extended DOOR", "no remark who knocks"), " remark who knocks\n",
    ),
    "list nobody uses": (
        ("class-map match-any CM", "no match access-group name POLICED", "exit",
         "no ip access-list extended POLICED"),
        " match access-group name POLICED\n",
        """ip access-list extended POLICED
 permit object-group KNOCKS any host 203.0.113.10
""",
    ),
    "all of it, in the order of §11": (
        ("no event manager applet OPENS", "no event manager environment _knock_Timeout",
         "control-plane host", "no service-policy input PM",
         "no service-policy type logging input PM_LOG", "exit",
         "no policy-map PM", "no policy-map type logging PM_LOG",
         "no class-map match-any CM", "no class-map type logging match-any CM_LOG",
         "no ip access-list extended POLICED",
         "interface GigabitEthernet0/0", "no ip access-group DOOR in", "exit",
         "no ip access-list extended DOOR",
         "no object-group service KNOCKS", "no object-group service DOORS"),
        ROUTER[ROUTER.index("object-group") : ROUTER.index("archive")],
        ROUTER[ROUTER.index("class-map match-any") : ROUTER.index("interface")],
        " ip access-group DOOR in\n",
        ROUTER[ROUTER.index("ip access-list extended DOOR") : ROUTER.index("control-plane\n")],
        ROUTER[ROUTER.index("control-plane host") :],
    ),
    "what is not there": (  # §10: harmless
        ("no event manager applet NOBODY", "no object-group service NOBODY",
         "no policy-map NOBODY", "no class-map NOBODY", "no ip access-list extended NOBODY"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "shown"), [(row[0], row[1:]) for row in MADE.values()], ids=MADE)
def test_what_is_made_is_shown(lines: tuple[str, ...], shown: tuple[tuple[str, str], ...]) -> None:
    expected = ROUTER
    for old, new in shown:
        assert expected.count(old) == 1, old
        expected = expected.replace(old, new)
    assert to_text(typed(with_numbers(parse(ROUTER)), *lines)) == expected


@pytest.mark.parametrize(("lines", "gone"), [(row[0], row[1:]) for row in GONE.values()], ids=GONE)
def test_what_is_taken_away_is_shown_no_more(lines: tuple[str, ...], gone: tuple[str, ...]) -> None:
    expected = ROUTER
    for text in gone:
        assert expected.count(text) == 1, text
        expected = expected.replace(text, "")
    assert to_text(typed(with_numbers(parse(ROUTER)), *lines)) == expected


def test_resequencing_changes_the_numbers_and_nothing_that_is_shown() -> None:
    """§11: 1000 1000, and back; a remark has none of its own."""
    config = typed(with_numbers(parse(ROUTER)), "ip access-list resequence DOOR 1000 1000")
    assert to_text(config) == ROUTER
    door = config.child("ip access-list extended DOOR")
    assert door is not None
    assert [node.number for node in door.children][1:] == [1000, 2000, 3000, 4000]


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (("no object-group service KNOCKS",), "in use"),
        (("no class-map match-any CM",), "is being used"),
        (("no class-map type logging match-any CM_LOG",), "is being used"),
        (("no policy-map PM",), "is being used"),
        (("no policy-map type logging PM_LOG",), "is being used"),
        (("policy-map MORE", "class NOBODY"), "not configured"),
        (("control-plane host", "service-policy input NOBODY"), "not configured"),
        (("ip access-list extended DOOR", "10 permit tcp any any"), "Duplicate sequence number"),
        (("ip access-list extended DOOR", "permit object-group NOBODY any any"), "Failed to add"),
    ],
    ids=lambda value: " / ".join(value) if isinstance(value, tuple) else None,
)  # fmt: skip
def test_what_is_refused_changes_nothing(lines: tuple[str, ...], answer: str) -> None:
    """§10, §11: what is in use stays; nothing refers to what is not there."""
    config = typed(with_numbers(parse(ROUTER)), *lines[:-1])
    mode = lines[:-1] or ()
    with pytest.raises(Refused) as caught:
        apply(config, mode, lines[-1])
    assert answer in caught.value.answer
