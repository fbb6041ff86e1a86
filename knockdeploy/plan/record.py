"""What names cannot tell, kept on the router itself: which shared things we brought."""

from __future__ import annotations

from dataclasses import dataclass

from knockdeploy.ios.tree import Node

RECORD = "event manager environment _knock_Owned"
_FLAGS = ("acl", "binding", "sequence")
_BLANK = "+"  # in no entry of ours; a blank would end the item for whoever reads by words


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that stood in the ACL before us and reads like one of ours.

    IOS takes an entry once (design §4), so it moved up and became ours; ``rank`` is how many
    foreign entries stood above it, since numbers do not survive a reload (ios-facts §11).
    """

    rank: int
    text: str

    def __str__(self) -> str:
        return f"{self.rank}:{self.text.replace(' ', _BLANK)}"

    @classmethod
    def read(cls, item: str) -> Moved | None:
        """Return what an item of the record says, None for what none of ours wrote."""
        rank, _, text = item.partition(":")
        return cls(int(rank), text.replace(_BLANK, " ")) if rank.isdigit() and text else None


@dataclass(frozen=True, slots=True)
class Record:
    """What was there before us, or was not.

    ``acl``: the inbound ACL is ours whole. ``binding``: we bound it. ``sequence``: the messages
    had no sequence numbers before us. ``policy``: somebody else's policy on the host path, which
    has our class. ``copy``: the ACL was that one, and is left as it was. ``moved``: see there.
    """

    acl: bool = False
    binding: bool = False
    sequence: bool = False
    policy: str | None = None
    copy: str | None = None
    moved: tuple[Moved, ...] = ()

    @classmethod
    def read(cls, config: Node) -> Record | None:
        """Return the record of a configuration, or None where nothing of ours was deployed."""
        start = f"{RECORD} "
        for node in config.children:
            if node.text.startswith(start):
                return cls._of(node.text.removeprefix(RECORD).strip().split(","))
        return None

    @classmethod
    def _of(cls, items: list[str]) -> Record:
        values = dict(item.partition("=")[::2] for item in items if not item.startswith("moved="))
        moved = (Moved.read(item.removeprefix("moved=")) for item in items if "moved=" in item)
        return cls(
            acl="acl" in items,
            binding="binding" in items,
            sequence="sequence" in items,
            policy=values.get("policy") or None,
            copy=values.get("copy") or None,
            moved=tuple(each for each in moved if each),
        )

    def line(self) -> str:
        """Return the record as the line that keeps it."""
        items = ["v1", *(name for name in _FLAGS if getattr(self, name))]
        items += [
            f"{name}={getattr(self, name)}" for name in ("policy", "copy") if getattr(self, name)
        ]
        items += [f"moved={each}" for each in self.moved]
        return f"{RECORD} {','.join(items)}"
