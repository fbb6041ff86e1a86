"""A year of daily checks in the database: how large it is, how long history and page take.

    python -m benchmarks.year [--routers 500] [--days 365]

Of every router some finding comes and goes; one in fifty has drifted, one in two hundred is silent.
"""

from __future__ import annotations

import argparse
import datetime
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from knockdeploy.compliance.findings import Finding
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.formats import text_of
from knockdeploy.store.findings import Checked, FindingsStore

FIRST = datetime.datetime(2026, 1, 1, 6, 0, tzinfo=datetime.UTC)
ACL = ("ip access-list extended ACL_Internet_In",)
FOUND = (
    Finding("access-list", "error", "does not belong there", "permit tcp any any eq 22", ACL),
    Finding("applet", "error", "is missing", "event manager applet EEM_Knock", ()),
    Finding("startup-config", "warning", "what is ours is not in startup-config", "", ()),
    Finding("exposed", "error", "22/tcp from anywhere, in by GigabitEthernet0/2", "", ()),
)
NOTE = Finding("log-server", "info", "each knock goes to that server", "logging host 10.0.0.9", ())


def checks(n_routers: int, n_days: int) -> Iterator[dict[str, Checked]]:
    """Yield what each day's check says of every router; what drifts stays so for some days."""
    chance = random.Random(1)
    until: dict[int, tuple[int, tuple[Finding, ...]]] = {}
    for day in range(n_days):
        found = {}
        for router in range(n_routers):
            last, drift = until.get(router, (-1, ()))
            if last < day and chance.random() < 0.01:  # noqa: PLR2004
                drift = tuple(chance.sample(FOUND, chance.randint(1, 2)))
                until[router] = (day + chance.randint(0, 4), drift)
            drift = drift if until.get(router, (-1, ()))[0] >= day else ()
            silent = chance.random() < 0.005  # noqa: PLR2004
            notes = (NOTE,) if router % 3 == 0 else ()
            status = "failed" if silent else "drifted" if drift else "compliant"
            found[f"branch-{router}"] = Checked(status, () if silent else (*drift, *notes))
        yield found


def kept(store: FindingsStore, n_routers: int, n_days: int) -> dict[str, Checked]:
    """Keep a year of checks; return the last."""
    last: dict[str, Checked] = {}
    for day, last in enumerate(checks(n_routers, n_days)):
        moment = FIRST + datetime.timedelta(days=day)
        store.record(moment.isoformat("T", "milliseconds"), last.items(), "")
    return last


def took_s(action: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--routers", type=int, default=500)
    options.add_argument("--days", type=int, default=365)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "knockdeploy.db"
        store = FindingsStore(path)
        started = time.perf_counter()
        last = kept(store, asked.routers, asked.days)
        writing_s = time.perf_counter() - started
        hosts = {name: CheckOutcome(c.status, c.findings) for name, c in last.items()}  # type: ignore[arg-type]

        def page() -> str:
            return text_of("html", FleetCheck("20261231T060000Z-0001", hosts, {}, store.past()))

        print(f"| what | {asked.routers} routers, {asked.days} days |\n|---|---:|")
        print(f"| size of the file, MB | {path.stat().st_size / 1e6:.1f} |")
        print(f"| spells of findings | {len(store.spells())} |")
        print(f"| keeping a check, s | {writing_s / asked.days:.3f} |")
        print(f"| history of one host, s | {took_s(lambda: store.spells(host='branch-7')):.3f} |")
        print(f"| history of one rule, s | {took_s(lambda: store.spells(rule='applet')):.3f} |")
        print(f"| all spells, s | {took_s(store.spells):.3f} |")
        print(f"| trend, s | {took_s(store.days):.3f} |")
        print(f"| page with all of it, s | {took_s(page):.3f} |")
        print(f"| the page, kB | {len(page()) / 1e3:.0f} |")


if __name__ == "__main__":
    main()
