"""A user's own templates: file by file, and every mistake in them a sentence."""

from __future__ import annotations

import py_compile
from pathlib import Path

import pytest
from intents import an_intent
from planning import render

from knockdeploy import templates
from knockdeploy.errors import InputError
from knockdeploy.recipe import blocks
from knockdeploy.recipe.placement import Placement

WANTED = an_intent()
SITE = Placement(
    destination="203.0.113.10",
    own_addresses=("203.0.113.10",),
    acl="ACL_WAN",
    acl_exists=True,
    bound=True,
)


def with_template(folder: Path, text: str, name: str = "logging.j2") -> str:
    (folder / "ios").mkdir()
    (folder / "ios" / name).write_text(text)
    return render(WANTED, SITE, folder)


def test_a_users_file_replaces_ours_and_the_others_stay(tmp_path: Path) -> None:
    text = with_template(tmp_path, "! mine\nclass-map type logging match-any {{ names.log_class }}")
    assert "! mine\nclass-map type logging match-any CM_CoPP_Log\n! Both policies" in text
    assert "policy-map type logging" not in text
    assert "object-group service OG_Knock\n" in text


def test_a_folder_without_templates_changes_nothing(tmp_path: Path) -> None:
    assert render(WANTED, SITE, tmp_path) == render(WANTED, SITE)


def test_what_pip_compiles_beside_the_templates_is_none_of_them() -> None:
    py_compile.compile(templates.__file__, doraise=True)
    blocks._environment.cache_clear()  # noqa: SLF001  # a new process would have none
    assert "object-group service OG_Knock\n" in render(WANTED, SITE)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("! {{ nmaes.applet }}\n", "'nmaes' is undefined"),
        ("! {{ names.aplet }}\n", "aplet"),
        ("!\n{% if %}\n", "wrong"),
        ("!\n{% for x in y %}\n", "wrong"),
        ("! {{ 1 // 0 }}\n", "zero"),
        ("! {{ names + 1 }}\n", "unsupported operand"),
        ('{% include "nowhere.j2" %}\n', "nowhere.j2"),
        ("! what?\n", "IOS cannot take"),
        ("! a\ttab\n", "IOS cannot take"),
        ("! caf\N{LATIN SMALL LETTER E WITH ACUTE}\n", "IOS cannot take"),
        ("! \x1b[2J\n", "IOS cannot take"),
        ("! " + "x" * 300 + "\n", "IOS cannot take"),
    ],
)
def test_a_wrong_template_is_a_sentence(tmp_path: Path, template: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        with_template(tmp_path, template)
    (mistake,) = caught.value.mistakes
    assert words in mistake.message
    assert str(mistake).isprintable()


def test_a_wrong_line_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        with_template(tmp_path, "!\n! {{ nothing }}\n")
    assert caught.value.mistakes[0].file == f"{tmp_path}/ios/logging.j2, line 2"
    assert "46543" not in str(caught.value)


def test_no_message_about_a_template_shows_a_knock_port(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        with_template(tmp_path, "! {{ knocks[0].port }}?\n")
    assert "<knock>" in str(caught.value)
    assert "46543" not in str(caught.value)
