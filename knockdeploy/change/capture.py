"""What a router said, kept for a bug report without secrets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from knockdeploy.change.job import Job
from knockdeploy.compliance.transcript import redacted
from knockdeploy.device.session import RouterSession
from knockdeploy.intent import Intent
from knockdeploy.octets import readable, tamed
from knockdeploy.recipe.knock_ports import knock_ports


@contextmanager
def captured(session: RouterSession, job: Job, host: str, intent: Intent) -> Iterator[None]:
    """Give ``job.capture``, if there is one, what is asked and answered until the block ends."""
    if job.capture is None:
        yield
        return
    heard: list[tuple[str, str]] = []
    session.heard = lambda command, answer: heard.append((command, answer))
    try:
        yield
    finally:
        mask, ports = job.masker(intent), knock_ports("\n".join(text for _, text in heard))
        shown = (
            redacted(f"{session.hostname}#{command}\n{text}\n", mask, ports)
            for command, text in heard
        )
        job.capture(host, tamed(readable("\n".join(shown))))
