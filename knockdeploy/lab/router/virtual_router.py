"""One virtual router: what classic IOS does with a packet, a typed line and the passing of time.

No I/O here. Everything is called on the one thread that owns the clock.
"""

from __future__ import annotations

from collections.abc import Callable

from knockdeploy.ios.acl import Packet
from knockdeploy.ios.applet import Applet, applet_name, words_of
from knockdeploy.ios.apply import Dialect, Refused, apply
from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import INVALID
from knockdeploy.ios.tree import Node, Path, to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router import copp, listing, numbering
from knockdeploy.lab.router.archive import FLASH, Archive
from knockdeploy.lab.router.clock import Clock
from knockdeploy.lab.router.dataplane import ClassCount, DataPlane
from knockdeploy.lab.router.eem import EventManager
from knockdeploy.lab.router.flash import Flash
from knockdeploy.lab.router.lock_and_key import LockAndKey
from knockdeploy.lab.router.log_buffer import LogBuffer
from knockdeploy.lab.router.revert import RevertTimer
from knockdeploy.lab.router.vty import Line, VtyTable
from knockdeploy.lab.tcl.policy import TclPolicy


class VirtualRouter:
    """A router on no wire.

    ``name`` is the inventory's, the hostname is the configuration's. ``running`` is frozen and
    replaced by every line that changes it. ``flash`` holds files by name, without ``flash:``.
    ``exec_line`` is what the VTY of an EEM policy runs: (privileged, command) to answer; replace
    it by something that knows more, or that refuses.
    """

    def __init__(
        self,
        running: str,
        *,
        name: str,
        clock: Clock,
        behaviour: Behaviour | None = None,
        startup: str | None = None,
    ) -> None:
        """Load ``running``, whose ACL entries may carry numbers; ``startup`` is else the same."""
        self.name = name
        self.clock = clock
        self.behaviour = behaviour or Behaviour()
        self.flash = Flash()
        self.archive = Archive(self)
        self.exec_line: Callable[[bool, str], str] = self.run_exec
        self._running = numbering.loaded(parse(running))
        self.startup = self.running_text() if startup is None else _as_saved(startup)
        self._dialect = Dialect(
            numbered_dynamic=self.behaviour.numbered_dynamic,
            object_group_in_dynamic=self.behaviour.group_in_dynamic,
            object_group_sorted=self.behaviour.group_order == "sorted",
            class_default=self.behaviour.class_default,
        )
        self._on_reload: list[Callable[[], None]] = []
        self._log = LogBuffer(clock, self.behaviour)
        self._keys = LockAndKey(lambda: self._running, clock, self.behaviour)
        self._data = DataPlane(lambda: self._running, self._keys, self.log, clock, self.behaviour)
        self.lines = VtyTable(lambda: self._running, clock.now)
        self.revert = RevertTimer(self)
        self._events = EventManager(self)
        self._events.read()
        self._log.subscribe(self._events.see)

    @property
    def running(self) -> Node:
        """The running configuration."""
        return self._running

    def running_text(self) -> str:
        """Return the running configuration as text; its last line is ``end``."""
        return to_text(self._running) + "end\n"

    def arrives(self, packet: Packet, interface: str) -> bool:
        """Return whether a packet that comes in by ``interface`` gets where it wants to.

        Counts ACE and class matches, logs what control-plane logging logs, wakes EEM.
        """
        return self._data.arrives(packet, interface)

    def admits(self, packet: Packet, interface: str) -> bool:
        """Return what the interface's ACL and its zone say: for each packet of a session, say.

        Counts ACE and class matches.
        """
        return self._data.admits(packet, interface)

    def configure(self, line: Line, mode: Path, text: str) -> tuple[Path | None, str]:
        """Run one line typed in configuration mode; return the new mode (None: left) and answer.

        A refusal leaves mode and configuration as they were and is the answer. Whoever gets None
        calls ``left_configuration``.
        """
        if self.behaviour.reqinfo == "refused" and _asks_for_event(text):
            return mode, INVALID
        if refused := self._events.refusal(text.strip()):
            return mode, refused
        try:
            applied = apply(self._running, mode, text, self._dialect)
        except Refused as refusal:
            return mode, refusal.answer
        self._change(applied.config)
        self._left_section(mode, applied.mode)
        return applied.mode, applied.answer

    def left_configuration(self, line: Line, mode: Path = ()) -> None:
        """Do what IOS does when ``line`` leaves configuration mode, by whatever way, from ``mode``.

        An applet being typed is registered, and %SYS-5-CONFIG_I is logged.
        """
        self._left_section(mode, None)
        self.log(
            f"%SYS-5-CONFIG_I: Configured from console by {line.user} on {line.name} "
            f"({line.source})"
        )

    def replace(self, text: str) -> None:
        """Make ``text`` the running configuration, as ``configure replace`` does.

        Entries that stay keep their numbers; what hangs on lines that go goes with them.
        """
        self._change(numbering.replaced(self._running, parse(text)))
        self._events.read()

    def replace_by(self, file: str) -> str:
        """Run ``configure replace FILE force``; return what IOS prints."""
        text = self.flash.get(file.removeprefix(FLASH))
        if text is None:
            return f"%Error opening {file} (No such file or directory)\n"
        self.replace(text)
        self.log("%SYS-5-CONFIG_R: Config Replace is Done")
        return "Total number of passes: 1\nRollback Done\n\n"

    def save(self) -> None:
        """Make the running configuration the startup configuration; archive it if told to."""
        self.startup = self.running_text()
        if self.archive.writes_on_save:
            self.archive.write()

    def reload(self) -> None:
        """Start again from the startup configuration, after the ``on_reload`` callbacks.

        ACL entries are numbered 10, 20, ...; temporary entries, counters, the log, sessions and a
        pending revert timer are gone.
        """
        for callback in self._on_reload:
            callback()
        self.lines.clear()
        self.revert.restart()
        self._keys.clear_all()
        self._log.restart()
        self._running = numbering.loaded(parse(self.startup))
        self._data.restart()
        self._events.restart()

    def on_reload(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` whenever the router reloads."""
        self._on_reload.append(callback)

    def log(self, message: str) -> None:
        """Log ``message``, which starts with its ``%FACILITY-SEVERITY-MNEMONIC: ``."""
        self._log.log(self._running, message)

    @property
    def log_lines(self) -> tuple[str, ...]:
        """The buffer that ``show logging`` ends with, as printed."""
        return self._log.lines

    def on_log(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call ``callback`` with each line logged from now on; returns how to stop that."""
        return self._log.subscribe(callback)

    def clear_log(self) -> None:
        """Empty the buffer; numbers go on."""
        self._log.clear()

    def access_lists(self, name: str | None = None) -> tuple[str, ...]:
        """Return the lines of ``show ip access-lists [NAME]``, temporary entries included."""
        return tuple(
            listing.access_lists(
                self._running, name, self._data.ace_matches, self._keys, self.behaviour
            )
        )

    def clear_counters(self, name: str | None = None) -> None:
        """Set the match counts of one ACL, or of all, to nothing."""
        self._data.clear_counters(name)

    def class_counts(self) -> tuple[ClassCount, ...]:
        """Return the counters of the policy on control-plane host."""
        return self._data.class_counts()

    def applets(self) -> tuple[Applet, ...]:
        """Return the registered applets."""
        return self._events.applets

    def scripts(self) -> tuple[TclPolicy, ...]:
        """Return the registered Tcl policies."""
        return self._events.scripts

    def policies_at_work(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the EEM policies that wait, and of the one that runs."""
        return self._events.pending, self._events.active

    def access_template(self, words: tuple[str, ...]) -> str:
        """Run ``access-template WORDS`` (ACL DYNAMIC SOURCE DESTINATION [timeout N]); answer."""
        return self._keys.add(words)

    def clear_access_template(self, words: tuple[str, ...]) -> str:
        """Run ``clear access-template WORDS``; answer."""
        return self._keys.clear(words)

    def run_exec(self, privileged: bool, command: str) -> str:  # noqa: FBT001  # see exec_line
        """Run what EEM policies need of EXEC mode; anything else is refused."""
        words = tuple(command.split())
        if privileged and words[:1] == ("access-template",):
            return self.access_template(words[1:])
        if privileged and words[:2] == ("clear", "access-template"):
            return self.clear_access_template(words[2:])
        if privileged and words[:2] == ("configure", "replace") and words[3:] == ("force",):
            return self.replace_by(words[2])
        if words[:2] == ("show", "object-group") and len(words) == 3:  # noqa: PLR2004  # its name
            return listing.object_group(self._running, words[2])
        return "" if words[:2] == ("terminal", "length") else INVALID

    def _left_section(self, before: Path, after: Path | None) -> None:
        """Register the applet whose mode was left, as IOS does then and not before."""
        if before[:1] != (after or ())[:1] and before and applet_name(before[0]):
            node = self._running.child(before[0])
            if node is not None:
                self._events.register(node)

    def _change(self, config: Node) -> None:
        """Take over a configuration and let go of what hung on lines that are gone."""
        before = self._running
        if config is before:
            return
        had_cef, had_policy = copp.has_cef(before), copp.is_policed(before)
        if had_cef and not copp.has_cef(config):
            config = copp.without_cppr(config)
        self._running = config
        self._keys.prune()
        self._data.prune()
        self._events.prune()
        if had_cef and not copp.has_cef(config):
            self.log(copp.CPPR_DISABLED)
        elif copp.is_policed(config) != had_policy:
            self.log(copp.feature_message(is_on=not had_policy))


def _as_saved(text: str) -> str:
    return to_text(parse(text)) + "end\n"


def _asks_for_event(text: str) -> bool:
    return words_of(text)[2:6] == ("info", "type", "event", "reqinfo")
