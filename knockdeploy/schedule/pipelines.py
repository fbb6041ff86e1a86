"""Jobs of GitHub and GitLab, for a runner that reaches the routers.

What is not in the repository stays in the runner's working copy: the host keys and what was told.
"""

from __future__ import annotations

import shlex
from typing import Any, Final

import yaml

from knockdeploy.schedule.scheduled import ScheduledCheck

_NAME: Final = "knockdeploy-check"

_GITHUB: Final = """\
# For a runner of your own with knockdeploy installed. GitHub's clock is UTC, and starts no workflow
# more often than every five minutes.
"""
_GITLAB: Final = """\
# For a runner of your own, tagged `knockdeploy`, with knockdeploy installed. It runs as often as a
# schedule of yours says (Build, Pipeline schedules): {cron}
{secrets}"""


def github(check: ScheduledCheck) -> dict[str, str]:
    """Return a workflow."""
    # an expression would be evaluated in a shell's quotes, too
    run: dict[str, Any] = {"run": _command(check).replace("${{", "${{ '${{' }}")}
    if check.variables:
        run["env"] = {name: f"${{{{ secrets.{name} }}}}" for name in check.variables}
    copy = {"clean": False, "persist-credentials": False}
    workflow = {
        "name": _NAME,
        "on": {"schedule": [{"cron": check.when.cron}], "workflow_dispatch": {}},
        "permissions": {"contents": "read"},
        "concurrency": {"group": _NAME, "cancel-in-progress": False},
        "jobs": {
            "check": {
                "runs-on": "self-hosted",
                "steps": [{"uses": "actions/checkout@v4", "with": copy}, run],
            }
        },
    }
    text = yaml.safe_dump(workflow, sort_keys=False)
    return {f".github/workflows/{_NAME}.yaml": _GITHUB + text}


def gitlab(check: ScheduledCheck) -> dict[str, str]:
    """Return a job for ``.gitlab-ci.yml``."""
    job = {
        "tags": ["knockdeploy"],
        "rules": [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}],
        "resource_group": _NAME,
        "variables": {"GIT_CLEAN_FLAGS": "none"},
        "script": [_command(check)],
    }
    names = ", ".join(check.variables)
    secrets = f"# Secrets, as masked and protected CI/CD variables: {names}\n" if names else ""
    about = _GITLAB.format(cron=check.when.cron, secrets=secrets)
    return {".gitlab-ci.yml": about + yaml.safe_dump({_NAME: job}, sort_keys=False)}


def _command(check: ScheduledCheck) -> str:
    return shlex.join(check.checking(("knockdeploy",), check.in_repository))
