"""The language of EEM applets: variables, conditions and the actions a policy is made of."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from knockdeploy.ios.applet import Action
from knockdeploy.lab.behaviour import Behaviour
from knockdeploy.lab.router.eem_blocks import Blocks
from knockdeploy.lab.router.eem_words import ARITHMETIC, STRINGS
from knockdeploy.lab.router.regexp import RegexpError, compiled

if TYPE_CHECKING:
    from knockdeploy.lab.router.eem_run import AppletRun

_VARIABLES: Final = {"word": re.compile(r"\$(\w+)"), "blank": re.compile(r"\$(\w[^\s\"]*)")}
_ROUND_S: Final = 0.001  # a loop without an end is ended by maxrun
_MOST_CHARS: Final = 1_000_000
_NUMBER: Final = re.compile(r"-?\d+$")
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    each.__name__: each
    for each in (operator.eq, operator.ne, operator.lt, operator.gt, operator.le, operator.ge)
}
_UNKNOWN_VARIABLE: Final = (
    "%HA_EM-3-FMPD_UNKNOWN_ENV: fh_parse_var: could not find environment variable: "
)


class AbortedError(Exception):
    """The applet cannot go on; ``messages`` are logged before IOS's own last one."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = messages


class Interpreter:
    """The actions of one run, their variables and what runs next.

    Actions are the methods ``_do_WORD``, called with the words behind it. An unset variable
    aborts the applet (ios-facts §10).
    """

    def __init__(
        self,
        actions: tuple[Action, ...],
        variables: dict[str, str],
        effects: AppletRun,
        behaviour: Behaviour,
    ) -> None:
        self.variables = variables
        self._actions = actions
        self._next = 0
        self._effects = effects  # what actions do outside
        self._behaviour = behaviour
        self._variable = _VARIABLES[behaviour.variable_ends]
        self._blocks = Blocks(actions)
        self._rounds: dict[int, Iterator[str]] = {}  # what is left of each foreach

    @property
    def current(self) -> Action | None:
        """The action that runs next, or None behind the last."""
        return self._actions[self._next] if self._next < len(self._actions) else None

    def step(self) -> None:
        """Run the current action.

        Raises:
            AbortedError: it cannot be run; ``current`` is still it.
        """
        here = self._next
        self._next += 1
        words = self._actions[here].words
        if words and words[0] in ARITHMETIC:
            words = ("compute", *words)
        run = getattr(self, f"_do_{words[0]}" if words else "", None)
        if run is None:
            self._next = here
            raise AbortedError
        try:
            run(*words[1:])
        except AbortedError:
            self._next = here
            raise
        except (TypeError, ValueError, LookupError, ZeroDivisionError) as error:
            # too few words, or no number
            self._next = here
            raise AbortedError from error
        if self._next <= here:
            self._effects.wait(_ROUND_S)

    def _do_regexp(self, pattern: str, text: str, *names: str) -> None:
        """Match; the whole match and the groups go to ``names``, if it does.

        Without a match they stay as they were, unset ones included.
        """
        try:
            match = compiled(
                self._text(pattern), by_line=self._behaviour.regexp_spans == "line"
            ).search(self._text(text))
        except RegexpError as error:
            raise AbortedError from error
        self.variables["_regexp_result"] = "1" if match else "0"
        if match:
            self.variables.update(zip(names, (match[0], *match.groups("")), strict=False))

    def _do_if(self, left: str, comparison: str, right: str, *words: str) -> None:
        """Go on if the comparison holds, else behind the branch; or jump, with ``goto``."""
        holds = self._holds(self._text(left), comparison, self._text(right))
        if words[:1] == ("goto",):
            if holds:
                self._next = [action.label for action in self._actions].index(words[1])
        elif not holds:
            branch = self._blocks.following[self._next - 1]
            self._next = branch + 1
            word, *condition = self._actions[branch].words
            if word == "elseif":
                self._do_if(*condition)

    def _do_else(self, *words: str) -> None:
        """Leave the block: the branch before this line has run."""
        self._next = self._blocks.ends[self._next - 1] + 1

    _do_elseif = _do_else

    def _do_end(self) -> None:
        """Go round again, at the end of a loop."""
        self._next = self._blocks.loops.get(self._next - 1, self._next)

    def _do_while(self, left: str, comparison: str, right: str) -> None:
        """Run the block while the comparison holds."""
        if not self._holds(self._text(left), comparison, self._text(right)):
            self._next = self._blocks.ends[self._next - 1] + 1

    def _do_foreach(self, name: str, *words: str) -> None:
        """Run the block for each word of a text."""
        here = self._next - 1
        rounds = self._rounds.setdefault(here, iter(self._text(" ".join(words)).split()))
        word = next(rounds, None)
        if word is None:
            del self._rounds[here]
            self._next = self._blocks.ends[here] + 1
        else:
            self.variables[name] = word

    def _do_break(self) -> None:
        begin = self._blocks.loop_around(self._next - 1)
        self._rounds.pop(begin, None)
        self._next = self._blocks.ends[begin] + 1

    def _do_continue(self) -> None:
        """Begin the next round of the innermost loop."""
        self._next = self._blocks.loop_around(self._next - 1)

    def _do_comment(self, *words: str) -> None:
        """Do nothing."""

    def _do_exit(self, *words: str) -> None:
        self._next = len(self._actions)

    def _do_set(self, name: str, *words: str) -> None:
        self.variables[name] = self._text(" ".join(words))

    def _do_append(self, name: str, *words: str) -> None:
        self.variables[name] = self.variables.get(name, "") + self._text(" ".join(words))

    def _do_increment(self, name: str, amount: str = "1") -> None:
        self.variables[name] = str(int(self._value(name)) + int(self._text(amount)))

    def _do_decrement(self, name: str, amount: str = "1") -> None:
        self.variables[name] = str(int(self._value(name)) - int(self._text(amount)))

    def _do_compute(self, operation: str, left: str, right: str) -> None:
        """Set ``$_result`` to what becomes of two numbers."""
        result = ARITHMETIC[operation](int(self._text(left)), int(self._text(right)))
        self.variables["_result"] = str(result)

    def _do_string(self, function: str, *words: str) -> None:
        """Set ``$_string_result`` to what a function makes of texts."""
        if function not in STRINGS:
            raise AbortedError
        self.variables["_string_result"] = STRINGS[function](*map(self._text, words))

    def _do_counter(self, *words: str) -> None:
        """Change a counter: ``name N op set|inc|dec|nop [value V]``; ``$_counter_value_remain``."""
        named = dict(zip(words[::2], words[1::2], strict=False))
        value = int(self._text(named.get("value", "1")))
        left = self._effects.count(self._text(named["name"]), named["op"], value)
        self.variables["_counter_value_remain"] = str(left)

    def _do_info(self, *words: str) -> None:
        """Set ``$_syslog_msg`` to the message of a tag's event; unset it if there was none."""
        if words[:3] != ("type", "event", "reqinfo"):
            raise AbortedError
        tag = words[words.index("tag") + 1] if "tag" in words else None
        message = self._effects.message(tag)
        self.variables.pop("_syslog_msg", None)
        if message is not None:
            self.variables["_syslog_msg"] = message

    def _do_wait(self, seconds: str) -> None:
        self._effects.wait(float(self._text(seconds)))

    def _do_syslog(self, *words: str) -> None:
        self._effects.say(self._text(words[words.index("msg") + 1]))

    def _do_puts(self, *words: str) -> None:
        """Print the last word, which a policy raised by an event logs (ios-facts §10)."""
        self._effects.say(self._text(words[-1]))

    def _do_cli(self, kind: str, command: str, *words: str) -> None:
        """Run ``command``; its answer is ``$_cli_result``."""
        if kind != "command":
            raise AbortedError
        self.variables["_cli_result"] = self._effects.command(self._text(command))

    def _text(self, text: str) -> str:
        filled = self._variable.sub(lambda match: self._value(match[1]), text)
        if len(filled) > _MOST_CHARS:
            raise AbortedError
        return filled

    def _value(self, name: str) -> str:
        if name not in self.variables:
            raise AbortedError(_UNKNOWN_VARIABLE + name)
        return self.variables[name]

    def _holds(self, left: str, comparison: str, right: str) -> bool:
        if comparison not in _COMPARISONS:
            raise AbortedError
        compares = _COMPARISONS[comparison]
        is_text = comparison in {"eq", "ne"} or self._behaviour.lt == "string"
        if is_text or not (_NUMBER.match(left) and _NUMBER.match(right)):
            return compares(left, right)
        return compares(int(left), int(right))
