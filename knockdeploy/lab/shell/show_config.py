"""The ``show`` commands about the configuration and what counts against it."""

from __future__ import annotations

from knockdeploy.ios.parse import parse
from knockdeploy.ios.policies import DEFAULT
from knockdeploy.ios.tree import Node, to_text
from knockdeploy.ios.view import interface_name
from knockdeploy.lab.commands import InvalidWordError
from knockdeploy.lab.faults import reprinted
from knockdeploy.lab.router.revert import NOT_PENDING
from knockdeploy.lab.router.stamps import date
from knockdeploy.lab.shell.session import Session

_NVRAM_BYTES = 262136
_KNOCK_BYTES = 60  # the least an Ethernet frame carries


async def running(session: Session) -> str:
    """``show running-config``: collects for a while, then prints the header and the text."""
    session.terminal.write("Building configuration...\n")
    await session.terminal.pause(session.router.faults.building_s)
    config = reprinted(session.router.faults, printed(_visible(session)))
    text = f"{_changes(session)}{config}"
    return f"\nCurrent configuration : {len(text)} bytes\n!\n{text}\n"


def _visible(session: Session) -> Node:
    """Return what the session's privilege level shows: below 15 little more than the names."""
    running = session.router.shown
    if session.is_privileged:
        return running
    headers = ("version ", "hostname ", "interface ")
    kept = (node for node in running.children if node.text.startswith(headers))
    return Node("", tuple(Node(node.text) for node in kept))


def printed(config: Node) -> str:
    """Return a configuration with the ``!`` that IOS puts around its sections."""
    text, previous = "", None
    for node in config.children:
        if previous and (
            _is_section(previous) or _is_section(node) or _kin(previous) != _kin(node)
        ):
            text += "!\n"
        section = to_text(Node("", (node,)))
        if node.text.startswith("policy-map type inspect "):
            section = section.replace("\n  inspect\n", "\n  inspect \n")  # ios-facts-more §A
        text += section
        previous = node
    return text + "!\nend\n"


def _is_section(node: Node) -> bool:
    return bool(node.children) and not node.flat  # a numbered ACL is lines of its own


def _kin(node: Node) -> list[str]:
    words = node.text.removeprefix("no ").replace("-", " ").split()
    return words[: 2 if words[0] == "ip" else 1]


def _changes(session: Session) -> str:
    """Return the comments that IOS puts before the first line once something was changed."""
    changes = session.machine.changes
    lines = ""
    if changes.changed is not None:
        seconds, user = changes.changed
        lines += f"! Last configuration change at {date(seconds)}{f' by {user}' if user else ''}\n"
    if changes.saved is not None:
        seconds, user = changes.saved
        lines += f"! NVRAM config last updated at {date(seconds)} by {user}\n"
    return lines + ("!\n" if lines else "")


async def running_interface(session: Session, name: str) -> str:
    """``show running-config interface NAME``."""
    await session.terminal.pause(session.router.faults.building_s)
    header = f"interface {interface_name(name)}"
    section = session.router.running.child(header)
    if section is None:
        raise InvalidWordError(name)
    body = "".join(f" {child.text}\n" for child in section.children)
    text = f"!\n{header}\n{body}end\n"
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}\n"


def startup(session: Session) -> str:
    """``show startup-config``."""
    if not session.router.startup:
        return "startup-config is not present\n"
    text = reprinted(session.router.faults, printed(parse(session.router.startup)))
    return f"Using {len(text)} out of {_NVRAM_BYTES} bytes\n!\n{text}\n"


def control_plane(session: Session) -> str:
    """``show policy-map control-plane host``: what each class counted."""
    text, policy = "", None
    for each, n_packets in session.router.data_plane.class_counts():
        if each.policy != policy:
            policy = each.policy
            text += f" Control Plane Host \n\n  Service-policy input: {policy}\n"
        takes_any = each.name == DEFAULT or not each.needs_all
        text += (
            f"\n    Class-map: {each.name} (match-{'any' if takes_any else 'all'})  \n"
            f"      {n_packets} packets, {n_packets * _KNOCK_BYTES} bytes\n"
            "      5 minute offered rate 0000 bps, drop rate 0000 bps\n"
        )
        matches = [" ".join(("not",) * c.negated + c.words) for c in each.conditions]
        text += "".join(f"      Match: {match}\n" for match in matches or ["any "])
        text += "      drop\n" if each.drops and n_packets else ""
    return text + "\n" if text else ""


def policies_pending(session: Session) -> str:
    """``show event manager policy pending``."""
    return _at_work(session.router.event_manager.pending, "pend", "no pending policies")


def policies_active(session: Session) -> str:
    """``show event manager policy active``."""
    return _at_work(session.router.event_manager.active, "running", "no active policies")


def _at_work(names: tuple[str, ...], status: str, none: str) -> str:
    # The columns are the command reference's; what is printed where there is none is not known.
    text = "No.  Job Id      Status   Time of Event             Event Type          Name\n"
    for number, name in enumerate(names, start=1):
        kind = "script" if name.endswith(".tcl") else "applet"
        text += f"{number:<4} {number:<11} {status:<8} {'':<25} {'syslog':<19} {kind}: {name}\n"
    return text if names else f"{none}\n"


def policies(session: Session) -> str:
    """``show event manager policy registered``."""
    when = date(session.machine.started_s, "%a %b %e %H:%M:%S %Y")
    text = "No.  Class     Type    Event Type          Trap  Time Registered           Name\n"
    events = session.router.event_manager
    for number, applet in enumerate(events.applets, start=1):
        kind = f"timer {applet.timer.kind}" if applet.timer else "syslog"
        kind = "multiple" if len(applet.events) > 1 else kind
        text += f"{number:<4} applet    user    {kind:<19} Off   {when:<25} {applet.name}\n"
        for index, event in enumerate(applet.events, start=1):
            tag = f"tag {event.tag} " if event.tag else ""
            text += f" {index}:  syslog: {tag}pattern {{{event.pattern}}}\n"
        if applet.timer:
            text += f" {{(null)}} time {applet.timer.seconds:.3f}\n"
        text += f" maxrun {applet.maxrun_s:.3f}\n"
    for number, script in enumerate(events.scripts.registered, start=1 + len(events.applets)):
        text += f"{number:<4} script    user    {'syslog':<19} Off   {when:<25} {script.name}\n"
        text += f" pattern {{{script.pattern}}}\n maxrun {script.maxrun_s:.3f}\n"
    return text + "\n"


def archive(session: Session) -> str:
    """``show archive``."""
    archived = session.router.archive
    if archived.path is None:
        return " Archive feature not enabled\n"
    files = archived.files
    rows = "".join(
        f"   {index}        {file}{' <- Most Recent' if file == files[-1] else ''}\n"
        for index, file in enumerate(files, start=1)
    )
    return (
        f"The maximum archive configurations allowed is {archived.maximum}.\n"
        f"There are currently {len(files)} archive configurations saved.\n"
        f"The next archive file will be named {archived.next_file}\n"
        f" Archive #  Name\n{rows}"
    )


def rollback_timer(session: Session) -> str:
    """``show archive config rollback timer``."""
    pending = session.router.revert.pending
    if pending is None:
        return f"{NOT_PENDING}\n"
    return (
        f"\nTime configured: {date(pending.since_s)}\n"
        "Timer type: absolute timer\n"
        f"Timer value: {pending.minutes} min\n"
        f"User: {pending.user}\n\n"
    )
