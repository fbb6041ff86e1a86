"""Reading a YAML file as Nornir does, with errors that fit in a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import ruamel.yaml  # what Nornir reads the same files with: YAML 1.2, no key twice
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from knockdeploy.errors import InputError, Mistake
from knockdeploy.intent.faults import quoted


def read_yaml(file: Path, if_missing: str = "") -> object:
    """Return what ``file`` holds, None if nothing; ``if_missing`` is the hint if it is not there.

    Raises:
        InputError: if it cannot be read or is no YAML; the mistake names file and line.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            Mistake(f"byte {error.start + 1} is not UTF-8", "save it as UTF-8", file=str(file))
        ) from None
    except OSError as error:
        hint = if_missing if isinstance(error, FileNotFoundError) else ""
        message = f"cannot be read: {error.strerror}"
        raise InputError(Mistake(message, hint, file=str(file))) from None
    try:
        value: object = ruamel.yaml.YAML(typ="safe").load(text)
    except YAMLError as error:
        raise InputError(yaml_mistake(error, file)) from None
    except (RecursionError, ValueError):
        raise InputError(Mistake("is no YAML that can be read", file=str(file))) from None
    return value


def yaml_mistake(error: YAMLError, file: Path) -> Mistake:
    """Return ``error`` as a mistake. A value is never quoted: it may be a password."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Mistake("is no YAML: it holds a character that YAML does not allow", file=str(file))
    problem = re.sub(r" with value .*", "", str(error.problem), flags=re.DOTALL)
    hint = "indent with blanks, not tabs" if "\\t" in problem else ""
    where = f"{file}, line {error.problem_mark.line + 1}"
    return Mistake(f"is no YAML: {quoted(problem)[1:-1]}", hint, file=where)
