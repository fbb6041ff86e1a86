"""Can the file of a Tcl policy be put on the router: is there a `tclsh`, and room on flash?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from knockdeploy.compliance.facts import Router, error, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios.policy_file import KIND, is_file, path_and_digest
from knockdeploy.recipe.engine.tcl_policy import scripts

FILE_SYSTEMS: Final = "show file systems"
TCLSH: Final = "tclsh"
_INSTEAD: Final = "engine: applet needs no file"


def file_system(router: Router, intent: Intent) -> Iterator[Finding]:
    """The file needs a file system that can be written to, with space for it."""
    if intent.engine != "tcl":
        return
    place, needed = _wanted(router)
    found = _free(router.answer_to(FILE_SYSTEMS), place)
    if found is None:
        yield warning(
            KIND, f"the router does not say whether {place} takes a file: `{FILE_SYSTEMS}`"
        )
    elif "w" not in found[1]:
        yield error(KIND, f"{place} is read-only, and the policy is a file there; {_INSTEAD}")
    elif found[0] < needed:
        yield error(
            KIND,
            f"{found[0]} bytes are free on {place}, and the policy's file has {needed}: delete "
            f"files there; {_INSTEAD}",
        )


def tclsh(router: Router, intent: Intent) -> Iterator[Finding]:
    """The file is typed in `tclsh`."""
    refused = router.answers.get(TCLSH, "")
    if intent.engine == "tcl" and refused:
        yield error(
            KIND,
            f"`tclsh`, in which the policy's file is typed, is refused: {refused}: have AAA allow "
            f"it; {_INSTEAD}",
        )


def _free(text: str, place: str) -> tuple[int, str] | None:
    """Return how many bytes are free there, and its flags.

    `*  256487424  7036928  disk  rw  flash0: flash:#`: the last are its names.
    """
    for line in text.splitlines():
        _, free, _, flags, *prefixes = [*line.lstrip("* ").split(), *[""] * 4]
        if free.isdecimal() and any(each.startswith(place) for each in prefixes):
            return int(free), flags
    return None


def _wanted(router: Router) -> tuple[str, int]:
    """Return where the file is to be, and how many bytes it has."""
    files = (node.text for node in router.rendered.children if is_file(node.text))
    path, wanted = next(map(path_and_digest, files), ("flash:", ""))
    return f"{path.partition(':')[0]}:", len(scripts().get(wanted, b""))
