"""Draw the pictures of README from a real run against a virtual router: ``make docs``.

Each is what a terminal shows, as SVG, once for a light page and once for a dark one; nothing in
them is loaded from elsewhere.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from netmiko import ConnectHandler
from rich.console import Console, Group
from rich.panel import Panel
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME
from rich.text import Text

from knockdeploy.knock.probe import probe
from knockdeploy.lab import configs
from knockdeploy.lab.fabric import Fabric, fabric

FOLDER: Final = Path(__file__).parent / "pictures"
THEMES: Final = {"light": DEFAULT_TERMINAL_THEME, "dark": SVG_EXPORT_THEME}
_WIDTH: Final = 112
_ROUTER: Final = "r1"
_STRANGER: Final = "127.66.0.1"
_FROM_ELSEWHERE: Final = re.compile(r"\s*@font-face \{.*?\n    \}\n|\s*<!--.*?-->", re.DOTALL)
_MATTERS: Final = re.compile(
    r"DROP|permit object-group OG_Knock_Services host|(?:wrong|right) knock"
)


def main() -> None:
    """Deploy to a virtual router, knock at it, and draw what was printed."""
    with tempfile.TemporaryDirectory() as folder, fabric(folder=Path(folder), base_port=0) as lab:
        pictures = {
            "deployment": ("knockdeploy deploy", Group(*_deployment(lab))),
            "mechanism": ("a knock, as the router sees it", Group(*_mechanism(lab))),
        }
    FOLDER.mkdir(exist_ok=True)
    for name, (title, what) in pictures.items():
        for theme in THEMES:
            (FOLDER / f"{name}-{theme}.svg").write_text(_drawn(what, title, theme), "utf-8")


def _deployment(lab: Fabric) -> Iterator[Panel]:
    """Yield what a deployment prints: what it closes, each step, and the result."""
    done = _run(lab, "deploy", "-l", _ROUTER, "--yes")
    told = [line for line in done.splitlines() if line.startswith(_ROUTER)]
    yield _panel(f"$ knockdeploy deploy -l {_ROUTER}", told)


def _mechanism(lab: Fabric) -> Iterator[Panel]:
    """Yield the four places of a knock: who sends it, the log, the access list, the door."""
    place = lab.routers[_ROUTER].place
    knocked = _run(lab, "knock", _ROUTER)
    with ConnectHandler(
        device_type="cisco_ios",
        host=place.inside,
        port=place.sockets[22],
        username=configs.USERNAME,
        password=configs.PASSWORD,
    ) as router:
        log = str(router.send_command("show logging"))
        acl = str(router.send_command("show ip access-lists ACL_Internet_In"))
    dropped = [line for line in log.splitlines() if "%CP-6-" in line]
    entries = [line for line in acl.splitlines() if "Knock_Services" in line]
    yield _panel("1  packets to secret ports, in order: knockdeploy knock r1", knocked.splitlines())
    yield _panel("2  the control plane drops and logs them: show logging", dropped[-5:])
    yield _panel("3  an applet reads the log and opens one entry: show ip access-lists", entries)
    yield _panel(
        "4  for that source alone: 22/tcp",
        [f"{source:<12} {_answer(lab, source)}" for source in ("127.0.0.1", _STRANGER)],
    )


def _answer(lab: Fabric, source: str) -> str:
    place = lab.routers[_ROUTER].place
    seen = probe(place.outside, place.sockets[22], service_port=22, source=source)
    return f"{'open' if seen.is_open else 'shut'}: {seen.how}"


def _run(lab: Fabric, *words: str) -> str:
    """Return what knockdeploy prints."""
    command = [sys.executable, "-m", "knockdeploy", *words, "-c", str(lab.config_file)]
    done = subprocess.run(  # noqa: S603  # ourselves
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
    )
    return done.stdout


def _panel(title: str, lines: Iterable[str]) -> Panel:
    text = Text("\n".join(line.rstrip() for line in lines))
    text.highlight_regex(_MATTERS, "bold green")
    return Panel(text, title=title, title_align="left", border_style="cyan")


def _drawn(what: Group, title: str, theme: str) -> str:
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), highlight=False)
    console.print(what)
    picture = console.export_svg(title=title, theme=THEMES[theme], unique_id=f"k-{theme}")
    return _FROM_ELSEWHERE.sub("", picture).replace("Fira Code", "ui-monospace")


if __name__ == "__main__":
    main()
