"""The acts of the demo, in order.

A chapter's heading says what is done and why; what is printed below it as seen was read from a
socket or a ``show`` just then. An act returns whether it saw what was to be expected.
"""

from __future__ import annotations

from collections.abc import Callable

from knockdeploy.cli.demo import router_tasks
from knockdeploy.cli.demo.narrator import Story
from knockdeploy.cli.outcome_lines import (
    check_lines,
    deploy_lines,
    plan_lines,
    proof_text,
    shown_diff,
)
from knockdeploy.cli.plans import expected
from knockdeploy.tasks.check import check as check_task
from knockdeploy.tasks.deploy import deploy as deploy_task
from knockdeploy.tasks.plan import plan as plan_task

_SHOWN = "r1"
"""The router whose diff and proof are shown in full, and on which somebody types by hand."""


def tell(story: Story) -> None:
    """Play the acts until one does not see what it expects."""
    all(act(story) for act in _ACTS)


def introduce(story: Story) -> bool:
    """Show the routers as they are."""
    story.chapter(
        "Branch routers",
        f"""Virtual ones, which speak what {story.wording.ios} speaks: each on two addresses of this
        machine, one as its inside and one as its outside. We come by the inside. What their
        services answer to us at the outside, before anything is changed:""",
    )
    return story.expect("introduce", story.run(router_tasks.introduce), "read")


def deploy(story: Story) -> bool:
    """Plan, show the diff, deploy what was shown."""
    story.chapter(
        "What each needs",
        """The plan is read from the router and changes nothing. Knock ports are secrets and masked
        wherever they are shown.""",
        "knockdeploy plan",
    )
    planned = story.run(plan_task)
    story.show(f"--- {_SHOWN}\n{shown_diff(planned[_SHOWN])}")
    if not story.expect("plan", planned, "changed", plan_lines):
        return False
    story.chapter(
        "Deploy, with its proof",
        """The router's own revert timer is armed first. What shuts nobody out is sent, and knocked
        at: wrong, then right. Only then the line that shuts the door is sent; the door is tried,
        and knocked at again. A new session compares, confirms and saves.""",
        "knockdeploy deploy",
    )
    deployed = story.run(deploy_task, expected=expected(planned))
    as_expected = story.expect("deploy", deployed, "deployed", deploy_lines)
    story.show(proof_text(_SHOWN, deployed[_SHOWN]))
    return as_expected


def shut(story: Story) -> bool:
    """Try the door."""
    story.chapter("The door", "What the outside address answers now, without a knock:")
    return story.expect("shut", story.run(router_tasks.look), "shut")


def wrong_knock(story: Story) -> bool:
    """Knock in the wrong order."""
    story.chapter(
        "A wrong knock",
        "The right ports in the wrong order. What the router's list holds then, and what we get:",
    )
    return story.expect("wrong knock", story.run(router_tasks.knock_wrong), "shut")


def right_knock(story: Story) -> bool:
    """Knock in the right order."""
    story.chapter(
        "The right knock",
        f"The right ports in the right order make {story.wording.opens}. The same two questions:",
        "knockdeploy knock HOST",
    )
    return story.expect("right knock", story.run(router_tasks.knock_right), "open")


def log_in(story: Story) -> bool:
    """Go through the open door."""
    story.chapter("Through the door", "SSH to the outside address. Who the router says we are:")
    return story.expect("login", story.run(router_tasks.log_in), "logged in")


def stranger(story: Story) -> bool:
    """Try the door as somebody who has not knocked."""
    story.chapter(
        "A stranger",
        "An entry is meant for one source alone. What "
        f"{router_tasks.STRANGER} gets, without a knock:",
    )
    seen = story.run(router_tasks.look_as_stranger)
    return story.expect("stranger", seen, "shut")


def drift(story: Story) -> bool:
    """Type by hand what opens SSH to the world, and let check look for it."""
    story.chapter(
        "Drift",
        f"Somebody in a hurry logs in to {_SHOWN} and types one line. What comes first in the list "
        "then, temporary entries apart, and what the stranger gets:",
    )
    if not story.expect("drift", story.run(router_tasks.drift, [_SHOWN]), "open"):
        return False
    story.chapter("Check", "Each router is compared with what it should be.", "knockdeploy check")
    checked = story.run(check_task)
    wanted = dict.fromkeys(checked, "compliant") | {_SHOWN: "drifted"}
    return story.expect("check", checked, wanted, check_lines)


def deploy_again(story: Story) -> bool:
    """Remove the drift."""
    story.chapter(
        "A second deploy",
        "The same command takes away what does not belong there, and proves the door again.",
        f"knockdeploy deploy -l {_SHOWN}",
    )
    deployed = story.run(deploy_task, [_SHOWN])
    story.show(shown_diff(deployed[_SHOWN]))
    return story.expect("deploy again", deployed, "deployed", deploy_lines)


def end(story: Story) -> bool:
    """Check and plan once more."""
    story.chapter("Check and plan, once more", "Is there anything left to say, or to do?")
    return (
        story.expect("check again", story.run(check_task), "compliant", check_lines)
        and story.expect("plan again", story.run(plan_task), "unchanged", plan_lines)
        and story.expect("shut again", story.run(router_tasks.look, [_SHOWN]), "shut")
    )


_ACTS: tuple[Callable[[Story], bool], ...] = (
    introduce,
    deploy,
    shut,
    wrong_knock,
    right_knock,
    log_in,
    stranger,
    drift,
    deploy_again,
    end,
)
