"""What a text that is no reference was most likely meant to be; passwords are left alone."""

from __future__ import annotations

import pytest

from knockdeploy.inventory.lookalikes import is_one_edit, meant


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("evn:X", "env:"),
        ("Env:X", "env:"),
        ("enf: X", "env:"),
        ("fiel:knocks/r1", "file:"),
        ("files:x", "file:"),
        ("comand:pass show x", "command:"),
        ("vault:secret/x", "command:vault kv get ..."),
        ("op://vault/item", "command:op read op:..."),
        ("${PASSWORD}", "env:NAME"),
        ("$ROUTER_PASSWORD", "env:NAME"),
        ("{{ vault_password }}", "env:NAME"),
        (" env:X", "env:"),
        ("ENC[AES256_GCM,data:p673,iv:,tag:,type:str]", "command:sops decrypt ..."),
        ("$ANSIBLE_VAULT;1.1;AES256 6162", "command:ansible-vault view ..."),
    ],
)
def test_a_misspelt_kind_or_another_tools_way_is_recognised(text: str, reference: str) -> None:
    assert meant(text) == reference


@pytest.mark.parametrize(
    "text",
    [
        "hunter2",
        "evn",
        "evn:",
        "a:b",
        "admin:secret",
        "correct: horse",
        "$ecret",
        "en1v:x",
        "x{{",
        "",
    ],
)
def test_any_other_text_is_a_secret(text: str) -> None:
    assert meant(text) == ""


@pytest.mark.parametrize(
    ("word", "is_near"),
    [
        ("env", True), ("en", True), ("envs", True), ("nev", True), ("eno", True),
        ("xenv", True), ("evn", True), ("vne", False), ("enxyv", False), ("e", False), ("", False),
    ],
)  # fmt: skip
def test_one_edit_is_one_letter_or_two_that_changed_places(word: str, is_near: bool) -> None:
    assert is_one_edit(word, "env") is is_near
