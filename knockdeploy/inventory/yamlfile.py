"""Reading a YAML file as Nornir does, with errors that fit in a sentence."""

from __future__ import annotations

import os
import pickle
import re
from itertools import chain
from pathlib import Path
from typing import Final

# What Nornir reads the same files with: YAML 1.2, no key twice. With ruamel.yaml.clib, which
# pyproject.toml asks for, it takes a seventh of the time.
import ruamel.yaml
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import bare
from knockdeploy.inventory.yamlshape import misshapen
from knockdeploy.plain_files import NotPlainError, reading

MAX_BYTES: Final = 10_000_000
"""The largest file that is read: about 20,000 hosts, each with its data."""

_WRONG: Final = (RecursionError, TypeError, ValueError, AttributeError, LookupError)
"""What ruamel's constructors make of a wrong date, number, key or tag."""


def read_yaml(file: Path, if_missing: str = "") -> object:
    """Return what ``file`` holds, None if nothing; ``if_missing`` is the hint if it is not there.

    Raises:
        InputError: if it cannot be read, is too large or is not valid YAML; the mistake names
            file and line.
    """
    text = _text(file, if_missing)
    try:
        if wrong := misshapen(ruamel.yaml.YAML(typ="safe").parse(text)):
            message, line = wrong
            hint = "write it out, with fewer levels and aliases"
            raise InputError(Mistake(message, hint, f"{file}, line {line}"))
        # What YAML is read with leaves five times as much as the values; they lie among it, and
        # none of it could be given back. Read back once it is gone, they lie together.
        values = pickle.dumps(ruamel.yaml.YAML(typ="safe").load(text))
    except YAMLError as error:
        raise InputError(_mistake(error, file, text)) from None
    except _WRONG:
        message, number = "holds a value that YAML does not allow", _line_of_wrong(text)
        where = f"{file}, line {number}" if number else str(file)
        raise InputError(Mistake(message, 'quote it: "..."', where)) from None
    value: object = pickle.loads(values)  # noqa: S301  # ours
    return value


def _line_of_wrong(text: str) -> int | None:
    """Return the line of the first value that cannot be made; None if each by itself can be."""
    yaml = ruamel.yaml.YAML(typ="safe")
    nodes = [yaml.compose(text)]
    for node in nodes:
        if not isinstance(node.value, str):
            nested = (each if isinstance(each, tuple) else (each,) for each in node.value)
            nodes.extend(chain.from_iterable(nested))
            continue
        try:
            yaml.constructor.construct_object(node)
        except _WRONG:
            line: int = node.start_mark.line
            return line + 1
    return None


def _text(file: Path, if_missing: str) -> str:
    """Read a file, but no pipe, no device, and none that would fill the memory."""
    try:
        with reading(file) as stream:
            n_bytes = os.fstat(stream.fileno()).st_size
            if n_bytes <= MAX_BYTES:
                return stream.read(MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8"
        raise InputError(Mistake(message, "save it as UTF-8", str(file))) from None
    except (OSError, ValueError) as error:
        hint = if_missing if isinstance(error, FileNotFoundError) else ""
        hint = "name a file" if isinstance(error, NotPlainError) else hint
        hint = "name the file in it" if isinstance(error, IsADirectoryError) else hint
        message = f"cannot be read: {getattr(error, 'strerror', None) or 'not a path'}"
        raise InputError(
            Mistake(message, hint or "check the path and its permissions", str(file))
        ) from None
    message = f"has {n_bytes:,} bytes, and more than {MAX_BYTES:,} are not read"
    hint = "split the inventory, or use an inventory plugin with a database"
    raise InputError(Mistake(message, hint, str(file)))


def _mistake(error: YAMLError, file: Path, text: str) -> Mistake:
    """Return ``error`` as a mistake. A value is never quoted: it may be a password."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        message = "is not valid YAML: it holds a character that YAML does not allow"
        return Mistake(message, "a control character, most likely: remove it", str(file))
    number: int = error.problem_mark.line
    problem = re.sub(r" (with value|from) .*", "", str(error.problem), flags=re.DOTALL)
    hint = next((hint for words, hint in _HINTS.items() if words in problem), _LOOK)
    if "\t" in "".join(text.splitlines()[number : number + 1]):
        hint = "indent with spaces, not tabs"
    return Mistake(f"is not valid YAML: {bare(problem, 100)}", hint, f"{file}, line {number + 1}")


_LOOK: Final = (
    "look at this line and the one before it: spaces, brackets, quotes around a value with a colon"
)
_HINTS: Final = {
    "cannot start any token": "quote what begins with a special character",
    "duplicate key": "each key once",
    "undefined alias": "define it first, with &NAME",
    "tag": "remove the tag (!...)",
    "<document start>": "is it YAML? Ansible's hosts file, for one, is not",
    "document": "one document a file: no second ---",
}
