"""Can the file of a Tcl policy be put on the router: is there a `tclsh`, and room on flash?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knockdeploy.compliance.facts import Router, error, warning
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios.policy_file import KIND, path_and_digest
from knockdeploy.recipe.engine.tcl import script

FILE_SYSTEMS: Final = "show file systems"
TCLSH: Final = "tclsh"
_INSTEAD: Final = "engine: applet needs no file"


def file_system(router: Router, intent: Intent) -> Iterator[Finding]:
    """The file wants a place that can be written to, with room for it."""
    if intent.engine != "tcl":
        return
    place = _place(router)
    row = re.compile(rf"^\*? *\d++ +(\d++) +\w+ +(\w+) +.*?(?<!\w){place}", re.MULTILINE)
    found = row.search(router.said(FILE_SYSTEMS))
    needed = len(script())
    if found is None:
        yield warning(
            KIND, f"the router does not say whether {place} takes a file: `{FILE_SYSTEMS}`"
        )
    elif "w" not in found[2]:
        yield error(KIND, f"{place} is read-only, and the policy is a file there; {_INSTEAD}")
    elif int(found[1]) < needed:
        yield error(
            KIND,
            f"{found[1]} bytes are free on {place}, and the policy's file has {needed}: delete "
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


def _place(router: Router) -> str:
    files = (node.text for node in router.rendered.children if node.text.startswith(f"{KIND} "))
    path = next((path_and_digest(text)[0] for text in files), "flash:")
    return f"{path.partition(':')[0]}:"
