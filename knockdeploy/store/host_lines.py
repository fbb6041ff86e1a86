"""A JSON document with a line for each host: any program reads it, and we one host at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final

_FIRST: Final = '"hosts": {\n'
_LAST: Final = "}}\n"
_LONGEST: Final = 500_000_000  # bytes; a router takes about 20,000


def lines(about: Mapping[str, object], hosts: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Yield the text of a document, in pieces that end where its lines do, or before."""
    yield f"{json.dumps(about).removesuffix('}')}, {_FIRST}"
    comma = ""
    for name, each in hosts:
        yield f"{comma}{json.dumps(name)}: {json.dumps(each)}"
        comma = ",\n"
    yield f"\n{_LAST}" if comma else _LAST


def read(stream: BinaryIO) -> tuple[dict[str, Any], Iterable[tuple[str, Any]]]:
    """Return what a document has beside its hosts, and these, to be read while it is open.

    One that is written in other lines, by an earlier version say, is read at once.

    Raises:
        ValueError, RecursionError: it is damaged; also while the hosts are read.
    """
    first = stream.readline(_LONGEST)
    if first.endswith(_FIRST.encode()):
        return _object(first + _LAST.encode()), _hosts(stream)
    whole = _object(first + stream.read(_LONGEST))
    return whole, _mapping(whole.pop("hosts", {})).items()


def _hosts(stream: BinaryIO) -> Iterator[tuple[str, Any]]:
    while (line := stream.readline(_LONGEST).rstrip()) != b"}}":
        if not line:  # cut short
            raise ValueError
        yield from _object(b"{%b}" % line.removesuffix(b",")).items()
    if stream.read(1):
        raise ValueError


def _object(text: bytes) -> dict[str, Any]:
    return _mapping(json.loads(text))


def _mapping(data: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever JSON has
    if not isinstance(data, dict):
        raise ValueError  # noqa: TRY004  # of the file's text, not of a caller's value
    return data
