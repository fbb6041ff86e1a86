"""Commands that change routers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knockdeploy.change.options import Options
from knockdeploy.cli.arguments.app import app
from knockdeploy.cli.error_boundary import with_console
from knockdeploy.cli.options import DEFAULT_CONFIG, Config, Filter, Json, Limit, ProofFrom

ConfirmMinutes = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=120,
        help="The router reverts by itself after so many minutes.",
        show_default="rollout.confirm_minutes of the settings, 5",
    ),
]
Canary = Annotated[
    str | None,
    typer.Option(
        metavar="N or HOST,HOST",
        help="Who goes first, alone: any failure there stops the run.",
        show_default="rollout.canary of the settings, 1",
    ),
]
Batch = Annotated[
    str | None,
    typer.Option(
        metavar="N or P%",
        help="How many go then; twice as many in each stage after it.",
        show_default="rollout.batch of the settings, 25%",
    ),
]
MaxFailures = Annotated[
    str | None,
    typer.Option(
        metavar="N or P%",
        help="No router starts once more than these have failed.",
        show_default="rollout.max_failures of the settings, 0",
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="HH:MM",
        help="No router starts that would not be done by then.",
        show_default="no end",
    ),
]
Notify = Annotated[
    str | None,
    typer.Option(
        metavar="COMMAND",
        help="Run this when a stage, or all, is over; it gets JSON on stdin.",
        show_default="nobody is told",
    ),
]
Resume = Annotated[
    str | None,
    typer.Option(
        metavar="RUN",
        help="Do what is left of a run, as it was agreed to.",
        show_default="a new run",
    ),
]
NoRevert = Annotated[
    bool, typer.Option("--no-revert", help="Arm nothing: a failure may leave a router half-way.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Open = Annotated[bool, typer.Option("--open", help="Allow what becomes reachable from anywhere.")]
SaveAll = Annotated[
    bool, typer.Option("--save-all", help="Save other people's unsaved changes too.")
]


@app.command()
def deploy(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Deploy what plan -o kept, where nothing has changed since.",
            show_default="what is planned now",
        ),
    ] = None,
    resume: Resume = None,
    yes: Yes = False,
    canary: Canary = None,
    batch: Batch = None,
    max_failures: MaxFailures = None,
    until: Until = None,
    notify: Notify = None,
    confirm_minutes: ConfirmMinutes = None,
    no_revert: NoRevert = False,
    no_proof: Annotated[
        bool, typer.Option("--no-proof", help="Do not prove by knocking that the door works.")
    ] = False,
    proof_from: ProofFrom = None,
    open_: Open = False,
    save_all: SaveAll = False,
    accept_reprint: Annotated[
        bool,
        typer.Option("--accept-reprint", help="Keep what this image prints in other words."),
    ] = False,
    json: Json = False,
) -> int:
    """Plan, ask, push, prove, confirm from a new session, save.

    Example: knockdeploy deploy -f site=north
    """
    from knockdeploy.cli import deploying, fleet, rolling

    return with_console(
        "deploy",
        json,
        lambda console: deploying.deploy(
            console,
            fleet.Selection.of(config, limit, filters),
            Options(
                confirm_minutes=confirm_minutes,
                reverts=not no_revert,
                proves=not no_proof,
                proof_from=proof_from,
                allows_opening=open_,
                saves_all=save_all,
                accepts_reprints=accept_reprint,
            ),
            wish=rolling.Wish(canary, batch, max_failures, until, notify),
            resume=resume,
            yes=yes,
            plan_file=plan,
        ),
    )


@app.command()
def remove(
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    resume: Resume = None,
    yes: Yes = False,
    canary: Canary = None,
    batch: Batch = None,
    max_failures: MaxFailures = None,
    until: Until = None,
    notify: Notify = None,
    open_: Open = False,
    confirm_minutes: ConfirmMinutes = None,
    no_revert: NoRevert = False,
    save_all: SaveAll = False,
    json: Json = False,
) -> int:
    """Take the feature off: each router is as it was before its first deployment.

    Example: knockdeploy remove -l branch-17 --open
    """
    from knockdeploy.cli import fleet, rolling, taking_back

    return with_console(
        "remove",
        json,
        lambda console: taking_back.remove(
            console,
            fleet.Selection.of(config, limit, filters),
            Options(
                confirm_minutes=confirm_minutes,
                reverts=not no_revert,
                allows_opening=open_,
                saves_all=save_all,
            ),
            wish=rolling.Wish(canary, batch, max_failures, until, notify),
            resume=resume,
            yes=yes,
        ),
    )


@app.command()
def rollback(
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="The run to undo, or how it begins.",
            show_default="that of the run that is resumed",
        ),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    limit: Limit = None,
    filters: Filter = None,
    resume: Resume = None,
    yes: Yes = False,
    canary: Canary = None,
    batch: Batch = None,
    max_failures: MaxFailures = None,
    until: Until = None,
    notify: Notify = None,
    open_: Open = False,
    confirm_minutes: ConfirmMinutes = None,
    no_revert: NoRevert = False,
    save_all: SaveAll = False,
    json: Json = False,
) -> int:
    """Undo a run: each router has ours as before it; what others did since stays.

    Example: knockdeploy rollback --run 20260729T083015Z-1a2b --open
    """
    from knockdeploy.cli import fleet, rolling, taking_back

    return with_console(
        "rollback",
        json,
        lambda console: taking_back.rollback(
            console,
            fleet.Selection.of(config, limit, filters),
            run,
            Options(
                confirm_minutes=confirm_minutes,
                reverts=not no_revert,
                allows_opening=open_,
                saves_all=save_all,
            ),
            wish=rolling.Wish(canary, batch, max_failures, until, notify),
            resume=resume,
            yes=yes,
        ),
    )
