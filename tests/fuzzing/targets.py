"""What is fed with anything: inventories, running-configs, what `show` prints."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from mistakes.project import CONFIG, CONFIG_FILE, HOSTS_FILE, Row, hosts, write
from planning import make_plan, masker, render, survey

from knockdeploy.command import Command
from knockdeploy.compliance.transcript import redacted
from knockdeploy.device import (
    answers,
    async_messages,
    login,
    prompts,
    reading,
    refusals,
    revert,
    show_output,
)
from knockdeploy.device.session import RouterSession
from knockdeploy.device.terminal import AnswerLimits, Terminal
from knockdeploy.errors import InputError, RouterError
from knockdeploy.intent import intent_from
from knockdeploy.inventory import load
from knockdeploy.ios import counters, groups, view
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import to_text
from knockdeploy.ios.version import version_of
from knockdeploy.octets import bytes_of, readable, text_of
from knockdeploy.operator import Operator
from knockdeploy.store.config_files import load_saved

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
_MASKER = masker(_INTENT.sequence, b"key", _INTENT.names)
_OPERATOR = Operator("192.0.2.7", "203.0.113.10", "GigabitEthernet0/0")
_SHOWN = (
    version_of,
    show_output.own_user,
    show_output.way_back,
    show_output.pending,
    counters.class_packets,
    counters.access_lists,
    lambda text: show_output.connected_to(text, "192.0.2.7"),
    prompts.looks_like_prompt,
    answers.configuration,
    lambda text: async_messages.Incoming().feed(text),
    refusals.refusal,
    refusals.exec_refusal,
)


def running_config(data: bytes) -> None:
    """Whatever a router prints is parsed, printed again, and planned for or refused."""
    running = parse(text_of(data))
    parse(to_text(running))
    with suppress(RouterError, InputError):  # of what no IOS prints, also that we do not see why
        running = with_numbers(running)
        site = survey(running, _INTENT)
        wanted = parse(render(_INTENT, site))
        make_plan(running, wanted, _INTENT, _OPERATOR)


def saved(data: bytes) -> None:
    """Whatever a saved file has, it is a configuration, kept byte for byte, or named with why."""
    assert bytes_of(text_of(data)) == data
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "r1").write_bytes(data)
        with suppress(RouterError):
            text = load_saved(Path(folder), "r1").text
            config = parse(text)
            parse(to_text(config))
            redacted(text, _MASKER)
            view.own_addresses(config)
            for group in groups.groups_of(config):
                list(groups.not_understood(group))
            readable(text)


def shown(data: bytes) -> None:
    """No answer of a router's ends in a traceback."""
    text = text_of(data)
    for read in _SHOWN:
        with suppress(RouterError):
            read(text)


class _Printed:
    """A channel that prints this, piece by piece, whatever is typed."""

    def __init__(self, data: bytes) -> None:
        self._left = data[1:]
        self._piece = 1 + data[0] if data else 1

    def sendall(self, s: bytes, /) -> None:
        """Take what is typed."""

    def recv(self, nbytes: int, /) -> bytes:
        if not self._left:
            raise TimeoutError
        piece, self._left = self._left[: self._piece], self._left[self._piece :]
        return piece

    def settimeout(self, timeout: float | None, /) -> None:
        """Be silent at once."""


def answered(data: bytes) -> None:
    """Whatever a router prints, a session has answers or an error; a configuration is whole."""
    opened = RouterSession(
        Terminal(_Printed(data), "r1:22", AnswerLimits(chars=100_000, line_chars=2_000)),
        prompts.Prompt("R1#"),
        another=lambda: opened,
        hang_up=lambda: None,
    )
    with suppress(RouterError):
        shown = reading.running_config(opened)
        assert shown.rstrip().rpartition("\n")[2].rstrip() == "end"
    with suppress(RouterError):
        opened.configure([Command("class-map X"), Command("match any", ("class-map X",))])
    with suppress(RouterError):
        revert.arm(opened, 5)
    with suppress(RouterError):
        opened.run("write memory", replies={r"\[confirm\]": "\n"})


def greeted(data: bytes) -> None:
    """Whatever greets us, we are logged in or told why not."""
    terminal = Terminal(_Printed(data), "r1:22", AnswerLimits(chars=100_000, line_chars=2_000))
    with suppress(RouterError):
        assert login.prepare(terminal, "letmein-77").text.endswith(("#", ">"))


def _transcripts() -> Iterable[bytes]:
    echo = "show running-config\r\nBuilding configuration...\r\n\r\n"
    for file in sorted(CASES.glob("*/running.cfg"))[::8]:
        text = file.read_text(encoding="latin-1").replace("\n", "\r\n")
        yield f"@{echo}{text}\r\nend\r\n\r\nR1#class-map X\r\nR1(config-cmap)#".encode("latin-1")
    warned = "Rollback Confirmed Change: Rollback will begin in one minute.\r\n"
    banner = "banner motd ^C\r\nend\r\nR1#\r\n^C"
    yield f"\x05{echo}hostname R1\r\n{banner}\r\n{warned}end\r\nR1#".encode()
    yield b"\x40write memory\r\nOverwrite?[confirm]\r\nBuilding configuration...\r\n[OK]\r\nR1#"


def _greetings() -> Iterable[bytes]:
    typed = "terminal width 511\r\nR1#terminal length 0\r\nR1#show privilege\r\n"
    for level in (1, 7, 15):
        shown = f"{typed}Current privilege level is {level}\r\nR1#".replace("#", "#>"[level == 1])
        yield f"@\r\nword#\r\n\r\nR1{'#>'[level == 1]}{shown}enable\r\nPassword: \r\nR1#".encode()


def inventory(data: bytes) -> None:
    """Whatever stands in a hosts' file is loaded or refused."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        write(project, Row("", None, None, None, (), {HOSTS_FILE: data}))
        with suppress(InputError):
            load(project / CONFIG_FILE, (), ())


def _sessions() -> Iterable[bytes]:
    more = b" --More-- " + b"\b" * 9 + b" " * 8 + b"\b" * 9
    for file in sorted(CASES.glob("*/running.cfg"))[::8]:
        yield file.read_bytes()
        yield file.read_bytes().replace(b"\n ", b"\r\n" + more + b" ")
    banners = "aaa authentication banner ^C", "menu Ops title #", "macro name X"
    for banner, end in zip(banners, "^C", strict=False):
        yield f"version 15.2\n{banner}\nend\nB\xfcro\n{end}\n<--- More --->\r\nend\n".encode(
            "latin-1"
        )
    yield (
        b"version 15.2\nobject-group network P\n range 192.0.2.1 192.0.2.9\n 192.0.2.0/24\n"
        b"object-group service S\n tcp source range 1 9 www\n icmp echo\n tcp-udp gt 9\n"
        b"interface Gi0/0\n vrrp 1 ip 192.0.2.3\n ip address 192.0.2.1 255.255.255.0\nend\n"
    )


def _cases(name: str) -> Callable[[], Iterable[bytes]]:
    return lambda: (file.read_bytes() for file in sorted(CASES.glob(f"*/{name}")))


TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], Iterable[bytes]]]] = {
    "running-config": (running_config, _cases("running.cfg")),
    "saved": (saved, _sessions),
    "shows": (shown, _cases("running.cfg")),
    "answers": (answered, _transcripts),
    "login": (greeted, _greetings),
    "inventory": (inventory, lambda: (hosts().encode(), CONFIG.encode())),
}
