"""A whole run as one JSON document, whose shape docs/json.md has."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from knockdeploy.errors import Mistake
from knockdeploy.report.outcome import Outcome

_NO_HOSTS: Final = '"hosts": {}'


def document(
    command: str,
    run: str,
    outcomes: Mapping[str, Outcome],
    mistakes: Sequence[Mistake] = (),
) -> dict[str, object]:
    """Return the document of a run; with mistakes no host has an outcome."""
    hosts = {name: outcome.to_json() for name, outcome in outcomes.items()}
    return {**without_hosts(command, run, outcomes.values(), mistakes), "hosts": hosts}


def without_hosts(
    command: str,
    run: str,
    outcomes: Iterable[Outcome],
    mistakes: Sequence[Mistake] = (),
) -> dict[str, object]:
    """Return the document of a run, to which its hosts are to be added."""
    return {
        "schema": f"knockdeploy/{command}/1",
        "run": run,
        "summary": dict(Counter(outcome.status for outcome in outcomes)),
        "hosts": {},
        "errors": [asdict(mistake) for mistake in mistakes],
    }


def written(frame: Mapping[str, object], hosts: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Yield the text of a document in pieces, each host added as it comes."""
    before, after = to_text(frame).split(_NO_HOSTS, 1)
    yield f'{before}"hosts": {{'
    comma = ""
    for name, host in hosts:
        yield f"{comma}\n    {json.dumps(name)}: "
        yield json.dumps(host, indent=2).replace("\n", "\n    ")  # in a string it is an escape
        comma = ","
    yield f"\n  }}{after}" if comma else f"}}{after}"


def to_text(data: Mapping[str, object]) -> str:
    """Return a document as text, in ASCII: no terminal's encoding can spoil it."""
    return json.dumps(data, indent=2)
