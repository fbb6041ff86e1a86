"""Coming in by a knock: where nothing answers, knock, and look again (``access: knock``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from knockdeploy.device.jump import is_way
from knockdeploy.errors import UnreachableError
from knockdeploy.knock.client import send_knock
from knockdeploy.knock.probe import Seen, probe, probe_until_open
from knockdeploy.operator import SSH_PORT
from knockdeploy.sequence import TimedKnock

_ANSWERS_WITHIN_S: Final = 3.0  # if nothing answers in 3 s, knock
_OPENS_WITHIN_S: Final = 10.0  # the policy's CLI session takes its time


@dataclass(frozen=True, slots=True)
class Entrance:
    """A router that may have to be knocked at, at ``address``, before it answers us.

    ``knocks`` are tried in turn: the intent's, then the one that it was last deployed with.
    """

    address: str
    knocks: tuple[TimedKnock, ...] = field(repr=False)
    tell: Callable[[str], None] = lambda _: None

    def come_in(self, hostname: str, port: int) -> None:
        """Knock if nothing answers at ``hostname``; return once something does.

        Raises:
            UnreachableError: nothing answers, whatever is knocked.
        """

        def look(within_s: float) -> Seen:
            return probe(hostname, port, service_port=SSH_PORT, within_s=within_s)

        if not look(_ANSWERS_WITHIN_S).is_shut:
            return
        for n_tried, knock in enumerate(self.knocks):
            which = "the sequence deployed before" if n_tried else "the intent's sequence"
            self.tell(f"nothing answers: knocking, {which}")
            send_knock(self.address, knock.sequence, pause_ms=knock.pause_ms)
            # Not shorter than the window: of two sequences the router must not hear one.
            within_s = max(_OPENS_WITHIN_S, knock.window_s + 1)
            if not probe_until_open(look, within_s=within_s).is_shut:
                return
        raise UnreachableError(
            f"{hostname}:{port} does not answer, not even after the knock at {self.address}",
            "if the router listens to another sequence, deploy from where it was deployed, or "
            "with the knock.ports it has; else come by another way: knock.access: direct",
        )


def is_proxied(hostname: str, parameters: Mapping[str, object]) -> bool:
    """Tell whether a jump host connects for us: an entry for our address would not help it."""
    if parameters.get("sock"):
        return True
    file = Path(str(parameters.get("ssh_config_file") or "")).expanduser()
    return is_way(file, hostname)
