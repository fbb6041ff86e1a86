"""Do the classes of a policy stand in their order? The first that takes a packet decides."""

from __future__ import annotations

from collections.abc import Iterator

from knockdeploy.compliance.facts import Router, error
from knockdeploy.compliance.findings import Finding
from knockdeploy.intent import Intent
from knockdeploy.ios.policies import DEFAULT
from knockdeploy.ios.tree import Node
from knockdeploy.recipe.owned import Table


def class_order(router: Router, _intent: Intent) -> Iterator[Finding]:
    """A class of ours that comes behind one of ours which it should precede."""
    table = Table(router.owned)
    for wanted in router.rendered.children:
        there = router.running.child(wanted.text) if wanted.text.startswith("policy-map ") else None
        if there is None:
            continue
        have, want = _classes(there), _classes(wanted)
        ours = [name for name in have if name in want]
        order = [name for name in want if name in ours]
        row = table.row(wanted.text)
        for name, right in zip(ours, order, strict=True):
            if name != right:
                message = "is not in its place: `no` with it there, then deploy"
                yield error(row.rule if row else "placement", message, name, (wanted.text,))
                break


def _classes(policy: Node) -> list[str]:
    return list(dict.fromkeys(n.text for n in policy.children if n.text.split()[-1] != DEFAULT))
