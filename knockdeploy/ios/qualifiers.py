"""The words behind the addresses and ports of an ACL entry, and what each asks of a packet."""

from __future__ import annotations

from collections.abc import Sequence

# How many words belong to each. An entry matches whatever these say:
_HARMLESS = {"log": 0, "log-input": 0, "reflect": 1, "timeout": 1}  # reflect opens the way back
# What no configuration tells of a packet: the time, a mark, a flag, an option.
_UNSURE = {
    "ack": 0, "dscp": 1, "fin": 0, "match-all": 1, "match-any": 1, "option": 1, "precedence": 1,
    "psh": 0, "rst": 0, "syn": 0, "time-range": 1, "tos": 1, "ttl": 2, "urg": 0,
}  # fmt: skip
_FLAGS = ("+", "-")  # match-all +syn -ack
ESTABLISHED = "established"
FRAGMENTS = "fragments"  # the later parts of a packet; the first one, with the ports, never
_KNOWN = frozenset({ESTABLISHED, FRAGMENTS, *_HARMLESS, *_UNSURE})


class UnknownQualifierError(ValueError):
    """A word that no table has: it may be the keyword of a port."""


def is_sure(words: Sequence[str], protocol: str) -> bool:
    """Tell whether an entry matches for sure what its addresses and ports match.

    Raises:
        UnknownQualifierError: if a word may change which packets those are.
    """
    if protocol not in {"tcp", "udp", "ip"}:
        return all(word in _HARMLESS for word in words)  # else types and codes of ICMP and IGMP
    rest, sure = list(words), True
    while rest:
        word = rest.pop(0)
        if word in _UNSURE or word.startswith(_FLAGS):
            sure = False
        elif word not in _KNOWN:
            raise UnknownQualifierError(word)
        if word == "ttl" and rest[:1] == ["range"]:
            rest.pop(0)
        del rest[: _HARMLESS.get(word, _UNSURE.get(word, 0))]
        if word in {"log", "log-input"} and rest and rest[0] not in _KNOWN:
            rest.pop(0)  # a cookie, which is printed with the message
    return sure
