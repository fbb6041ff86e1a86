"""A CronJob of Kubernetes."""

from __future__ import annotations

from typing import Any, Final

import yaml

from knockdeploy import __version__
from knockdeploy.schedule.scheduled import ScheduledCheck

_NAME: Final = "knockdeploy-check"
_PROJECT: Final = "/project"
_USER: Final = 10_001

_ABOUT: Final = f"""\
# Yours to make: an image of that name with knockdeploy in it; a claim `knockdeploy` whose volume
# has the project and belongs to user {_USER}; a secret `knockdeploy` with the keys named below.
"""


def cronjob(check: ScheduledCheck) -> dict[str, str]:
    """Return the manifest."""
    job = {"backoffLimit": 0, "template": {"spec": _pod(check)}}  # drift is no reason to try again
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": _NAME},
        "spec": {
            "schedule": check.when.cron,
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": max(check.when.spread_s, 60),
            "jobTemplate": {"spec": job},
        },
    }
    return {f"{_NAME}.yaml": _ABOUT + yaml.safe_dump(manifest, sort_keys=False)}


def _pod(check: ScheduledCheck) -> dict[str, Any]:
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(check)],
        "volumes": [
            {"name": "project", "persistentVolumeClaim": {"claimName": "knockdeploy"}},
            {"name": "tmp", "emptyDir": {}},
        ],
    }


def _container(check: ScheduledCheck) -> dict[str, Any]:
    words = check.checking(("knockdeploy",), f"{_PROJECT}/{check.config.name}")
    return {
        "name": "check",
        "image": f"knockdeploy:{__version__}",
        "command": [word.replace("$(", "$$(") for word in words],  # Kubernetes has variables, too
        "env": [
            {"name": name, "valueFrom": {"secretKeyRef": {"name": "knockdeploy", "key": name}}}
            for name in check.variables
        ],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "project", "mountPath": _PROJECT},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108  # the container's own
        ],
    }
