"""Texts that look like references but are none: misspelt, or as another tool has them."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from knockdeploy.inventory.references import KINDS

_ELSEWHERE: Final = MappingProxyType(
    {
        "bw": "command:bw get password ...",
        "cmd": "command:",
        "environment": "env:",
        "exec": "command:",
        "keyring": "command:keyring get ...",
        "op": "command:op read op:...",
        "pass": "command:pass show ...",
        "path": "file:",
        "shell": "command:",
        "sops": "command:sops decrypt ...",
        "vault": "command:vault kv get ...",
    }
)
"""Words that lead to secrets in other tools' files, and what does so here."""

_WORD: Final = re.compile(r"([A-Za-z][A-Za-z-]*): *\S")
_VARIABLE: Final = re.compile(r"\$\{\w+\}|\$[A-Z][A-Z0-9_]+|%\w+%")
_TEMPLATE: Final = re.compile(r"\{\{.*\}\}")
_ENCRYPTED: Final = MappingProxyType(
    {
        "$ANSIBLE_VAULT;": "command:ansible-vault view ...",
        "ENC[": "command:sops decrypt ...",
    }
)
"""How a text begins that another tool encrypted in its place."""


def meant(text: str) -> str:
    """Return the reference that a text most likely stands for; empty if it looks like none."""
    text = text.strip()
    for beginning, reference in _ENCRYPTED.items():
        if text.startswith(beginning):
            return reference
    if _VARIABLE.fullmatch(text) or _TEMPLATE.fullmatch(text):
        return "env:NAME"
    match = _WORD.match(text)
    word = match[1].lower() if match else ""
    if word in _ELSEWHERE:
        return _ELSEWHERE[word]
    return next((kind for kind in KINDS if word and is_one_edit(word, kind[:-1])), "")


def is_one_edit(word: str, known: str) -> bool:
    """Tell whether they differ by one letter: added, left out, replaced or swapped."""
    n = next((n for n, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), None)
    if n is None:
        return abs(len(word) - len(known)) <= 1
    a, b = word[n:], known[n:]
    return a[1:] in {b, b[1:]} or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
