"""One virtual router: what IOS does with a packet, a typed line and the passing of time.

No I/O here. Everything is called on the one thread that owns the clock.
"""

from __future__ import annotations

from collections.abc import Callable

from knockdeploy.ios.applet import applet_name
from knockdeploy.ios.apply import apply
from knockdeploy.ios.dialect import Dialect
from knockdeploy.ios.match import Packet
from knockdeploy.ios.parse import parse
from knockdeploy.ios.refusals import INVALID, Refused
from knockdeploy.ios.tree import Node, Path, to_text
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.edition import IOS, Edition
from knockdeploy.lab.faults import FaultBox, Faults
from knockdeploy.lab.router import applet_form, copp, listing, numbering, policy_exec
from knockdeploy.lab.router.archive import Archive
from knockdeploy.lab.router.clock import Clock
from knockdeploy.lab.router.dataplane import DataPlane
from knockdeploy.lab.router.eem import EventManager
from knockdeploy.lab.router.flash import Flash
from knockdeploy.lab.router.lock_and_key import TemporaryEntries
from knockdeploy.lab.router.log_buffer import LogBuffer
from knockdeploy.lab.router.revert import RevertTimer
from knockdeploy.lab.router.vty import VtyLine, VtyTable


class VirtualRouter:
    """A router on no wire.

    ``name`` is the inventory's, the hostname is the configuration's. ``running`` is frozen and
    replaced by every line that changes it. ``flash`` holds files by name, without ``flash:``.
    ``box`` has what goes wrong with it.
    ``counters`` are those of applets, by name and the applet that has it to itself or "", and
    ``contexts`` what Tcl policies saved: both are in RAM (iosxe-facts §3).
    """

    def __init__(
        self,
        running: str,
        *,
        name: str,
        clock: Clock,
        behaviour: Behaviour | None = None,
        edition: Edition = IOS,
    ) -> None:
        """Load ``running``, whose ACL entries may carry numbers; it is saved, too."""
        self.name = name
        self.clock = clock
        self.edition = edition
        self.behaviour = (behaviour or Behaviour()).settled(edition.platform)
        self.box = FaultBox()
        self.flash = Flash(self.box, *edition.flash)
        self.counters: dict[tuple[str, str], int] = {}
        self.contexts: dict[str, dict[str, str]] = {}
        self.archive = Archive(self)
        self.running = numbering.loaded(parse(running))
        self.startup = self.running_text()
        self._dialect = Dialect(
            numbered_dynamic=self.behaviour.numbered_dynamic,
            object_group_in_dynamic=self.behaviour.group_in_dynamic,
            object_group_sorted=self.behaviour.group_order == "sorted",
            class_default=self.behaviour.class_default,
        )
        self.on_reload: Callable[[], None] = lambda: None
        self.log_buffer = LogBuffer(clock, self.behaviour, is_limited=edition.limits_buffer)
        self.lock_and_key = TemporaryEntries(self)
        self.data_plane = DataPlane(self)
        self.lines = VtyTable(lambda: self.running, clock.now)
        self.revert = RevertTimer(self)
        self.event_manager = EventManager(self)
        self.event_manager.read()
        self.log_buffer.subscribe(self.event_manager.see)

    @property
    def faults(self) -> Faults:
        """What goes wrong now: who holds the configuration lock, say."""
        return self.box.current

    def running_text(self) -> str:
        """Return the running configuration as text; its last line is ``end``."""
        return to_text(self.shown) + "end\n"

    @property
    def shown(self) -> Node:
        """The running configuration as ``show running-config`` has it."""
        config = numbering.shown(self.running) if self.behaviour.ace_numbers else self.running
        return applet_form.shown(config, self.behaviour.applet_printed)

    def arrives(self, packet: Packet, interface: str) -> bool:
        """Return whether a packet that comes in by ``interface`` gets where it wants to.

        Counts ACE and class matches, logs what control-plane logging logs, wakes EEM.
        """
        return self.data_plane.arrives(packet, interface)

    def admits(self, packet: Packet, interface: str) -> bool:
        """Return what the interface's ACL and its zone say: for each packet of a session, say.

        Counts ACE and class matches.
        """
        return self.data_plane.admits(packet, interface)

    def configure(self, mode: Path, text: str) -> tuple[Path | None, str]:
        """Run one line typed in configuration mode; return the new mode (None: left) and answer.

        A refusal leaves mode and configuration as they were and is the answer. Whoever gets None
        calls ``left_configuration``.
        """
        if self.edition.refuses(mode, text, self.behaviour):
            return mode, INVALID
        is_strict = self.behaviour.absent_number == "refused"
        if is_strict and numbering.is_absent(self.running, mode, text):
            return mode, "% Entry does not exist"  # wording unknown
        if refused := self.event_manager.scripts.refusal(text.strip()):
            return mode, refused
        try:
            applied = apply(self.running, mode, text, self._dialect)
        except Refused as refusal:
            return mode, self.edition.answers.get(refusal.answer, refusal.answer)
        self._change(applied.config)
        self._left_section(mode, applied.mode)
        return applied.mode, applied.answer

    def left_configuration(self, line: VtyLine, mode: Path = ()) -> None:
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
        self._change(numbering.replaced(self.running, parse(text)))
        self.event_manager.read()

    def replace_by(self, file: str) -> str:
        """Run ``configure replace FILE force``; return what IOS prints."""
        text = self.flash.get(self.flash.name_of(file))
        if text is None:
            return f"%Error opening {file} (No such file or directory)\n"
        self.replace(text)
        self.log("%SYS-5-CONFIG_R: Config Replace is Done")
        return "Total number of passes: 1\nRollback Done\n\n"

    def save(self) -> None:
        """Make the running configuration the startup configuration; archive it if told to."""
        self.startup = self.running_text()
        if self.archive.path and self.running.at(("archive", "write-memory")):
            self.archive.write()

    def reload(self) -> None:
        """Start again from the startup configuration, once ``on_reload`` was called.

        ACL entries are numbered 10, 20, ...; temporary entries, counters, the log, sessions and a
        pending revert timer are gone.
        """
        self.on_reload()
        self.lines.clear()
        self.revert.stop()
        self.lock_and_key.clear_all()
        self.log_buffer.restart()
        self.running = numbering.loaded(parse(self.startup))
        self.data_plane.restart()
        self.event_manager.restart()

    def log(self, message: str) -> None:
        """Log ``message``, which starts with its ``%FACILITY-SEVERITY-MNEMONIC: ``."""
        self.log_buffer.log(self.running, message)

    def say(self, message: str) -> None:
        """Log what an applet says: it wakes no applet (iosxe-facts §3)."""
        self.log_buffer.log(self.running, message, without=self.event_manager.see)

    def access_lists(self, name: str | None = None) -> tuple[str, ...]:
        """Return the lines of ``show ip access-lists [NAME]``, temporary entries included."""
        return tuple(listing.access_lists(self, name))

    def run_exec(self, command: str, *, is_privileged: bool) -> str:
        """Run what EEM policies need of EXEC mode; anything else is refused."""
        return policy_exec.answer(self, command, is_privileged=is_privileged)

    def _left_section(self, before: Path, after: Path | None) -> None:
        """Register the applet whose mode was left, as IOS does then and not before."""
        if before[:1] != (after or ())[:1] and before and applet_name(before[0]):
            node = self.running.child(before[0])
            if node is not None:
                self.event_manager.register(node)

    def _change(self, config: Node) -> None:
        """Take over a configuration and let go of what hung on lines that are gone."""
        before = self.running
        if _are_same_but_applets(before, config):
            self.running = config
            return
        had_cef, had_policy = copp.has_cef(before), copp.is_policed(before)
        if had_cef and not copp.has_cef(config):
            config = copp.without_cppr(config)
        self.running = config
        self.lock_and_key.prune()
        self.data_plane.prune()
        self.event_manager.prune()
        if had_cef and not copp.has_cef(config):
            self.log(copp.CPPR_DISABLED)
        elif copp.is_policed(config) != had_policy:
            change = "disabled from" if had_policy else "enabled on"  # ios-facts §1.1
            self.log(
                f"%CP-5-FEATURE: Control-plane Policing feature {change} Control plane host path"
            )


def _are_same_but_applets(one: Node, other: Node) -> bool:
    """Tell whether nothing differs but lines of applets: no counter or entry hangs on those."""
    return len(one.children) == len(other.children) and all(
        before is after or (before.text == after.text and applet_name(after.text))
        for before, after in zip(one.children, other.children, strict=True)
    )
