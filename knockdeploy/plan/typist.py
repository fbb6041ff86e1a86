"""The states of a configuration while commands are typed, one after another."""

from __future__ import annotations

from knockdeploy.command import Command
from knockdeploy.errors import InternalError, UnsupportedError
from knockdeploy.ios.apply import apply
from knockdeploy.ios.dialect import CLASSIC, Dialect
from knockdeploy.ios.policy_file import is_file, written
from knockdeploy.ios.refusals import NumberedDynamicRefused, Refused
from knockdeploy.ios.tree import Node, Path


class Typist:
    """Types commands into ``state``; a section entered already is not entered again."""

    def __init__(self, state: Node, dialect: Dialect = CLASSIC) -> None:
        self.state = state
        self._dialect = dialect
        self._entered: tuple[Path, Path] = ((), ())  # as a command names it, as it is called

    def after(self, command: Command) -> Node:
        """Return the configuration that ``command`` would make of this one.

        Raises:
            Refused: as IOS would answer.
        """
        if not command.parents and is_file(command.line):
            return written(self.state, command.line)
        config, mode = self.state, self._entered[1]
        if command.parents != self._entered[0]:
            mode = ()
            for header in command.parents:
                entered = apply(config, mode, header, self._dialect)
                config, mode = entered.config, entered.mode or ()
            if config is self.state:
                self._entered = command.parents, mode
        return apply(config, mode, command.line, self._dialect).config

    def accept(self, command: Command, state: Node) -> None:
        """Make ``state`` the configuration: it is what ``command`` made of the one so far."""
        if command.line.startswith("no "):  # the section entered may be gone
            self._entered = ((), ())
        self.state = state


def type_line(config: Node, command: Command) -> Node:
    """Return the configuration after ``command``, its sections entered first.

    Raises:
        Refused: as IOS would answer.
    """
    return Typist(config).after(command)


def typed_by(typist: Typist, command: Command) -> Node:
    """Return the configuration after ``command``; what IOS would refuse is a defect of ours.

    Raises:
        InternalError: the line and what IOS answers.
        UnsupportedError: where an image without numbered dynamic entries would need one.
    """
    try:
        return typist.after(command)
    except NumberedDynamicRefused as refused:
        name = command.parents[0].rpartition(" ")[2]
        raise UnsupportedError(
            f"this image takes no dynamic entry by number: '{command.line}'",
            f"its place in {name} has to be filled at once: `no dynamic ...` there, remove, "
            "and deploy again",
        ) from refused
    except Refused as refused:
        message = f"IOS would refuse '{command.line}': {refused.answer}"
        hint = "please report it, unless it is a line of a template of yours"
        raise InternalError(message, hint) from refused
