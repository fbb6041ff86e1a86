"""What is typed at the # prompt and is no ``show``: modes, saving, files, revert, lock-and-key."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping

from knockdeploy.lab.commands import Commands, InvalidWordError
from knockdeploy.lab.router import policy_exec
from knockdeploy.lab.shell import file_commands, show_config, show_state, show_version
from knockdeploy.lab.shell.session import Session
from knockdeploy.lab.shell.tcl_mode import TclMode

Handler = Callable[..., str | Awaitable[str | None] | None]
"""Runs a command, given the session and the command's parameters; returns what it prints."""
_ENTER = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
_ENABLE_TRIES = 3


@functools.cache
def _tables(unknown: frozenset[str]) -> tuple[Commands[Handler], ...]:
    cut = {command: _PRIVILEGED_ONLY[command] for command in _BETWEEN}
    privileged = {
        command: handler for command, handler in _PRIVILEGED_ONLY.items() if command not in unknown
    }
    return Commands(_USER), Commands(_USER | cut), Commands({**_USER, **privileged})


def table(session: Session) -> Commands[Handler]:
    """Return the commands of the mode the session is in, as far as the image knows them."""
    edition, behaviour = session.router.edition, session.router.behaviour
    unknown = frozenset(each for each in _PRIVILEGED_ONLY if not edition.knows(each, behaviour))
    user, cut, privileged = _tables(unknown)
    if session.is_privileged:
        return privileged
    return cut if session.prompt_ends == "#" else user


async def _enable(session: Session) -> str:
    if session.is_privileged:
        return ""
    if session.enable_secret is None:
        return "% No password set\n"  # so IOS refuses `enable` on a VTY
    first, *others = session.enable_asks
    for _ in range(_ENABLE_TRIES):
        if (await session.terminal.read(first, secret=True)).text == session.enable_secret:
            if others:
                await session.terminal.read(others[0], secret=True)
                return "% Access denied\n\n"
            session.privilege = 15
            return ""
    return "% Bad secrets\n\n"


def _disable(session: Session) -> None:
    session.privilege = 1


def _exit(session: Session) -> None:
    session.is_over = True


def _sets(what: str) -> Handler:
    """Return what sets a number of the terminal: its height, say."""

    def handler(session: Session, number: str) -> None:
        setattr(session.terminal, what, _number(number))

    return handler


def _number(word: str) -> int:
    if not word.isdigit():
        raise InvalidWordError(word)
    return int(word)


def _configure(session: Session) -> str:
    if session.router.faults.is_controlled:
        raise InvalidWordError("terminal")
    if refusal := session.router.faults.lock_refusal:
        return refusal
    session.mode = ()
    return _ENTER


def _configure_revert_timer(session: Session, minutes: str) -> str:
    number, faults = _number(minutes), session.router.faults
    if faults.locked_by is not None or faults.is_controlled:
        return _configure(session)
    answer = session.router.revert.arm(number, session.line, session.print_over)
    if session.router.revert.pending is None or answer.startswith("%"):
        return _lines(answer)
    return _lines(answer) + "\n" + _configure(session)


def _extend(session: Session, minutes: str) -> str:
    return _lines(session.router.revert.extend(_number(minutes), session.line))


def _revert_now(session: Session) -> str:
    answer = session.router.revert.revert_now()
    session.machine.settle()
    return _lines(answer)


def _clear_counters(session: Session, acl: str | None = None) -> None:
    session.router.data_plane.clear_counters(acl)


async def _clear_logging(session: Session) -> None:
    if await file_commands.confirmed(session, "Clear logging buffer [confirm]"):
        session.router.log_buffer.clear()


async def _reload(session: Session) -> None:
    router, terminal = session.router, session.terminal
    if router.running_text() != router.startup:
        typed = await terminal.read("System configuration has been modified. Save? [yes/no]: ")
        if typed.text.strip().lower() in {"y", "yes"}:
            terminal.write(await file_commands.save(session))
    if await file_commands.confirmed(session, "Proceed with reload? [confirm]"):
        terminal.flush()
        router.reload()
        session.machine.settle()


def _tclsh(session: Session) -> None:
    session.tcl = TclMode(session.router.flash)


def _lines(answer: str) -> str:
    """Return an answer as printed: each of its lines ends."""
    return answer if not answer or answer.endswith("\n") else answer + "\n"


def _of_router(run: policy_exec.RouterCommand) -> Handler:
    """Return a command that is the router's, whoever types it, as one of a session."""
    return lambda session, *words: _lines(run(session.router, *words))


_USER: dict[str, Handler] = {
    "enable": _enable,
    "disable": _disable,
    "exit": _exit,
    "logout": _exit,
    "quit": _exit,
    "terminal length <lines>": _sets("height"),
    "terminal width <columns>": _sets("width"),
    "terminal exec-character-bits <bits>": _sets("bits"),
    "terminal no monitor": lambda session: session.monitor(on=False),
    "terminal history": lambda _session: None,  # taken, and without effect here
    "terminal no editing": lambda _session: None,
    "show clock": show_state.clock,
    "show privilege": lambda session: f"Current privilege level is {session.privilege}\n",
    "show users": show_state.users,
    "show users wide": show_state.users,
    "show version": show_version.version,
    "show line": show_state.line,
}

_PRIVILEGED_ONLY: Mapping[str, Handler] = {
    **{words: _of_router(run) for words, run in policy_exec.ALSO_TYPED.items()},
    "terminal monitor": lambda session: session.monitor(on=True),
    "configure terminal": _configure,
    "configure terminal revert timer <minutes>": _configure_revert_timer,
    "configure confirm": lambda session: _lines(session.router.revert.confirm(session.line)),
    "configure revert now": _revert_now,
    "configure revert timer <minutes>": _extend,
    "configure replace <file>": file_commands.replace,
    "configure replace <file> force": file_commands.replace_unasked,
    "write": file_commands.save,
    "write memory": file_commands.save,
    "write terminal": show_config.running,
    "copy <source> <destination>": file_commands.copy,
    "copy running-config <destination>": lambda session, destination: file_commands.copy(
        session, "running-config", destination
    ),
    "copy running-config startup-config": file_commands.copy_to_startup,
    "delete <file>": file_commands.delete,
    "delete /force <file>": file_commands.delete_unasked,
    "more <file>": file_commands.more,
    "dir": file_commands.directory,
    "dir <place>": file_commands.directory,
    "reload": _reload,
    "tclsh": _tclsh,
    "verify /md5 <file>": file_commands.verified,
    "clear ip access-list counters": _clear_counters,
    "clear ip access-list counters <name>": _clear_counters,
    "clear access-list counters": _clear_counters,
    "clear access-list counters <name>": _clear_counters,
    "clear logging": _clear_logging,
    "show running-config": show_config.running,
    "show running-config interface <name>": show_config.running_interface,
    "show startup-config": show_config.startup,
    "show configuration": show_config.startup,
    "show configuration lock": show_state.lock,
    "show ip cef summary": show_state.cef,
    "show ip interface brief": show_state.interfaces,
    "show tcp brief": show_state.tcp,
    "show tcp brief numeric": show_state.tcp,
    "show policy-map control-plane": show_config.control_plane,
    "show policy-map control-plane host": show_config.control_plane,
    "show policy-map control-plane all": show_config.control_plane,
    "show event manager policy active": show_config.policies_active,
    "show event manager policy pending": show_config.policies_pending,
    "show event manager policy registered": show_config.policies,
    "show event manager version": lambda _session: show_state.EVENT_MANAGER,
    "show archive": show_config.archive,
    "show archive config rollback timer": show_config.rollback_timer,
    "show flash:": file_commands.directory,
    "show file systems": file_commands.file_systems,
}

# What `privilege exec level 7 ...` gives away, say; the configuration that it shows is cut.
_BETWEEN = (
    "show running-config",
    "show startup-config",
    "show ip access-lists",
    "show ip access-lists <name>",
    "show tcp brief numeric",
)
