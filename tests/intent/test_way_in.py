"""What a stranger's packets keep out must not be the only way in, unless somebody says so."""

from __future__ import annotations

import pytest
from intents import LEAST, an_intent

from knockdeploy.errors import InputError
from knockdeploy.intent import intent_from


def test_access_by_the_applet_alone_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError) as caught:
        intent_from({**LEAST, "access": "knock"}, file="hosts.yaml", host="r1")
    (mistake,) = caught.value.mistakes
    assert (mistake.file, mistake.host) == ("hosts.yaml", "r1")
    assert "access: knock" in mistake.message
    for way in ("management_sources", "engine: tcl", "knock_only: true"):
        assert way in mistake.hint


@pytest.mark.parametrize(
    "way",
    [
        {"management_sources": ["198.51.100.0/24"]},
        {"engine": "tcl"},
        {"knock_only": True},
        {"access": "direct"},
    ],
    ids=str,
)
def test_another_way_or_a_word_that_there_is_none_will_do(way: dict[str, object]) -> None:
    assert an_intent(**{"access": "knock", **way})
