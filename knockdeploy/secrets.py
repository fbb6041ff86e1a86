"""Keeping secrets out of sight: knock ports by their role, passwords by their value.

``Masker`` knows one router's intent and masks what is shown of its configuration, on both sides
of a diff. ``Redactor`` is the last net below everything the program writes: it knows the secrets
of all routers, and no context.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import html
import json
import logging
import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from knockdeploy.octets import bytes_of, readable
from knockdeploy.secret_words import SECRET, quoted_without_secrets, without_secrets
from knockdeploy.sequence import Knock, KnockSequence

_SHORTEST: Final = 4
"""A shorter password cannot be told from a word's part; replacing it would garble everything."""

_ANYWHERE: Final = 8
"""A password this long is replaced wherever it stands, a shorter one as a word."""

_PORT_TOKENS: Final = re.compile(
    r"(?P<operator>\b(?:eq|neq|gt|lt|range)|^ *(?:no )?(?:tcp|udp|tcp-udp)(?= \d))"
    r" (?P<ports>\S+(?: \d+(?![\d.]))*)"
)
# All that is printed or noted goes through the patterns below. One that begins with what it looks
# for is found several times as fast as one that asks first what stands before it.
_NUMBER: Final = re.compile(r"\d+")
_PATTERN_OF_EVENT: Final = re.compile(r'(?<=\bpattern )(?:"[^"]*"|\S+)')
_PATTERN: Final = re.compile(
    r"(?P<keep>%CP-\d|-\d-IPACCESSLOGP|\b1 packet|\[[^\]]{0,200}\]"
    r"|\d{1,3}(?:\\?\.\d{1,3}){3}(?!\d))|(?P<port>\d+)"
)
"""The numbers of an event pattern, but for those that are no port."""

_LOGGED: Final = re.compile(
    r"(?P<before>%(?:CP-\d-(?:UDP|TCP)|[A-Z]+-6-IPACCESSLOGP): [^\n%]*?-> ?[0-9.]+\()"
    r"(?P<port>\d+)(?=\))"
)

_HEARS: Final = re.compile(
    r"(?P<before>deny +(?:udp|tcp) any gt 0 (?:host \S+|any) eq )(?P<port>\S+)(?= log\b)"
)
"""An entry of any list that hears knocks."""

_LISTED: Final = re.compile(r"_knock_(?:Sequence|Decoys|Probes) \d[\d/a-z ]{0,250}")
_LISTED_PORT: Final = re.compile(r"(?<!\d)\d+(?=/)")
"""The variables of a policy that name ports: `46543/udp 28654/udp`."""

MEMBER: Final = r"(?:no )?(?:\d+ )?(?:permit )?(?:tcp|udp|tcp-udp) (?:any any )?eq "
"""What stands before the port in a member of a group, or an entry of a CoPP ACL."""

_REFUSED: Final = re.compile(rf"(?P<before>the router refused the line '{MEMBER})\d{{4,5}}\b")
"""An old sequence's, perhaps."""

MATCHED: Final = re.compile(r"(?<=\\\()(?:\d{1,5}|\(\d{1,5}(?:\|\d{1,5}){0,15}\))(?=\\{1,2}\))")
"""The port in a pattern of ours, `\\(46543\\)`, or those of the decoys, `\\((45678|40987)\\)`."""

_PORT: Final = re.compile(r"\d(?<![\w.]\d)\d{0,4}(?!\w|\.\d)")
_GAP: Final = re.compile(r"[\W_]{1,20}")
_ROLE_CHARS: Final = 8  # what of the text before a port tells its role
_ROLES: Final = tuple(
    (re.compile(rf"(?:{before})\Z"), re.compile(after))
    for before, after in (
        (r"\(", r"\\?\)"),
        (r"\b(?:eq|port) ", ""),
        (", ", r"\)"),  # a socket's address, as Python prints it
        ("", r"[/:](?:udp|tcp)\b"),
    )
)


_OUR_WORDS: Final = frozenset(
    {
        *("schema", "run", "started", "time", "event", "status", "was", "state", "kind"),
        *("level", "phase", "knock", "rule", "severity", "verdict"),
    }
)
"""Keys of documents whose values we choose: a password that is such a word, `failed` say, must not
make a document that nobody can read."""


class Secret(enum.Enum):
    """How an object names knock ports: after `eq`, in the patterns of events, or in a list."""

    PORTS = "ports"
    PATTERNS = "patterns"
    LISTED = "listed"


class Masker:
    """Masks the knock ports of one router wherever their role makes them knock ports.

    The i-th of the ports ``known`` as ``knock`` becomes ``<knock i>``, that of a decoy
    ``<decoy i>``, any other ``<other knock XXXX>`` with an HMAC under ``key``: equal values look
    equal, and nobody can try all ports. ``sections`` are the headers below which lines name them.
    """

    def __init__(
        self, known: Mapping[str, Sequence[Knock]], key: bytes, sections: Mapping[str, Secret]
    ) -> None:
        self._words = {
            str(knock.port): f"<{word} {position}>"
            for word, knocks in known.items()
            for position, knock in enumerate(knocks, start=1)
        }
        self._key = key
        self._sections = sections

    def port(self, port: str) -> str:
        """Return what stands for ``port``, a number or an IOS keyword."""
        if port in self._words:
            return self._words[port]
        digest = hmac.new(self._key, bytes_of(port), hashlib.sha256).hexdigest()
        return f"<other knock {digest[:4].upper()}>"

    def line(self, parents: tuple[str, ...], line: str) -> str:
        """Return one line of configuration, which stands below the headers ``parents``."""
        header = f"{parents[0]} " if parents else ""
        found = (how for name, how in self._sections.items() if header.startswith(f"{name} "))
        match next(found, None):
            case Secret.PORTS:
                return self._member(line)
            case Secret.PATTERNS:
                return self._applet_line(line)
        return self.text(line)

    def text(self, text: str) -> str:
        """Return text without what a word in it announces, nor the ports that are heard."""
        for heard in (_LOGGED, _HEARS):
            text = heard.sub(lambda found: found["before"] + self.port(found["port"]), text)
        text = _without_listed(text, self.port)
        return without_secrets(text)

    def _member(self, line: str) -> str:
        if re.match(r"(no )?description\b", line.strip()):
            return _NUMBER.sub(lambda found: self.port(found[0]), line)
        return _PORT_TOKENS.sub(self._ports, line)

    def _ports(self, found: re.Match[str]) -> str:
        ports = " ".join(map(self.port, found["ports"].split()))
        return f"{found['operator']} {ports}"

    def _applet_line(self, line: str) -> str:
        if re.match(r"\s*(no )?event\b", line):
            return _PATTERN_OF_EVENT.sub(
                lambda found: _PATTERN.sub(self._pattern_port, found[0]), line
            )
        # An action's label and limits are numbers too: only what it quotes can be a knock port.
        line = MATCHED.sub(lambda found: self._known_or_other(found[0]), line)
        return re.sub(r'"[^"]*"', lambda found: self._known(found[0]), line)

    def _known_or_other(self, ports: str) -> str:
        return _NUMBER.sub(lambda found: self.port(found[0]), ports)

    def _pattern_port(self, found: re.Match[str]) -> str:
        return found["keep"] or self.port(found["port"])

    def _known(self, text: str) -> str:
        return _NUMBER.sub(lambda found: self._words.get(found[0], found[0]), text)


class Redactor:
    """The last net: passwords by value, knock ports of any router where the text makes them one.

    A port is one in ``(PORT)``, after ``eq``, before ``/udp`` or ``:udp``, next to another knock
    port, or as the destination of a %CP-6 message. Ports of no sequence it knows, one that was
    replaced say, pass but where a pattern or a refused line shows what they are.
    """

    def __init__(
        self, secrets: Iterable[str] = (), sequences: Iterable[KnockSequence] = ()
    ) -> None:
        self._secrets = _one_of(
            form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)
        )
        self._ports = frozenset(str(knock.port) for sequence in sequences for knock in sequence)

    def __call__(self, text: str) -> str:
        """Return ``text`` without secrets, for people: a router's bytes are letters in it."""
        text = readable(text)
        if self._secrets is not None:
            text = self._secrets.sub(SECRET, text)
        for known in (_LOGGED, _HEARS, _REFUSED):
            text = known.sub(lambda found: found["before"] + "<knock>", text)
        text = _without_listed(text, lambda _port: "<knock>")
        text = quoted_without_secrets(MATCHED.sub("<knock>", text))
        return self._without_ports(text)

    def _without_ports(self, text: str) -> str:
        known = [found for found in _PORT.finditer(text) if found[0] in self._ports]
        if not known:  # nearly always: what is shown of a router has been masked
            return text
        hidden = [found for found in known if _in_role(text, found)]
        for one, other in pairwise(known):  # several in a row are the sequence itself
            if _is_next(text, one, other):
                hidden += one, other
        for start, end in sorted({found.span() for found in hidden}, reverse=True):
            text = f"{text[:start]}<knock>{text[end:]}"
        return text

    def document(self, data: Mapping[str, object]) -> dict[str, object]:
        """Return a document with its text redacted."""
        return {
            key: value if key in _OUR_WORDS and isinstance(value, str) else self.data(value)
            for key, value in data.items()
        }

    def data(self, value: object) -> object:
        """Return ``value``, made of mappings, lists and scalars, with its text redacted."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, Mapping):
            return self.document(value)
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        return value

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact a log record in place; a logging handler takes this object as its filter."""
        record.msg, record.args = self(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = self("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self(record.stack_info)
        return True


def _without_listed(text: str, masked: Callable[[str], str]) -> str:
    return _LISTED.sub(lambda found: _LISTED_PORT.sub(lambda port: masked(port[0]), found[0]), text)


def _forms(secret: str) -> set[str]:
    """The ways in which a secret is written: as it is, in JSON, in Python, in HTML."""
    return {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], html.escape(secret)}


def _one_of(words: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    if not longest_first:
        return None
    return re.compile(
        "|".join(
            re.escape(word) if len(word) >= _ANYWHERE else rf"(?<!\w){re.escape(word)}(?!\w)"
            for word in longest_first
        )
    )


def _in_role(text: str, port: re.Match[str]) -> bool:
    """Tell whether what stands around ``port`` makes the number a port."""
    start, end = port.span()
    return any(
        before.search(text, max(0, start - _ROLE_CHARS), start) and after.match(text, end)
        for before, after in _ROLES
    )


def _is_next(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return _GAP.fullmatch(text, one.end(), other.start()) is not None
