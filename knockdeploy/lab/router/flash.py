"""The files of a virtual router's flash, how it is called, and where writing one ends badly."""

from __future__ import annotations

from knockdeploy.lab.faults import FaultBox


class Flash(dict[str, str]):
    """Files by name, without ``flash:``; ``box`` says how big it is and whether it is worn.

    ``name`` is what messages call it, ``disk`` what ``dir`` does; ``flash:`` is always understood.
    """

    def __init__(self, box: FaultBox, name: str, disk: str) -> None:
        super().__init__()
        self.name = name
        self.disk = disk
        self.prefixes = (name, disk, "flash:")
        self._box = box

    def has(self, file: str) -> bool:
        """Tell whether a file, as it is written with its file system, would be one of here."""
        return file.startswith(self.prefixes)

    def name_of(self, file: str) -> str:
        """Return the name of a file here that is written with its file system, or without."""
        for prefix in self.prefixes:
            if file.startswith(prefix):
                return file.removeprefix(prefix).lstrip("/")
        return file

    @property
    def n_free(self) -> int:
        """How many bytes are free."""
        return max(0, self._box.current.flash_bytes - sum(map(len, self.values())))

    def write(self, name: str, text: str) -> str:
        """Write a file in place of one that is there; return "" or why not, as IOS says it."""
        if self._box.current.flash_read_only:
            return "Read-only file system"  # wording unknown, as the next
        if len(text) > self.n_free + len(self.get(name, "")):
            return "No space left on device"
        self.pop(name, None)  # the newest is last
        self[name] = text
        return ""
