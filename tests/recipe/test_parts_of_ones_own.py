"""An enforcement and an engine of one's own: a page each, and no other file knows of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from e2e.support import NEW, change, edit_host, knockdeploy, lab, settings, snapshot

from knockdeploy.intent import Intent
from knockdeploy.ios import view
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.lab.fabric import Fabric
from knockdeploy.recipe.grant.lock_and_key import LockAndKey
from knockdeploy.recipe.owned import Owned, Scope, lines_that
from knockdeploy.recipe.part import Enforcement, Engine
from knockdeploy.recipe.placement import Placement
from knockdeploy.recipe.platforms import PLATFORMS, Platform
from knockdeploy.recipe.running import Running
from knockdeploy.recipe.trigger.control_plane_log import ControlPlaneLog
from knockdeploy.secrets import Secret
from knockdeploy.sequence import KnockSequence

pytestmark = pytest.mark.lab
PLATFORM = "cisco_ios"

BOUNCER = """\
ip access-list extended {{ acl }}
 permit object-group {{ names.knock_group }} any {{ destination }}
{% for template in granting %}
{% include template %}

{% endfor %}
 deny object-group {{ names.service_group }} any any
 permit ip any any
{% for name in interface %}
interface {{ name }}
 ip access-group {{ acl }} in
{% endfor %}
"""
LISTENER = """\
{% include "ios/engine/environment.j2" %}

event manager environment _listener_Since 2026
{% filter replace("applet " ~ names.applet, "applet LISTENER") %}
{% include "ios/engine/applet.j2" %}

{% endfilter %}
"""


class Bouncer(Enforcement):
    """A list of its own on every interface that the intent names, whatever else is there."""

    templates = ("ios/enforcement/bouncer.j2",)

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        binding = lines_that(lambda text: text == f"ip access-group {at.acl} in")
        return (
            Owned("ip access-list extended", at.acl, "bouncer"),
            *(
                Owned("interface", name, "bouncer-binding", Scope.ENTRIES, lines=binding)
                for name in at.interfaces
            ),
        )

    def place(self, running: Running, intent: Intent, at: Placement, dialect: Dialect) -> Placement:
        names = tuple(map(view.interface_name, intent.interface))
        return replace(
            at,
            destination=running.interfaces[names[0]].address,
            aim=running.interfaces[names[0]].address,
            acl="ACL_Bouncer",
            interfaces=names,
            record=at.record.setting("enforcement.bouncer", True),
        )


class Listener(Engine):
    """The applet under a name of its own, beside a variable of its own."""

    templates = ("ios/engine/listener.j2",)

    def owned(self, at: Placement) -> tuple[Owned, ...]:
        variables = ("_knock_Services", "_knock_Timeout", "_listener_Since")
        return (
            Owned("service", "sequence-numbers", "numbers", Scope.LINE),
            *(
                Owned("event manager environment", name, "variable", Scope.LINE)
                for name in variables
            ),
            Owned(
                "event manager applet", "LISTENER", "listener", replaced=True,
                secret=Secret.PATTERNS,
            ),
        )  # fmt: skip

    def hears(self, config: Node, intent: Intent, knocks: KnockSequence) -> bool:
        return config.child("event manager applet LISTENER") is not None


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Fabric]:
    """A router on a platform that has these parts."""
    has = Platform(
        ControlPlaneLog(), LockAndKey(), {"applet": Listener()}, {"interface-acl": Bouncer()}
    )
    monkeypatch.setitem(PLATFORMS, PLATFORM, has)
    for name, text in (("enforcement/bouncer.j2", BOUNCER), ("engine/listener.j2", LISTENER)):
        file = tmp_path / "ios" / name
        file.parent.mkdir(parents=True)
        file.write_text(text)
    with lab(kind=NEW) as running:
        edit_host(running, platform=PLATFORM)
        settings(running, templates=str(tmp_path))
        yield running


def test_they_are_rendered_deployed_proved_checked_and_removed(fleet: Fabric) -> None:
    before = snapshot(fleet)
    rendered = knockdeploy(fleet, "render")
    assert rendered.status == 0
    assert "event manager applet LISTENER" in rendered.out
    planned = knockdeploy(fleet, "plan", "--json").host()
    assert planned["status"] == "changed"
    assert not any("ACL_Internet_In" in each["line"] for each in planned["commands"])

    deployed = knockdeploy(fleet, "deploy", "--yes", "--json")
    assert deployed.status == 0, deployed.err
    assert deployed.host()["proof"]["level"] == "door"
    text = to_text(snapshot(fleet).running)
    assert "ip access-group ACL_Bouncer in" in text
    assert "_knock_Owned v2,enforcement.bouncer=ours\n" in text
    assert "EEM_Knock" not in text

    assert knockdeploy(fleet, "plan").status == 0
    assert knockdeploy(fleet, "check").status == 0
    removed = knockdeploy(fleet, "remove", "--yes", "--open", "--json")
    assert removed.status == 0, removed.err
    assert snapshot(fleet) == before


def test_what_they_own_is_looked_after(fleet: Fabric) -> None:
    assert knockdeploy(fleet, "deploy", "--yes", "--no-proof").status == 0
    change(fleet, "no event manager applet LISTENER")
    found = knockdeploy(fleet, "check", "--json")
    assert found.status == 2
    assert "listener" in found.findings()
