"""What ships, what is pinned, and what the front page promises."""

from __future__ import annotations

import glob
import os
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import knockdeploy

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
SETUPTOOLS = PROJECT["tool"]["setuptools"]
SHIPPED_FOLDERS = ["tasks", "templates"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def direct_requirements() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    lists = [PROJECT["project"]["dependencies"], *extras]
    return [Requirement(text) for texts in lists for text in texts]


def required_distributions() -> Iterator[str]:
    """Walk everything that an installation with its dev extra needs, here and now."""
    todo, seen = direct_requirements(), set[tuple[str, frozenset[str]]]()
    while todo:
        requirement = todo.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        yield key[0]
        for text in metadata.requires(requirement.name) or []:
            needed = Requirement(text)
            extras = requirement.extras or {""}
            if not needed.marker or any(needed.marker.evaluate({"extra": e}) for e in extras):
                todo.append(needed)


def pins() -> dict[str, str]:
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    return {name: version for name, _, version in (line.partition("==") for line in lines)}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


def test_every_folder_with_an_init_is_a_package_that_ships() -> None:
    folders = {path.parent for path in (ROOT / "knockdeploy").rglob("__init__.py")}
    # rglob does not follow the two links, which the mapping ships from the top level.
    folders |= {ROOT / "knockdeploy" / name for name in SHIPPED_FOLDERS}
    names = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(SETUPTOOLS["packages"]) == names


@pytest.mark.parametrize("name", SHIPPED_FOLDERS)
def test_top_level_folder_ships_inside_the_package_and_is_linked_there(name: str) -> None:
    assert SETUPTOOLS["package-dir"][f"knockdeploy.{name}"] == name
    assert (ROOT / name / "__init__.py").is_file()
    assert os.readlink(ROOT / "knockdeploy" / name) == f"../{name}"  # noqa: PTH115  # as text


def test_every_file_that_is_not_python_ships() -> None:
    globs = [
        ROOT / SETUPTOOLS["package-dir"].get(package, package.replace(".", "/")) / pattern
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
    ]
    shipped = {Path(name) for pattern in globs for name in glob.glob(str(pattern))}  # noqa: PTH207
    there = {
        path
        for folder in ("knockdeploy", *SHIPPED_FOLDERS)
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assert shipped == there


def test_changelog_tells_of_this_version() -> None:
    versions = re.findall(r"^## \[(\S+)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[:2] == ["Unreleased", knockdeploy.__version__]


def test_installed_version_is_that_of_the_sources() -> None:
    assert metadata.version("knockdeploy") == knockdeploy.__version__


def test_make_targets_of_the_readme_exist() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", read("README.md")))
    assert {"demo", "test"} <= named
    assert named <= make_targets()


def test_phony_targets_are_all_targets() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)
    assert set(phony.split()) == make_targets()


def test_constraints_are_versions_in_order_and_nothing_else() -> None:
    lines = read("constraints.txt").splitlines()[1:]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line) for line in lines)
    assert list(pins()) == sorted(pins())


def test_constraints_satisfy_what_pyproject_asks_for() -> None:
    pinned = pins()
    for requirement in direct_requirements():
        version = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement.name


def test_constraints_pin_everything_that_is_installed_with_us() -> None:
    assert set(required_distributions()) == set(pins())


def test_ci_runs_what_the_readme_tells_to_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text().splitlines()
    assert "set -eu" in lines
    assert lines[-1].startswith("make test")  # so that pytest's own closing line is the last


def test_no_page_has_a_conflict_left_in_it() -> None:
    pages = (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
    left = re.compile("^(<{7}|>{7}) ", re.MULTILINE)
    assert [page for page in pages if left.search(page.read_text(encoding="utf-8"))] == []
