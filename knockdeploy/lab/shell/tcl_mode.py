"""``tclsh``: a shell in which a file is typed, as far as that goes (ios-facts-more §C)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from knockdeploy.lab.router.flash import Flash

_PUTS: Final = re.compile(r'puts \[open "((?:boot)?flash:/?[^"\s]+)" w\+?\] \{(.*)\}', re.DOTALL)


@dataclass(slots=True)
class TclMode:
    """What was typed in ``tclsh`` so far. A file is written when the shell is left, not before."""

    flash: Flash
    _lines: list[str] = field(default_factory=list)
    _files: dict[str, str] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """What stands before `(tcl)#`: a brace that is open asks for more."""
        return "+>" if self._lines else ""

    def typed(self, line: str, end: str) -> str | None:
        """Take a line; return what is printed, or None where it is one for the router."""
        if self._lines and end == "\n":  # a new statement, and the brace is missing
            self._lines.clear()
            return "missing close-brace\n"
        self._lines.append(line)
        text = "\n".join(self._lines)
        if text.count("{") > text.count("}"):
            return ""
        self._lines.clear()
        if found := _PUTS.fullmatch(text.strip()):
            self._files[self.flash.name_of(found[1])] = f"{found[2]}\n"  # puts ends the line
            return ""
        return None

    def left(self) -> str:
        """Write the files; return what is printed where that fails."""
        refused = ((name, self.flash.write(name, text)) for name, text in self._files.items())
        return "".join(
            f'error writing "flash:{name}": {why.lower()}\n' for name, why in refused if why
        )
