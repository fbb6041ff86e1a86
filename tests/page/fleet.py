"""A fleet as checks see it over three months: most well, some drifted, a few out of reach."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from knockdeploy.command import Phase
from knockdeploy.compliance.findings import Finding
from knockdeploy.errors import UnreachableError
from knockdeploy.report.check_outcomes import CheckOutcome
from knockdeploy.report.fleet import FleetCheck
from knockdeploy.report.outcome import UNMANAGED, Failure, Outcome
from knockdeploy.report.proof import Proof, Sighting
from knockdeploy.store.findings import DayOfChecks, Past, Spell

RUN = "20261127T050000Z-0af9"
ACL = ("ip access-list extended ACL_Internet_In",)
HOLE = Finding("access-list", "error", "does not belong there", "5 permit tcp any any eq 22", ACL)
APPLET = Finding("applet", "error", "is missing", "event manager applet EEM_Knock", ())
UNSAVED = Finding(
    "startup-config", "warning", "what is ours is not in startup-config, a reload loses it", "", ()
)
NOTE = Finding("saved", "info", "r1.cfg has no `end`: is it complete?")
DIFF = f"""  {ACL[0]}
-  5 permit tcp any any eq 22
+ event manager applet EEM_Knock
+  event syslog pattern "<knock 1>"
~  20 permit ip any any (was 10)
"""
DEAF = Finding("probe", "error", "proof failed: the right knock made no entry")
UNSEEN = Finding("not-judged", "info", "the door was not seen from here: proof unreached")
SEEN = (
    Sighting(Phase.CLOSE, "wrong", None, None, None),
    Sighting(Phase.CLOSE, "right", "198.51.100.7", None, None),
)
SILENT = Failure.of(UnreachableError("no answer from 192.0.2.7 port 22 within 10 s", "is it up?"))
SITES = ("Basel", "Bern", "Chur", "Genève", "Lugano", "New York", "Zürich", "Zug", "Aarau", "Thun")


WELL = CheckOutcome("compliant", proof=Proof("door", "198.51.100.7", SEEN))
ODD: dict[int, Outcome] = {
    7: CheckOutcome("drifted", (APPLET, HOLE, NOTE), DIFF),
    27: CheckOutcome("drifted", (DEAF,), proof=Proof("failed", None, SEEN[:1])),
    28: CheckOutcome("compliant", (UNSEEN,), proof=Proof("unreached", None, ())),
    47: CheckOutcome("drifted", (HOLE,), DIFF),
    87: CheckOutcome("drifted", (HOLE,), DIFF),
    127: CheckOutcome("drifted", (UNSAVED,)),
    167: CheckOutcome("failed", error=SILENT),
    199: UNMANAGED,
}
"""Of two hundred routers those that are not well, or of which something is to be told."""


def check(n_routers: int) -> FleetCheck:
    """Return the check of so many routers, each in one of ten sites, with ninety days before it."""
    hosts = {f"branch-{at}": ODD.get(at % 200, WELL) for at in range(1, n_routers + 1)}
    keys = {
        name: {"site": (SITES[at * 7 // 10 % 10],), "group": ("branch",)}
        for at, name in enumerate(hosts, 1)
    }
    return FleetCheck(RUN, hosts, keys, Past(tuple(_spells(hosts)), tuple(_days(n_routers))))


def _spells(hosts: dict[str, Outcome]) -> Iterator[Spell]:
    for at, (host, each) in enumerate(hosts.items()):
        for finding in each.findings if isinstance(each, CheckOutcome) else ():
            what = (finding.rule, finding.severity, finding.message, finding.line, finding.parents)
            yield Spell(host, *what, _day(at % 80), _day(0), is_gone=False, times=1)
            if finding is HOLE and at % 3 == 0:
                yield Spell(host, *what, _day(89), _day(85), is_gone=True, times=1)


def _days(n_routers: int) -> Iterator[DayOfChecks]:
    for ago in range(89, -1, -1):
        if ago in range(40, 44):
            continue  # nobody checked
        n_bad = n_routers * (3 + ago * 7 % 5 + (ago > 60) * 6) // 200
        n_silent = n_routers * (1 + (ago in {12, 13}) * 9) // 200
        yield DayOfChecks(
            _day(ago)[:10],
            {"drifted": n_bad, "failed": n_silent, "compliant": n_routers - n_bad - n_silent},
        )


def _day(ago: int) -> str:
    moment = datetime.datetime(2026, 11, 27, 5, 0, tzinfo=datetime.UTC)
    return (moment - datetime.timedelta(days=ago)).isoformat("T", "milliseconds")
