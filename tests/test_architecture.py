"""Dependencies point down only, and each library has the modules that may know it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# From the bottom up; a module may import what stands in its own line or in an earlier one.
LAYERS = (
    (
        "announced",
        "errors",
        "octets",
        "plain_files",
        "sequence",
        "command",
        "operator",
        "state",
        "__init__",
    ),
    ("intent", "schedule"),
    ("secrets",),
    ("ios",),
    ("lab",),
    ("knock",),
    ("recipe", "templates"),
    ("plan",),
    ("rehearsal",),
    ("device",),
    ("compliance",),
    ("inventory",),
    ("store",),
    ("report",),
    ("change",),
    ("rollout",),
    ("tasks",),
    ("cli",),
    ("__main__",),
)
# What may never be imported, however far down it stands.
NEVER = {
    "ios": {name for names in LAYERS for name in names} - {"ios", "errors"},
    "lab": {"plan", "recipe", "device"},
    "device": {"lab", "plan", "recipe"},
    "plan": {"device", "lab"},
}
# Who may import what: a name is a module or a folder with all below it.
LIBRARIES = {
    "ciscoconfparse": {"ios.library"},
    "loguru": {"ios.library"},
    "jinja2": {"recipe.rendering", "report.page.html"},
    "junitparser": {"report.formats.junit"},
    "prometheus_client": {"report.formats.prometheus"},
    "markupsafe": {"report.page.html"},
    "netmiko": {"device"},
    "paramiko": {"device"},
    "asyncssh": {"lab"},
    "cryptography": {"lab", "device"},
    "distributed": {"rollout.cluster", "rollout.scheduler"},
    "rich": {"cli"},
    "typer": {"cli"},
    "click": {"cli"},
    "nornir": {"inventory", "rollout", "tasks", "change", "device", "cli"},
    "nornir_netmiko": {"device"},
    "pydantic": {"intent", "inventory", "report"},
    "pydantic_core": {"intent", "inventory"},
    "ruamel": {"inventory"},
    "segno": {"knock.formats.card"},
    "yaml": {"inventory", "lab", "store", "schedule"},
}


def _name(file: Path) -> str:
    """Return the name of a module below knockdeploy, as it is imported."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    parts = parts[1:] if parts[0] == "knockdeploy" else parts
    return ".".join(part for part in parts if part != "__init__") or "__init__"


@cache
def _modules() -> dict[str, Path]:
    files = [
        path
        for folder in ("knockdeploy", "tasks", "templates")
        for path in sorted((ROOT / folder).rglob("*.py"))
        # the package may hold links to the folders that ship inside it
        if not (
            folder == "knockdeploy" and path.parts[len(ROOT.parts) + 1] in {"tasks", "templates"}
        )
    ]
    return {_name(file): file for file in files}


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _layer(module: str) -> int:
    top = module.partition(".")[0]
    found = [rank for rank, names in enumerate(LAYERS) if top in names]
    assert found, f"{module} has no place in LAYERS"
    return found[0]


@pytest.mark.parametrize("module", sorted(_modules()))
def test_dependencies_point_down_only(module: str) -> None:
    for imported in _imports(_modules()[module]):
        package, _, inner = imported.partition(".")
        if package != "knockdeploy" or not inner:
            continue
        if inner != "__version__":
            assert _layer(inner) <= _layer(module), f"{module} imports {imported}"


@pytest.mark.parametrize("module", sorted(_modules()))
def test_what_is_never_imported(module: str) -> None:
    never = NEVER.get(module.partition(".")[0], set())
    for imported in _imports(_modules()[module]):
        package, _, inner = imported.partition(".")
        is_ours = package == "knockdeploy"
        assert not (is_ours and inner.partition(".")[0] in never), f"{module} imports {imported}"


@pytest.mark.parametrize("module", sorted(_modules()))
def test_a_library_is_known_where_it_belongs(module: str) -> None:
    for imported in _imports(_modules()[module]):
        library = imported.partition(".")[0]
        if library == "knockdeploy" or library in sys.stdlib_module_names:
            continue
        owners = LIBRARIES.get(library)
        assert owners is not None, f"{module} imports {library}, which nobody may"
        allowed = any(module == owner or module.startswith(f"{owner}.") for owner in owners)
        assert allowed, f"{module} imports {library}: only {', '.join(sorted(owners))} may"


@pytest.mark.parametrize("module", sorted(name for name in _modules() if name.startswith("ios")))
def test_reading_ios_is_pure(module: str) -> None:
    impure = {"os", "socket", "subprocess", "time", "threading", "asyncio", "pathlib", "random"}
    assert not impure & set(_imports(_modules()[module]))


@pytest.mark.parametrize("module", sorted(_modules()))
def test_only_the_command_line_prints(module: str) -> None:
    calls = [
        node.func.id
        for node in ast.walk(ast.parse(_modules()[module].read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert "print" not in calls or module.startswith("cli"), module


# Lines of what is put on a router, and the only folders that spell them.
SPELLED = ("ip access-list extended ", "event manager applet ", "control-plane")
SPELL = {"recipe", "ios", "lab"}


@pytest.mark.parametrize("module", sorted(_modules()))
def test_lines_of_ios_are_spelled_where_they_are_known(module: str) -> None:
    text = _modules()[module].read_text()
    spelled = [line for line in SPELLED if line in text]
    assert not spelled or module.partition(".")[0] in SPELL, f"{module} spells {spelled}"


def test_every_package_ships() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {
        "knockdeploy" if _name(file) == "__init__" else f"knockdeploy.{_name(file)}"
        for file in _modules().values()
        if file.name == "__init__.py"
    }
    assert set(listed) == folders
    assert len(listed) == len(set(listed))


def test_the_page_for_contributors_has_the_layers_in_their_order() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = page.partition("## The layers")[2].split("```")[1]
    rows = [re.match(r" ((?:\w+/?(?:, )?)+)", line) for line in picture.splitlines()[1:]]
    drawn = [set(re.findall(r"\w+", row[1])) for row in rows if row]
    beside = {"__init__", "__main__", "templates"}
    layers = [set(names) - beside for names in LAYERS if set(names) - beside]
    assert drawn[::-1] == layers
