"""The installed timer, run by a real systemd of the user in a mount namespace of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from commandline import knockdeploy
from e2e.support import OPEN, lab

from knockdeploy.lab.configs import PASSWORD

pytestmark = pytest.mark.lab

_CGROUPS = [at for at in (Path("/sys/fs/cgroup/systemd"), Path("/sys/fs/cgroup/unified"))
            if at.is_dir()] or [Path("/sys/fs/cgroup")]  # fmt: skip

_SCRIPT = """
set -e
mount --make-rshared /  # else nobody sees what LoadCredential mounts
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system  # as where systemd is PID 1
for each in $CGROUPS; do echo $$ > "$each/cgroup.procs"; done
/lib/systemd/systemd --user --unit=basic.target &
until systemctl --user is-system-running --wait >/dev/null 2>&1; do kill -0 $!; sleep 0.1; done
"$PYTHON" -m knockdeploy schedule -c "$CONFIG" --install
ended() { [ "$(systemctl --user show "$SERVICE" -P ExecMainExitTimestampMonotonic)" != 0 ]; }
until ended; do sleep 0.1; done
systemctl --user show "$SERVICE" -P TriggeredBy -P ExecMainStatus
kill $! && wait $! || true
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a systemd of the user is started with, each in a place of its own."""
    if os.geteuid() or not Path("/lib/systemd/systemd").is_file():
        pytest.skip("a systemd of the user needs the package systemd and, for a test, root")
    made = {"XDG_RUNTIME_DIR": "run", "XDG_CONFIG_HOME": "config", "HOME": "home"}
    for name in made.values():
        (tmp_path / name).mkdir(mode=0o700)
    cgroups = [each / f"knockdeploy-test-{os.getpid()}" for each in _CGROUPS]
    try:
        for each in cgroups:
            each.mkdir()
    except OSError as error:
        pytest.skip(f"no systemd can run here: {error}")
    yield {
        **{key: str(tmp_path / name) for key, name in made.items()},
        "PATH": os.environ["PATH"],
        "PYTHON": sys.executable,
        "CGROUPS": " ".join(map(str, cgroups)),
    }
    for each in cgroups:
        for path in sorted((path for path in each.rglob("*") if path.is_dir()), reverse=True):
            path.rmdir()
        each.rmdir()


def apart(script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script with mounts and processes of its own, which end with it."""
    unshare = str(shutil.which("unshare"))
    options = ("--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
    ran = subprocess.run(  # noqa: S603  # our own words
        [unshare, *options, "bash", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if ran.stderr.startswith("unshare: "):
        pytest.skip(f"no systemd can run here: {ran.stderr.strip()}")
    return ran


def drop_in(tmp_path: Path, unit: str, *lines: str) -> None:
    folder = tmp_path / "config/systemd/user" / f"{unit}.d"
    folder.mkdir(parents=True)
    (folder / "test.conf").write_text("\n".join((*lines, "")))


def test_the_timer_starts_a_check_that_reads_its_secret(
    environment: dict[str, str], tmp_path: Path
) -> None:
    secret = tmp_path / "config/knockdeploy/LAB_SECRET"
    secret.parent.mkdir()
    secret.write_text(f"{PASSWORD}\n")
    with lab(1, kind=OPEN) as running:
        defaults = running.folder / "inventory/defaults.yaml"
        said = yaml.safe_load(defaults.read_text())
        defaults.write_text(yaml.safe_dump({**said, "password": "env:LAB_SECRET"}))
        words = ("schedule", "-c", str(running.config_file), "--json")
        service, timer = sorted(knockdeploy(*words).document["files"])
        drop_in(tmp_path, timer, "[Timer]", "OnActiveSec=0", "RandomizedDelaySec=0")
        drop_in(tmp_path, service, "[Service]", f"StandardOutput=file:{tmp_path}/out")
        values = {"CONFIG": str(running.config_file), "SERVICE": service}
        ran = apart(_SCRIPT, {**environment, **values})
        assert ran.returncode == 0, ran.stderr
        assert set(ran.stdout.splitlines()[-2:]) == {timer, "2"}
        assert (tmp_path / "out").read_text().splitlines()[-1] == "r1  drifted"
