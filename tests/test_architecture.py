"""Dependencies point down only, and each library has the modules that may know it."""

from __future__ import annotations

import ast
import re
import statistics
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
# From the bottom up; a module may import what stands in its own line or in an earlier one.
LAYERS = (
    (
        "secret_words",
        "errors",
        "cores",
        "gc_tuning",
        "octets",
        "plain_files",
        "sequence",
        "command",
        "operator",
        "state",
        "stop_flag",
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
    "jinja2": {"recipe.blocks", "report.page.html"},
    "junitparser": {"report.formats.junit"},
    "prometheus_client": {"report.formats.prometheus"},
    "markupsafe": {"report.page.html"},
    "netmiko": {"device"},
    "paramiko": {"device"},
    "asyncssh": {"lab"},
    "cryptography": {"lab", "device"},
    "distributed": {
        "rollout.cluster",
        "rollout.cluster_worker",
        "rollout.post",
        "rollout.scheduler",
    },
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


@cache
def _nodes(module: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(_modules()[module].read_text())))


def _imports(module: str) -> Iterator[str]:
    for node in _nodes(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _all_imports() -> Iterator[tuple[str, str]]:
    return ((module, each) for module in _modules() for each in _imports(module))


def _own_imports() -> Iterator[tuple[str, str]]:
    """Yield each module with what it imports of ours, both as they are named below knockdeploy."""
    for module, imported in _all_imports():
        package, _, inner = imported.partition(".")
        if package == "knockdeploy" and inner not in {"", "__version__"}:
            yield module, inner


def _layer(module: str) -> int:
    top = module.partition(".")[0]
    found = [rank for rank, names in enumerate(LAYERS) if top in names]
    assert found, f"{module} has no place in LAYERS"
    return found[0]


def test_dependencies_point_down_only() -> None:
    own = set(_own_imports())
    assert ("tasks.deploy", "change.push") in own, "what is looked for is found"
    assert [each for each in own if _layer(each[1]) > _layer(each[0])] == []


def test_what_is_never_imported() -> None:
    never = {name: NEVER.get(name.partition(".")[0], set()) for name in _modules()}
    assert [each for each in _own_imports() if each[1].partition(".")[0] in never[each[0]]] == []


def test_a_library_is_known_where_it_belongs() -> None:
    wrong = set()
    for module, imported in _all_imports():
        library = imported.partition(".")[0]
        if library == "knockdeploy" or library in sys.stdlib_module_names:
            continue
        owners = LIBRARIES.get(library, set())
        if not any(module == owner or module.startswith(f"{owner}.") for owner in owners):
            wrong.add(f"{module} imports {library}: only {', '.join(sorted(owners))} may")
    assert wrong == set()


def test_reading_ios_is_pure() -> None:
    impure = {"os", "socket", "subprocess", "time", "threading", "asyncio", "pathlib", "random"}
    of_ios = [each for each in _all_imports() if each[0].partition(".")[0] == "ios"]
    assert of_ios
    assert [each for each in of_ios if each[1] in impure] == []


def test_only_the_command_line_prints() -> None:
    printing = {
        module
        for module in _modules()
        for node in _nodes(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    }
    assert {module.partition(".")[0] for module in printing} == {"cli"}


# Lines of what is put on a router, and the only folders that spell them.
SPELLED = ("ip access-list extended ", "event manager applet ", "control-plane")
SPELL = {"recipe", "ios", "lab"}


def test_lines_of_ios_are_spelled_where_they_are_known() -> None:
    spelled = {
        module.partition(".")[0]
        for module, file in _modules().items()
        if any(line in file.read_text() for line in SPELLED)
    }
    assert spelled == SPELL


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


LONGEST_FUNCTION, LONGEST_FILE, USUAL_FILE = 45, 300, 110


def test_functions_and_files_are_short() -> None:
    lengths = {module: len(file.read_text().splitlines()) for module, file in _modules().items()}
    too_long = [
        f"{module}.{node.name}: {n_lines} lines"
        for module in lengths
        for node in _nodes(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (n_lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    too_long += [f"{module}: {n}" for module, n in lengths.items() if n > LONGEST_FILE]
    assert too_long == []
    assert statistics.median(lengths.values()) <= USUAL_FILE
