"""Which lines are sent one at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cases import _case, _folders

from knockdeploy.command import Command, Phase, sending
from knockdeploy.device.sending import writes
from knockdeploy.ios.tree import Node

GROUP, ACL = "object-group service ", "ip access-list extended "


def _is_bound(config: Node, name: str) -> bool:
    """Tell whether any interface has the list, read plainly."""
    return any(
        line.text.split()[:3] == ["ip", "access-group", name]
        for node in config.children
        for line in node.children
    )


def _polices(config: Node, name: str) -> bool:
    """Tell whether a class of a policy on the control plane matches the list, read plainly."""
    policies, classes, matching = set(), set(), set()
    for node in config.children:
        for line in node.children:
            words = line.text.split()
            if node.text.startswith("control-plane") and words[0] == "service-policy":
                policies.add(words[-1])
            matches = line.text == f"match access-group name {name}"
            if node.text.startswith("class-map ") and matches:
                matching.add(node.text.split()[-1])
    for node in config.children:
        if node.text.startswith("policy-map ") and node.text.split()[-1] in policies:
            classes |= {line.text.split()[-1] for line in node.children}
    return bool(classes & matching)


def _filters(config: Node, group: str) -> bool:
    """Tell whether an entry of any list uses the group, read plainly."""
    return any(
        f"object-group {group} " in f"{line.text} "
        for node in config.children
        if node.text.startswith(ACL)
        for line in node.children
    )


def _must_be_alone(before: Node, command: Command) -> bool:
    """Entries of an ACL in use, members of a group in use, bindings, and every `no`."""
    words = ("no ", "ip access-group ", "service-policy ", "ip access-list resequence ")
    section = command.parents[0] if command.parents else ""
    if "zone-pair " in f"{section} {command.line}":
        # without a policy it may drop the next line (ios-facts-more §A, unknown)
        return False
    return (
        command.line.startswith(words)
        or (section.startswith(ACL) and _is_bound(before, section.removeprefix(ACL)))
        or (section.startswith(ACL) and _polices(before, section.removeprefix(ACL)))
        or (section.startswith(GROUP) and _filters(before, section.removeprefix(GROUP)))
    )


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_what_may_cut_somebody_off_is_answered_before_the_next_line(folder: Path) -> None:
    plan = _case(folder).plan
    before = plan.before
    for step in plan.steps:
        assert step.command.alone == _must_be_alone(before, step.command), step.command.line
        before = step.after


@pytest.mark.parametrize(
    ("number", "phases", "said"),
    [
        (12, [Phase.OPEN], "open: sending 12 commands (nobody is shut out)"),
        (1, [Phase.CLOSE], "close: sending 1 command (the door shuts)"),
        (0, [Phase.OPEN], "open: nothing to send"),
        (3, [Phase.OPEN, Phase.CLOSE], "open and close: sending 3 commands"),
    ],
)
def test_what_lines_do_to_others_is_told_as_they_are_sent(
    number: int, phases: list[Phase], said: str
) -> None:
    assert sending(number, *phases) == said


@pytest.mark.parametrize("folder", _folders(refused=False))
def test_the_control_plane_is_entered_once(folder: Path) -> None:
    """Each time takes two round trips; running-config has both policies in one section (§7)."""
    sent = writes(_case(folder).plan.commands)
    entered = [typed.text for write in sent for typed in write if typed.enters]
    assert entered.count("control-plane host") <= 1
