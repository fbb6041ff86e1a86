"""Commands that change routers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knockdeploy.change.options import ChangeOptions
from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.arguments.hosts import Routers
from knockdeploy.cli.completing import runs_like
from knockdeploy.cli.options import Full, ProofFrom, SaveAll
from knockdeploy.cli.rollout_options import RolloutOptions

if TYPE_CHECKING:
    from knockdeploy.cli.change_run import ChangeRequest
    from knockdeploy.cli.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """What is deployed: the plan of a file, what failed in a run, or all that is planned now."""

    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Deploy a plan written by plan -o, to routers that have not changed since.",
            show_default="plan now",
        ),
    ] = None
    failed_in: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Only routers that did not succeed in this run; latest for the newest.",
            show_default="all hosts",
            autocompletion=runs_like,
        ),
    ] = None
    check: Annotated[
        bool, typer.Option("--check", help="Dry run: the same as the command plan.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """How a deployment is proved."""

    no_proof: Annotated[
        bool, typer.Option("--no-proof", help="Do not knock to prove that the door works.")
    ] = False
    proof_from: ProofFrom = None
    accept_reprint: Annotated[
        bool,
        typer.Option(
            "--accept-reprint", help="Accept lines that this image prints in another form."
        ),
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What deploy, remove and rollback may do to a router."""

    open_: Annotated[
        bool, typer.Option("--open", help="Allow services to become reachable without a knock.")
    ] = False
    confirm_minutes: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=120,
            help="Minutes until the router reverts by itself unless the change is confirmed.",
            show_default="rollout.confirm_minutes, else 5",
        ),
    ] = None
    no_revert: Annotated[
        bool,
        typer.Option(
            "--no-revert",
            help="Do not arm the revert timer: a failure may leave a router half configured.",
        ),
    ] = False
    save_all: SaveAll = False
    full: Full = False

    @property
    def options(self) -> ChangeOptions:
        """What the tasks take."""
        return ChangeOptions(
            confirm_minutes=self.confirm_minutes,
            reverts=not self.no_revert,
            allows_opening=self.open_,
            saves_all=self.save_all,
        )


def _request(routers: Routers, rollout: RolloutOptions, allowed: Allowed) -> ChangeRequest:
    from knockdeploy.cli.change_run import ChangeRequest

    return ChangeRequest(routers, allowed.options, rollout)


@app.command()
def deploy(
    console: Console,
    routers: Routers,
    which: Which,
    proving: Proving,
    rollout: RolloutOptions,
    allowed: Allowed,
) -> int:
    """Plan, ask, push, prove by knocking, confirm from a new session, save.

    Example: knockdeploy deploy -f site=north
    """
    from knockdeploy.cli import deploying

    request = _request(routers, rollout, allowed)
    options = replace(
        request.options,
        proves=not proving.no_proof,
        proof_from=proving.proof_from,
        accepts_reprints=proving.accept_reprint,
    )
    console.command = "plan" if which.check else "deploy"
    request = replace(request, options=options)
    return deploying.deploy(console.showing(full=allowed.full), request, which)


@app.command()
def remove(console: Console, routers: Routers, rollout: RolloutOptions, allowed: Allowed) -> int:
    """Remove everything that was deployed: each router is as before its first deployment.

    Example: knockdeploy remove -l branch-17 --open
    """
    from knockdeploy.cli import taking_back

    request = _request(routers, rollout, allowed)
    return taking_back.remove(console.showing(full=allowed.full), request)


@app.command()
def rollback(
    console: Console,
    routers: Routers,
    *,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="The run to undo: its name, the beginning of it, or latest.",
            show_default="with --resume, that of the resumed run",
            autocompletion=runs_like,
        ),
    ] = None,
    rollout: RolloutOptions,
    allowed: Allowed,
) -> int:
    """Undo a run: each router gets back what it had before; changes by others stay.

    Example: knockdeploy rollback --run 20260729T083015Z-1a2b --open
    """
    from knockdeploy.cli import taking_back

    request = _request(routers, rollout, allowed)
    return taking_back.rollback(console.showing(full=allowed.full), request, run)
