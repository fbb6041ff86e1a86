"""Plain field English: what must not occur in a message, a page or a template."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT = {
    r"(?<!there )\bis no (?!longer\b)": "is not a ...",
    r"\b(?:that|which) are no\b(?! longer)": "that are not ...",
    r"\bnone of its values\b": "not one of the allowed values",
    r"\bno such key\b": "unknown key",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bwrong words\b": "usage or input error",
    r"\bthe proof is (?:failed|door|entry|unreached|\{)": "proof failed",
    r"\bthe router is now:": "router state: ...",
    r"\bthere to stay\b": "a change is pending",
    r"\bwaits for its confirmation\b": "is pending",
    r"\bno end was noted\b": "ended without a result",
    r"\bnobody set the clock\b": "clock is not set",
    r"\bentry, for us\b": "for 192.0.2.9",
    r"\bhung up\b": "the connection was closed",
    r"(?<!')\bblanks?\b": "spaces",  # 'blank' is a value of a switch of the lab
    r"\bhas not what\b": "lacks",
    r"\bsomething else than\b": "not as planned",
    r"\bexpected was\b": "expected:",
    r"\b(?:is|are) wanted\b": "what is intended, what it should have",
    r"\bstands? (?:there|already|in it)\b": "is there, is already there",
    r"\bnobody comes in\b": "nobody gets in",
    r"\bin clear\b(?! text)": "in clear text",
    r"\bso many (?:routers|minutes|logins|a second)\b": "how many, at most this many",
    r"\b(?:is|are) there already\b": "already exists",
    r"\bas nobody's\b": "without a user name",
    r"\bconfiguration of before\b": "the configuration before the run",
    r"\bthe environment has no\b": "environment variable ... is not set",
    r"\bit is not said\b": "no ... is named",
    r"\b(?:is|are|was|were) seen (?:shut|open)\b": "is shut, is open",
    r"\bsays? it of all\b": "already sets all",
    r"\bas nothing denies\b": "since nothing denies it",
    r"\bcomes? to no end\b": "does not end",
    r"\bno such thing\b": "nothing like that",
}
"""What a network engineer would not say, and what is said in its place."""

LAB = ROOT / "knockdeploy/lab"
"""Speaks as IOS does; its tables are for us."""


def messages() -> Iterator[tuple[str, str]]:
    """Yield every text of the program that may be read by its users, with its place."""
    for file in sorted((ROOT / "knockdeploy").rglob("*.py")):
        if LAB in file.parents:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        mute = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        for node in ast.walk(tree):
            text = ast.unparse(node) if isinstance(node, ast.JoinedStr) else ""
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = "" if id(node) in mute else node.value
            if text:
                yield f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", text


def helps() -> Iterator[tuple[str, str]]:
    """Yield the docstrings that --help and the schemas print."""
    for name in ("errors.py", "cli/arguments", "report", "intent"):
        path = ROOT / "knockdeploy" / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    text = (ast.get_docstring(node) or "").partition("Raises:")[0]
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", text


def pages() -> Iterator[tuple[str, str]]:
    """Yield every line of the pages, of the templates and of what ships beside them."""
    for pattern in ("*.md", "docs/*.md", "docs/*.txt", "templates/**/*.j2"):
        for file in sorted(ROOT.glob(pattern)):
            if file.name == "CHANGELOG.md":
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                yield f"{file.relative_to(ROOT)}:{number}", line


@cache
def everything() -> tuple[tuple[str, str], ...]:
    """Return all of it, read once."""
    return (*messages(), *helps(), *pages())


@pytest.mark.parametrize("pattern", NOT)
def test_nothing_is_said_as_nobody_would_say_it(pattern: str) -> None:
    wrong = re.compile(pattern, re.IGNORECASE)
    found = [
        f"{place}: {text[:120]!r} (say: {NOT[pattern]})"
        for place, text in everything()
        if wrong.search(text)
    ]
    assert not found, "\n".join(found)


def test_the_places_that_are_looked_at_have_texts() -> None:
    places = [place for place, _ in everything()]
    assert len([place for place in places if ".py:" in place]) > 1100  # else nothing is tested
    assert any(place.startswith("templates/") for place in places)
