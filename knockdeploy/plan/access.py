"""Who loses access by a plan, and who gets it."""

from __future__ import annotations

from dataclasses import replace

from knockdeploy.plan.exposure import Filters, Protected, closed, opened
from knockdeploy.plan.model import Closed, Opened, Plan


def told(
    plan: Plan, first: Filters, last: Filters, protected: Protected, *, may_open: bool
) -> Plan:
    """Return the plan with both; ``first`` is what filters before it, ``last`` after it.

    A plan that may not open anything is refused if it does: there is nothing to look for.
    """
    closes = (Closed(*each) for each in closed(first, last, protected))
    opens = (Opened(*each) for each in (opened(first, last, protected) if may_open else ()))
    return replace(plan, closes=tuple(dict.fromkeys(closes)), opens=tuple(dict.fromkeys(opens)))
