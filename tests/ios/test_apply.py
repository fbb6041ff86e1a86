"""Which lines IOS refuses, in its own words, and what it does with one that is in use."""

from __future__ import annotations

import pytest
from typed_lines import IN_USE, shown, typed

from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.apply import apply
from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import Refused


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        # ios-facts §10 and §11, one row a refusal
        (("no class-map match-any CM",), "% Class-map CM is being used"),
        (("no class-map CM",), "% Class-map CM is being used"),
        (("no policy-map PM",), "% Policy-map PM is being used"),
        (("no object-group service OG",), "% Object-group OG is in use"),
        (("object-group service OG", "no tcp eq 22"), "may not become empty"),
        (("policy-map PM", "class NOBODY"), "% class map NOBODY not configured"),
        (("control-plane", "service-policy input NOBODY"), "% policy map NOBODY not configured"),
        (("control-plane host", "service-policy input OTHER"), "already attached"),
        (("ip access-list extended X", "10 permit ip any any"), ""),
        (("ip access-list extended X", "10 deny tcp any any"), "% Duplicate sequence number"),
        (
            ("ip access-list extended X", "permit object-group NOBODY any any"),
            "%Failed to add ace to access-list",
        ),
        (("ip access-list extended X", "permit nonsense any any"), "% Invalid input"),
        (("ip access-list extended X", "permit tcp any"), "% Invalid input"),
        (("hostnome r1",), "% Invalid input"),
        (("class-map match-any CM", "drop"), "% Invalid input"),
        (("ip access-list resequence NOBODY 10 10",), "does not exist"),
    ],
    ids=lambda value: " / ".join(value) if isinstance(value, tuple) else None,
)
def test_ios_refuses_in_its_own_words(lines: tuple[str, ...], answer: str) -> None:
    config = with_numbers(parse(IN_USE))
    before = typed(config, *lines[:-1])
    assert before.mode is not None
    if not answer:
        assert apply(before.config, before.mode, lines[-1]).config == config
        return
    with pytest.raises(Refused) as caught:
        apply(before.config, before.mode, lines[-1])
    assert answer in caught.value.answer


ALIKE = """\
object-group service OG
 tcp eq 22
object-group service OG_2
 tcp eq 23
object-group service ALL
 group-object OG_2
class-map match-any CM
 match any
class-map match-any CM_2
 match any
policy-map PM
 class CM_2
policy-map PM_2
 class CM_2
interface GigabitEthernet0/0
 service-policy output PM_2
ip access-list extended X
 remark object-group OG2 is for OG
 permit object-group OG_2 any any
"""


@pytest.mark.parametrize(
    "line", ["no object-group service OG", "no class-map match-any CM", "no policy-map PM"]
)
def test_a_name_in_which_another_begins_is_not_in_use(line: str) -> None:
    assert f"{line.removeprefix('no ')}\n" not in shown(ALIKE, line)
    with pytest.raises(Refused):
        shown(ALIKE, f"{line}_2")


def test_a_group_within_a_group_is_in_use() -> None:
    """ios-facts §6: `group-object`."""
    unbound = ("no ip access-list extended X",)
    with pytest.raises(Refused, match="OG_2 is in use"):
        shown(ALIKE, *unbound, "no object-group service OG_2")
    text = shown(ALIKE, *unbound, "no object-group service ALL", "no object-group service OG_2")
    assert "OG_2" not in text


def test_members_of_a_group_in_use_may_change_if_it_never_is_empty() -> None:
    text = shown(IN_USE, "object-group service OG", "tcp eq 80", "no tcp eq 22")
    assert "object-group service OG\n tcp eq www\n" in text


def test_a_policy_goes_before_another_takes_its_place() -> None:
    text = shown(
        IN_USE, "control-plane host", "no service-policy input PM", "service-policy input OTHER"
    )
    assert text.endswith("control-plane host\n service-policy input OTHER\n")


def test_an_empty_control_plane_host_is_not_printed() -> None:
    text = shown(IN_USE, "control-plane host", "no service-policy input PM")
    assert "control-plane" not in text
    for path in ("host", "transit", "cef-exception"):  # a session may end behind the header
        entered = apply(parse(text), (), f"control-plane {path}")
        assert entered.config == parse(text)
        assert apply(entered.config, entered.mode or (), "no service-policy input PM") == entered
