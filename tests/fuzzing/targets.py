"""What is fed with anything: inventories, running-configs, what `show` prints."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from mistakes.project import CONFIG, CONFIG_FILE, HOSTS_FILE, Row, hosts, write

from knockdeploy.device import answers, interjections, prompts, refusals, shows
from knockdeploy.errors import InputError, RouterError
from knockdeploy.intent import intent_from
from knockdeploy.inventory import load
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.operator import Operator
from knockdeploy.plan.planner import make_plan
from knockdeploy.plan.site import survey
from knockdeploy.rendering import render

CASES = Path(__file__).parent.parent / "cases"
_INTENT = intent_from(
    {
        "ports": [46543, 28654, 40204, 57566, 34515],
        "services": ["22/tcp", "80/tcp", "443/tcp-udp"],
        "interface": "GigabitEthernet0/0",
        "new_acl_entries": ["permit ip any any"],
        "management_sources": ["192.0.2.0/24"],
    }
)
_OPERATOR = Operator("192.0.2.7", "203.0.113.10", "GigabitEthernet0/0")
_SHOWN = (
    shows.version,
    shows.own_user,
    shows.way_back,
    shows.pending,
    shows.class_packets,
    shows.access_lists,
    lambda text: shows.connected_to(text, "192.0.2.7"),
    prompts.looks_like_prompt,
    answers.configuration,
    interjections.cleaned,
    refusals.refusal,
    refusals.exec_refusal,
)


def running_config(data: bytes) -> None:
    """Whatever a router prints is parsed, printed again, and planned for or refused."""
    running = parse(data.decode("latin-1"))
    parse(to_text(running))
    with suppress(RouterError, InputError):  # of what no IOS prints, also that we do not see why
        running = with_numbers(running)
        site = survey(running, _INTENT)
        wanted = parse(render(_INTENT, site))
        make_plan(running, wanted, _INTENT, _OPERATOR, site=site)


def shown(data: bytes) -> None:
    """No answer of a router's ends in a traceback."""
    text = data.decode("latin-1")
    for read in _SHOWN:
        with suppress(RouterError):
            read(text)


def inventory(data: bytes) -> None:
    """Whatever stands in a hosts' file is loaded or refused."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        write(project, Row("", None, None, None, (), {HOSTS_FILE: data}))
        with suppress(InputError):
            load(project / CONFIG_FILE, (), ())


def _cases(name: str) -> Callable[[], Iterable[bytes]]:
    return lambda: (file.read_bytes() for file in sorted(CASES.glob(f"*/{name}")))


TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], Iterable[bytes]]]] = {
    "running-config": (running_config, _cases("running.cfg")),
    "shows": (shown, _cases("running.cfg")),
    "inventory": (inventory, lambda: (hosts().encode(), CONFIG.encode())),
}
