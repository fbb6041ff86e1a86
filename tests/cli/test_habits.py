"""What hands type that know ansible-playbook and terraform."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from unittest import mock

import pytest
from commandline import knockdeploy
from nornir.core.task import Result, Task

from knockdeploy.cli import error_boundary
from knockdeploy.report.outcome import UNMANAGED

from .support import project


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lab", "up", "--routers", "x"), "'--routers': not a whole number"),
        (("lab", "up", "--routers", "0"), "'--routers': must be at least 1"),
        (("lab", "up", "--base-port", "99999"), "'--base-port': must be at most 65000"),
        (("schedule", "--format", "x"), "'--format': 'x' is not one of 'systemd', 'cron'"),
    ],
    ids=lambda each: str(each[-1]),
)
def test_a_wrong_option_is_told_in_plain_english(words: tuple[str, ...], said: str) -> None:
    ran = knockdeploy(*words)
    assert ran.status == 64
    assert f"error: Invalid value for {said}" in ran.err


def test_a_name_without_its_option_is_told_the_option() -> None:
    ran = knockdeploy("plan", "r1")
    assert ran.status == 64
    assert "(to select hosts: knockdeploy plan -l r1)" in ran.err


@pytest.mark.parametrize("command", [(), ("plan",), ("lab", "up"), ("rollback",)])
def test_help_is_short_too(command: tuple[str, ...]) -> None:
    ran = knockdeploy(*command, "-h")
    assert ran.status == 0
    assert ran.out.startswith("Usage: ")
    assert ran.out == knockdeploy(*command, "--help").out


def test_check_is_the_dry_run_and_asks_for_no_saved_plan(tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    ran = knockdeploy("deploy", "--check", "--plan", "x", "-c", str(config))
    assert (ran.status, ran.err) == (
        64,
        "error: --check plans anew (leave out --resume and --plan)\n",
    )


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("--format", "html", "--backup", "r1"), "--format and --backup"),
        (("--format", "html=x.html", "--full"), "--format and --full"),
        (("--backup", "r1", "--diff"), "--backup and --full"),
        (("--format", "html", "--backup", "r1", "--full"), "--format and --backup and --full"),
    ],
)
def test_show_ignores_no_option(words: tuple[str, ...], given: str, tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    ran = knockdeploy("show", "latest", *words, "-c", str(config))
    assert (ran.status, ran.out) == (64, "")
    assert ran.err == f"error: {given} do not go together (give one of them)\n"


def test_nothing_is_revealed_on_a_page(tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    ran = knockdeploy("show", "latest", "--format", "html", "--reveal", "-c", str(config))
    assert (ran.status, ran.out) == (64, "")
    assert "--reveal goes with --backup HOST" in ran.err


SAVED = """\
hostname r1
interface GigabitEthernet0/0
 ip address 203.0.113.1 255.255.255.0
"""


def test_a_difference_is_no_failure_where_that_is_asked(tmp_path: Path) -> None:
    config = project(tmp_path, r1={"new_acl_entries": ["permit ip any any"]}, r2={})
    (tmp_path / "r1").write_text(SAVED)
    words = ("plan", "-c", str(config), "--from", str(tmp_path))
    plain, zero = knockdeploy(*words, "-l", "r1"), knockdeploy(*words, "-l", "r1", "--exit-zero")
    assert (plain.status, zero.status) == (2, 0)
    assert plain.out == zero.out
    assert knockdeploy(*words, "--exit-zero").status == 1  # of r2 nothing was saved


def test_a_plan_that_is_refused_shows_what_it_would_change(tmp_path: Path) -> None:
    config = project(tmp_path, r1={"new_acl_entries": ["permit ip any any"]})
    withdrawn = (
        " ip access-group ACL_Internet_In in\n"
        "object-group service OG_Knock_Services\n tcp eq 22\n tcp eq www\n"
        "ip access-list extended ACL_Internet_In\n"
        " deny object-group OG_Knock_Services any host 203.0.113.1\n permit ip any any\n"
        "event manager environment _knock_Owned v1\n"
    )
    (tmp_path / "r1").write_text(SAVED + withdrawn)
    ran = knockdeploy("plan", "-c", str(config), "--from", str(tmp_path))
    assert ran.status == 1
    assert "\n-  tcp eq www\n" in ran.out
    assert "r1  failed [opens] line 'no tcp eq www' makes 80/tcp of 203.0.113.1" in ran.out
    assert "(--open allows it" in ran.out


@pytest.mark.parametrize(
    "task",
    [
        "knockdeploy.cli.preflight.preflight_task",
        "knockdeploy.cli.planning.plan_task",
        "knockdeploy.cli.checking.check_task",
    ],
)
def test_forks_are_how_many_routers_are_read_at_a_time(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = project(tmp_path, r1={}, r2={}, r3={}, r4={})
    with config.open("a") as file:
        file.write("runner: {plugin: serial}\n")
    threads: set[int] = set()
    pair = threading.Barrier(2, timeout=60)

    def read(task: Task, **_: object) -> Result:
        threads.add(threading.get_ident())
        pair.wait()
        return Result(task.host, result=UNMANAGED)

    monkeypatch.setattr(task, read)
    command = task.rpartition(".")[2].removesuffix("_task")
    assert knockdeploy(command, "--forks", "2", "-c", str(config)).status == 0
    assert len(threads) == 2
    refused = knockdeploy(command, "--forks", "0", "-c", str(config))
    assert (refused.status, "--forks" in refused.err) == (64, True)


@pytest.mark.parametrize("option", ["--host", "--rule"])
def test_history_of_findings_ignores_no_limit(option: str, tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    ran = knockdeploy("history", "-l", "r1", option, "r1", "-c", str(config))
    assert (ran.status, ran.out) == (64, "")
    assert ran.err == f"error: -l and {option} do not go together (give one of them)\n"


@pytest.mark.parametrize(
    "words", [("-l", "r1"), ("--format", "junit"), ("--notify", "true"), ("--probe",)], ids=" ".join
)
def test_an_explanation_ignores_no_option(words: tuple[str, ...], tmp_path: Path) -> None:
    config = project(tmp_path, r1={})
    ran = knockdeploy("check", "--explain", "r1", "exposed", *words, "-c", str(config))
    assert (ran.status, ran.out) == (64, "")
    assert ran.err == f"error: --explain and {words[0]} do not go together (give one of them)\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "--from", ".", "--probe"), "--from and --probe do not go together"),
        (("check", "--proof-from", "me@there"), "--proof-from has nothing to knock for (--probe"),
        (("plan", "--from", ".", "--save-all"), "--from and --save-all do not go together"),
        (("knock", "r1", "--print", "--then", "ssh"), "--print and --then do not go together"),
        (("prove", "--behaviours", "--proof-from", "me@there"), "--behaviours and --proof-from do"),
        (("history", "--rule", "expose"), "unknown rule expose (did you mean exposed?)"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else None,
)
def test_no_option_is_ignored_in_silence(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ran = knockdeploy(*words, "-c", str(project(tmp_path, r1={})))
    assert (ran.status, ran.out) == (64, "")
    assert ran.err.startswith(f"error: {said}")


def test_an_option_without_its_value_names_the_help_that_has_it() -> None:
    ran = knockdeploy("lab", "up", "--routers")
    assert ran.status == 64
    assert ran.err.endswith("(see knockdeploy lab up --help)\n")


def test_ctrl_c_while_a_library_loads_ends_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The command is over, and the interpreter would wait for the thread."""
    loading = mock.Mock(join=mock.Mock(side_effect=KeyboardInterrupt))
    loading.name = error_boundary.LOADING
    monkeypatch.setattr(threading, "enumerate", lambda: [loading])
    ended = mock.Mock()
    monkeypatch.setattr(os, "_exit", ended)
    error_boundary.settle()
    ended.assert_called_once_with(130)


def test_a_wrong_template_is_told_once_and_by_no_thread(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = project(tmp_path, r1={})
    with config.open("a") as file:
        file.write("user_defined: {knockdeploy: {templates: theirs}}\n")
    folder = tmp_path / "theirs/ios/engine"
    folder.mkdir(parents=True)
    (folder / "applet.j2").write_text("{% if %}\n")
    ran = knockdeploy("plan", "-c", str(config))
    error_boundary.settle()
    assert ran.status == 64
    assert ran.err.count("the template is wrong") == 1
    assert "Traceback" not in ran.err + capfd.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("deploy --dry-run", "No such option: --dry-run (deploy --check, or plan)"),
        ("deploy -C", "No such option: -C (--check)"),
        ("deploy -auto-approve", "No such option: -auto-approve (--yes)"),
        ("plan -out=tonight", "No such option: -out (-o FILE)"),
        ("plan -limit r1", "No such option: -limit (--limit)"),
        (
            "-c site/config.yaml plan",
            "No such option: -c (behind the command: knockdeploy COMMAND -c ...)",
        ),
        ("apply", "No such command 'apply' (knockdeploy deploy)"),
        ("destroy", "No such command 'destroy' (knockdeploy remove)"),
        ("help", "No such command 'help' (knockdeploy --help)"),
    ],
)
def test_what_other_tools_call_it(
    line: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, r1={})
    monkeypatch.chdir(tmp_path)
    ran = knockdeploy(*line.split())
    assert (ran.status, ran.err) == (64, f"error: {said}\n")
    assert not (tmp_path / "ut=tonight").exists()
