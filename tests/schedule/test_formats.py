"""What each clock is given says what it should, whatever the project's folder is called."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml

from knockdeploy.cli.arguments.scheduling import schedule
from knockdeploy.schedule.cron import crontab, replaced
from knockdeploy.schedule.formats import FORMATS
from knockdeploy.schedule.scheduled import ScheduledCheck
from knockdeploy.schedule.when import When

ODD = 'it\'s 100% "mine" $HOME \\ `id`; é'
SECRET = "KNOCKDEPLOY_PASSWORD"


def check_of(folder: Path, **more: Any) -> ScheduledCheck:
    given = {"program": ("/bin/echo",), "config": folder / "config.yaml", "when": When()}
    return ScheduledCheck(**{**given, "variables": (SECRET,), "writes": (folder,), **more})


def read(check: ScheduledCheck, wanted: str) -> Any:
    (text,) = FORMATS[wanted](check).values()
    return yaml.safe_load(text)


def test_the_command_line_offers_them_all() -> None:
    wanted = get_type_hints(schedule)["wanted"]
    assert get_args(wanted) == tuple(FORMATS)


def test_cron_runs_the_words_as_they_are_and_is_silent_where_all_is_well(tmp_path: Path) -> None:
    check = check_of(tmp_path / ODD, credentials=tmp_path / ODD, options=("-l", "branch-*"))
    assert run_by_cron(check) == ""
    failing = tmp_path / "fails"
    failing.write_text('#!/bin/sh\necho "$CREDENTIALS_DIRECTORY" "$@"; exit 2\n')
    failing.chmod(0o755)
    said = run_by_cron(
        check_of(tmp_path / ODD, credentials=tmp_path / ODD, program=(str(failing),))
    )
    assert said == f"{tmp_path}/{ODD} check -c {tmp_path}/{ODD}/config.yaml --no-overlap\n"


def run_by_cron(check: ScheduledCheck) -> str:
    """Do what crontab(5) says: `%` ends the command unless escaped; the rest is for /bin/sh."""
    mark, line = crontab(check)["crontab"].splitlines()
    assert mark.startswith("# knockdeploy-check-")
    command = line.split(maxsplit=5)[5].replace(r"\%", "\0")
    assert "%" not in command
    done = subprocess.run(  # noqa: S603  # our own words
        ["/bin/sh", "-c", command.replace("\0", "%")],
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    assert not done.stderr
    return done.stdout


def test_a_crontab_has_each_project_once_and_keeps_what_is_others(tmp_path: Path) -> None:
    mine, other = check_of(tmp_path / "a"), check_of(tmp_path / "b")
    table = replaced(replaced("MAILTO=noc\n0 1 * * * backup\n", mine), other)
    again = check_of(tmp_path / "a", when=When.regularly("4h"))
    after = replaced(table, again)
    assert after.startswith("MAILTO=noc\n0 1 * * * backup\n")
    assert crontab(other)["crontab"] in after
    assert crontab(again)["crontab"] in after
    assert crontab(mine)["crontab"] not in after
    assert len(after.splitlines()) == 2 + 2 + 2


@pytest.mark.parametrize("name", ["site", ODD, "a b", "-"])
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, name: str) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no systemd-analyze here")
    folder = tmp_path / name
    for file, text in FORMATS["systemd"](
        check_of(folder, options=("-l", "r1", "-f", "a=b c"))
    ).items():
        (tmp_path / file).write_text(text)
    files = [str(file) for file in tmp_path.glob("knockdeploy-*")]
    done = subprocess.run(  # noqa: S603  # our own words
        [tool, "--user", "verify", *files],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_service_is_given_secrets_and_what_it_writes_to_alone(tmp_path: Path) -> None:
    service, timer = FORMATS["systemd"](check_of(tmp_path)).values()
    lines = service.splitlines()
    assert f"LoadCredential={SECRET}:%E/knockdeploy/{SECRET}" in lines
    assert f"ReadWritePaths={tmp_path}" in lines
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=read-only"} <= set(lines)
    assert {"Persistent=true", "RandomizedDelaySec=600", "OnCalendar=06:00"} <= set(
        timer.splitlines()
    )


@pytest.mark.parametrize(
    ("folder", "line"),
    [("/srv/site", "PrivateTmp=yes"), ("/tmp/site", "PrivateTmp=no")],  # noqa: S108
)
def test_a_project_in_tmp_is_not_hidden_from_its_service(folder: str, line: str) -> None:
    service, _ = FORMATS["systemd"](check_of(Path(folder))).values()
    assert line in service.splitlines()


def test_words_are_quoted_as_systemd_reads_them(tmp_path: Path) -> None:
    """systemd.service(5), Command lines; systemd.unit(5), Specifiers."""
    service = FORMATS["systemd"](check_of(Path('/srv/50% of $X "y" \\z')))
    text = next(iter(service.values()))
    quoted = r'"/srv/50%% of $$X \"y\" \\z/config.yaml"'
    assert f"ExecStart=/bin/echo check -c {quoted} --no-overlap\n" in text


def test_kubernetes_never_runs_two_and_tries_none_again(tmp_path: Path) -> None:
    manifest = read(check_of(tmp_path, options=("-l", "$(x)")), "kubernetes")
    spec = manifest["spec"]
    assert (manifest["kind"], spec["concurrencyPolicy"]) == ("CronJob", "Forbid")
    assert list(manifest) == ["apiVersion", "kind", "metadata", "spec"]  # as people write them
    assert spec["schedule"] == "0 6 * * *"
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False  # a check has no business with the cluster
    (container,) = pod["containers"]
    assert container["command"][:4] == ["knockdeploy", "check", "-c", "/project/config.yaml"]
    assert container["command"][-1] == "$$(x)"  # its own way to write $(x)
    assert container["env"][0]["name"] == SECRET
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["allowPrivilegeEscalation"] is False


@pytest.mark.parametrize(("every", "seconds"), [("24h", 600), ("5m", 60)])
def test_kubernetes_has_time_to_start_a_check(tmp_path: Path, every: str, seconds: int) -> None:
    """Below ten seconds it may never do so, says its manual."""
    manifest = read(check_of(tmp_path, when=When.regularly(every)), "kubernetes")
    assert manifest["spec"]["startingDeadlineSeconds"] == seconds


def test_an_expression_of_github_in_a_name_stays_text(tmp_path: Path) -> None:
    """GitHub evaluates `${{ }}` before a shell sees its quotes."""
    check = check_of(tmp_path, options=("-l", "${{ secrets.X }}"), in_repository="config.yaml")
    step = read(check, "github")["jobs"]["check"]["steps"][1]
    assert step["run"].endswith("-l '${{ '${{' }} secrets.X }}'")


def test_pipelines_run_it_where_the_project_stands_in_the_repository(tmp_path: Path) -> None:
    check = check_of(tmp_path, in_repository="net works/config.yaml", when=When.regularly("4h"))
    workflow, pipeline = read(check, "github"), read(check, "gitlab")
    assert workflow["on"]["schedule"] == [{"cron": "0 */4 * * *"}]
    assert workflow["concurrency"]["cancel-in-progress"] is False
    assert list(workflow)[:2] == ["name", "on"]
    copy, step = workflow["jobs"]["check"]["steps"]
    # What is told and the host keys stay; no later step has the token.
    assert copy["with"] == {"clean": False, "persist-credentials": False}
    assert step["run"] == "knockdeploy check -c 'net works/config.yaml' --no-overlap"
    assert step["env"] == {SECRET: f"${{{{ secrets.{SECRET} }}}}"}
    (job,) = pipeline.values()
    assert job["script"] == [step["run"]]
    assert job["resource_group"]
    assert job["variables"] == {"GIT_CLEAN_FLAGS": "none"}
    (text,) = FORMATS["gitlab"](check_of(tmp_path, variables=())).values()
    assert "Secrets" not in text
