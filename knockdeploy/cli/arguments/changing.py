"""Commands that change routers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knockdeploy.change.options import Options
from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.arguments.hosts import Routers
from knockdeploy.cli.arguments.spread import spread
from knockdeploy.cli.completing import runs_like
from knockdeploy.cli.error_boundary import with_console
from knockdeploy.cli.options import Full, Json, ProofFrom, SaveAll

if TYPE_CHECKING:
    from knockdeploy.cli.rolling import RolloutOptions

ConfirmMinutes = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=120,
        help="Minutes until the router reverts by itself unless the change is confirmed.",
        show_default="rollout.confirm_minutes, else 5",
    ),
]
Canary = Annotated[
    str | None,
    typer.Option(
        metavar="N or HOST,HOST",
        help="Which routers go first; any failure among them stops the run.",
        show_default="rollout.canary, else 1",
    ),
]
Batch = Annotated[
    str | None,
    typer.Option(
        metavar="N or P%",
        help="Size of the next stage; each later one is twice as large.",
        show_default="rollout.batch, else 25%",
    ),
]
MaxFailures = Annotated[
    str | None,
    typer.Option(
        metavar="N or P%",
        help="Start no more routers once more than this many have failed.",
        show_default="rollout.max_failures, else 0",
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="HH:MM",
        help="End of the maintenance window: start no router that might not finish by then.",
        show_default="none",
    ),
]
Notify = Annotated[
    str | None,
    typer.Option(
        metavar="COMMAND",
        help="Shell command to run after each stage and at the end; gets JSON on stdin.",
        show_default="none",
    ),
]
Resume = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Finish a run that stopped, with the options it began with, --until and --notify too.",
        show_default="start a new run",
        autocompletion=runs_like,
    ),
]
NoRevert = Annotated[
    bool,
    typer.Option(
        "--no-revert",
        help="Do not arm the revert timer: a failure may leave a router half configured.",
    ),
]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask before changing anything.")]
Open = Annotated[
    bool, typer.Option("--open", help="Allow services to become reachable without a knock.")
]
PlanFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Deploy a plan written by plan -o, to routers that have not changed since.",
        show_default="plan now",
    ),
]
FailedIn = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Only routers that did not succeed in this run; latest for the newest.",
        show_default="all hosts",
        autocompletion=runs_like,
    ),
]
DryRun = Annotated[bool, typer.Option("--check", help="Dry run: the same as the command plan.")]
NoProof = Annotated[
    bool, typer.Option("--no-proof", help="Do not knock to prove that the door works.")
]
AcceptReprint = Annotated[
    bool,
    typer.Option("--accept-reprint", help="Accept lines that this image prints in another form."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Routers):
    """What deploy, remove and rollback are all asked."""

    resume: Resume = None
    yes: Yes = False
    canary: Canary = None
    batch: Batch = None
    max_failures: MaxFailures = None
    until: Until = None
    notify: Notify = None
    open_: Open = False
    confirm_minutes: ConfirmMinutes = None
    no_revert: NoRevert = False
    save_all: SaveAll = False
    full: Full = False
    json: Json = False

    @property
    def rollout_options(self) -> RolloutOptions:
        """How they are walked through."""
        from knockdeploy.cli import rolling

        return rolling.RolloutOptions(
            self.canary, self.batch, self.max_failures, self.until, self.notify
        )

    @property
    def options(self) -> Options:
        """What is allowed."""
        return Options(
            confirm_minutes=self.confirm_minutes,
            reverts=not self.no_revert,
            allows_opening=self.open_,
            saves_all=self.save_all,
        )


@app.command()
@spread(Changes, len(fields(Routers)))
def deploy(
    asked: Changes,
    plan: PlanFile = None,
    failed_in: FailedIn = None,
    check: DryRun = False,
    no_proof: NoProof = False,
    proof_from: ProofFrom = None,
    accept_reprint: AcceptReprint = False,
) -> int:
    """Plan, ask, push, prove by knocking, confirm from a new session, save.

    Example: knockdeploy deploy -f site=north
    """
    from knockdeploy.cli import deploying

    options = replace(
        asked.options,
        proves=not no_proof,
        proof_from=proof_from,
        accepts_reprints=accept_reprint,
    )
    which = deploying.Which(plan, asked.resume, failed_in, is_dry=check)
    return with_console(
        "plan" if check else "deploy",
        asked.json,
        lambda console: deploying.deploy(
            console.showing(full=asked.full),
            asked.selection,
            options,
            given=asked.rollout_options,
            which=which,
            yes=asked.yes,
        ),
    )


@app.command()
@spread(Changes, len(fields(Routers)))
def remove(asked: Changes) -> int:
    """Remove everything that was deployed: each router is as before its first deployment.

    Example: knockdeploy remove -l branch-17 --open
    """
    from knockdeploy.cli import taking_back

    return with_console(
        "remove",
        asked.json,
        lambda console: taking_back.remove(
            console.showing(full=asked.full),
            asked.selection,
            asked.options,
            given=asked.rollout_options,
            resume=asked.resume,
            yes=asked.yes,
        ),
    )


@app.command()
@spread(Changes, len(fields(Routers)))
def rollback(
    asked: Changes,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="The run to undo: its name, the beginning of it, or latest.",
            show_default="with --resume, that of the resumed run",
            autocompletion=runs_like,
        ),
    ] = None,
) -> int:
    """Undo a run: each router gets back what it had before; changes by others stay.

    Example: knockdeploy rollback --run 20260729T083015Z-1a2b --open
    """
    from knockdeploy.cli import taking_back

    return with_console(
        "rollback",
        asked.json,
        lambda console: taking_back.rollback(
            console.showing(full=asked.full),
            asked.selection,
            run,
            asked.options,
            given=asked.rollout_options,
            resume=asked.resume,
            yes=asked.yes,
        ),
    )
