"""How the proof catches a broken recipe: one line of a template is replaced, then deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from knockdeploy.cli.demo import router_tasks
from knockdeploy.cli.demo.ingredients import USUAL, Ingredients, refuse_unknown
from knockdeploy.cli.demo.narrator import Story
from knockdeploy.cli.outcome_lines import deploy_lines, proof_text
from knockdeploy.errors import InputError, InternalError, Mistake
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.report.outcome import Outcome
from knockdeploy.tasks.deploy import deploy as deploy_task

_FOLDER = "templates"
_USUAL = Behaviour()


@dataclass(frozen=True, slots=True)
class Sabotage:
    """Lines of ours, and what is there instead: nothing, or something worse.

    ``needed`` are the keys of the intent that it needs, where not those that the door needs.
    """

    template: str
    ours: str
    theirs: str = ""
    behaviour: Behaviour = _USUAL
    needed: tuple[str, ...] | None = None


_SABOTAGES: Mapping[str, Sabotage] = {
    # ios-facts §1: nothing is logged that the control plane does not drop.
    "drop": Sabotage(
        "trigger/policing.j2",
        " class {{ names.copp_class }}\n  drop",
        " class {{ names.copp_class }}",
    ),
    # The article's own (ios-facts §2): greedy, it takes the last address, the router's. It does
    # not match at all where the message begins with a newline.
    "regexp": Sabotage(
        "engine/applet.j2",
        r'regexp "^[^0-9%]*([0-9][0-9][0-9][0-9][0-9][0-9]+): [^%]*%CP-6-'
        r'{{ knock.protocol | upper }}: DROP[^(]* ({{ source }})\(" "$_syslog_msg" '
        r"_knock_RegEx_Result _knock_Sequence_E{{ loop.index }} _knock_Source_E{{ loop.index }}",
        r'regexp "^([0-9]+):.*DROP.* ([0-9.]+)" "$_syslog_msg" _knock_RegEx_Result '
        r"_knock_Sequence_E{{ loop.index }} _knock_Source_E{{ loop.index }}",
        Behaviour(message_newline=False),
    ),
    "dynamic": Sabotage(
        "grant/lock_and_key.j2",
        " dynamic {{ dynamic }} permit object-group {{ names.service_group }} "
        "any {{ destination }}",
    ),
    "deny": Sabotage(
        "enforcement/acl.j2", " deny object-group {{ names.service_group }} any {{ address }}"
    ),
}
# In the list of a class that drops, what is permitted is dropped.
_SHUT_BY_CLASS = " permit object-group {{ names.service_group }} any {{ address }}"
_UNDER: Mapping[tuple[str, str], Sabotage] = {
    # iosxe-facts §1a: the entry denies as before, and nothing tells of it.
    ("iosxe", "drop"): Sabotage(
        "trigger/acl_log.j2",
        " deny {{ knock.protocol }} any gt 0 {{ destination }} eq {{ knock.port }} log",
        " deny {{ knock.protocol }} any gt 0 {{ destination }} eq {{ knock.port }}",
    ),
    # Greedy, as the article's: the last address is the router's own, whose lines there are none of.
    ("iosxe", "regexp"): Sabotage(
        "engine/log_applet.j2",
        r'regexp "denied {{ knocks[-1].protocol }} ({{ source }})\(" "$_syslog_msg" _knock_Line '
        "_knock_Source",
        r'regexp "denied.* ([0-9.]+)\(" "$_syslog_msg" _knock_Line _knock_Source',
    ),
    # What is typed into the slot is no entry.
    ("iosxe", "dynamic"): Sabotage(
        "grant/numbered_ace.j2",
        "permit {{ opening.protocol }} host $_knock_Source gt 0 {{ destination }} eq "
        "{{ opening.port }}",
        "permit",
    ),
    ("iosxe", "deny"): Sabotage(
        "enforcement/logged_acl.j2",
        " deny {{ opening.protocol }} any {{ address }} eq {{ opening.port }}",
    ),
    ("zone", "deny"): Sabotage("enforcement/zone.j2", _SHUT_BY_CLASS),
    ("copp", "deny"): Sabotage("enforcement/copp.j2", _SHUT_BY_CLASS),
    # A session that comes in by knocks would be refused before anything is sent.
    ("copp", "dynamic"): replace(
        _SABOTAGES["dynamic"], needed=("management_sources: [127.0.0.1/32]", "destination: any")
    ),
}
"""On another platform, or under another enforcement: what else the same sabotage is."""

WORDS = tuple(_SABOTAGES)


def named(word: str, ingredients: Ingredients = USUAL) -> Sabotage:
    """Return the sabotage of this name.

    Raises:
        InputError: there is none, or none of it in what the routers get.
    """
    refuse_unknown("sabotage", word, WORDS)
    under = (_UNDER.get((each, word)) for each in (ingredients.platform, ingredients.enforcement))
    found = next(filter(None, under), _SABOTAGES[word])
    if found.template.endswith("applet.j2") and ingredients.engine != "applet":
        hint = "--engine applet, or another sabotage"
        what = f"sabotage {word} breaks the applet, and engine {ingredients.engine} has none"
        raise InputError(Mistake(what, hint, key="--sabotage"))
    return found


def tell(story: Story, sabotage: Sabotage, config_file: Path) -> None:
    """Deploy the broken recipe, and look at the routers afterwards."""
    story.chapter(
        "A branch router",
        f"""A virtual router, which behaves as {story.wording.ios} does, on two addresses of this
        machine. What its services answer to us at the outside, before anything is changed:""",
    )
    before = story.run(router_tasks.introduce)
    if not story.expect("introduce", before, "read"):
        return
    story.chapter(
        "The sabotage",
        "The project gets a template of its own, which is ours but for one line:",
    )
    story.show(_install(sabotage, config_file.parent))
    story.chapter(
        "Deploy",
        "The revert timer is armed, and every step is proved before the next.",
        "knockdeploy deploy",
    )
    deployed = story.run(deploy_task)
    story.expect("deploy", deployed, "deployed", deploy_lines)
    for host, outcome in deployed.items():
        story.show(proof_text(host, outcome))
    story.chapter(
        "The router now", "Its running and startup configuration and its answers, read again:"
    )
    now = story.run(router_tasks.introduce)
    compared = {host: _compared(outcome, before[host]) for host, outcome in now.items()}
    story.expect("as before", compared, "as before")


def _install(sabotage: Sabotage, folder: Path) -> str:
    """Put the broken template in the project and return its difference from ours.

    Raises:
        InternalError: our template has no such line any more.
    """
    ours = (files("knockdeploy.templates") / "ios" / sabotage.template).read_text("ascii")
    if ours.count(f"{sabotage.ours}\n") != 1:
        raise InternalError(f"{sabotage.template} has changed")
    broken = folder / _FOLDER / "ios" / sabotage.template
    broken.parent.mkdir(parents=True)
    theirs = f"{sabotage.theirs}\n" if sabotage.theirs else ""
    broken.write_text(ours.replace(f"{sabotage.ours}\n", theirs), "ascii")
    with (folder / "config.yaml").open("a", encoding="ascii") as config:
        config.write(f"    templates: {_FOLDER}\n")  # under user_defined.knockdeploy, its last key
    lines = [f"--- {_FOLDER}/ios/{sabotage.template}"]
    lines += [f"- {line}" for line in sabotage.ours.splitlines()]
    return "\n".join([*lines, *(f"+ {line}" for line in sabotage.theirs.splitlines())])


def _compared(now: Outcome, before: Outcome) -> Outcome:
    """Return what a router is like now as one that is as before, or changed."""
    if now.error is not None:
        return now
    return replace(now, status="as before" if now == before else "changed")
