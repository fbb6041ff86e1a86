"""What the words behind addresses and ports make of an entry (ios-facts §5)."""

from __future__ import annotations

import pytest

from knockdeploy.ios.qualifiers import UnknownQualifierError, is_sure


@pytest.mark.parametrize(
    ("words", "is_certain"),
    [
        ("", True),
        ("established", True),
        ("established log", True),
        ("log-input cookie", True),
        ("log cookie time-range NIGHT", False),
        ("reflect OUT timeout 30", True),
        ("fragments dscp ef", False),
        ("established time-range NIGHT log", False),
        ("match-all +syn -ack", False),
        ("+syn log", False),
        ("ack psh", False),
        ("ttl range 3 9", False),
        ("ttl gt 3 tos 4", False),
        ("established eq 22", None),
    ],
)
def test_entry_is_certain_whose_words_ask_nothing_that_no_configuration_tells(
    words: str, is_certain: bool | None
) -> None:
    """None: a word may belong to the ports, and is refused rather than passed over."""
    if is_certain is None:
        with pytest.raises(UnknownQualifierError):
            is_sure(words.split(), "tcp")
    else:
        assert is_sure(words.split(), "tcp") is is_certain
