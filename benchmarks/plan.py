"""How long a plan takes, beside parsing the same configuration whole with ciscoconfparse.

    python -m benchmarks.plan [--lines 20000] [--repeat 3]

CPU time of one core. An ACL of 500 entries in 20,000 lines; shorter ones in proportion.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import count, islice

from ciscoconfparse import CiscoConfParse

from knockdeploy.intent import Intent, intent_from
from knockdeploy.ios import parse as parsing
from knockdeploy.ios.aces import with_numbers
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node
from knockdeploy.operator import Operator
from knockdeploy.plan.model import Deployed, Plan, Terms
from knockdeploy.plan.planner import plan
from knockdeploy.recipe.platforms import CLASSIC_IOS
from knockdeploy.recipe.rendering import wanted as wanted_of
from knockdeploy.recipe.running import Running

LINES, ENTRIES = 20_000, 500
HEAD = """\
version 15.4
hostname big
interface GigabitEthernet0/0
 ip address 203.0.113.10 255.255.255.0
 ip access-group ACL_WAN in
interface GigabitEthernet0/1
 ip address 10.1.1.1 255.255.255.0
"""
KINDS = (
    " permit tcp host 198.51.{high}.{low} any eq 443",
    " deny   tcp 10.{low}.0.0 0.0.255.255 any eq {port}",
    " permit udp any host 203.0.113.10 eq {port}",
    " permit tcp any any range {port} 9999",
    " deny   ip 172.{low}.0.0 0.0.255.255 any",
)
PORTS = (46543, 28654, 40204, 57566, 34515)
INTENT = {
    "ports": list(PORTS),
    "services": ["22/tcp", "80/tcp", "443/tcp-udp"],
    "interface": "GigabitEthernet0/0",
    "management_sources": ["192.0.2.0/24"],
}
OPERATOR = Operator("10.1.1.50", "10.1.1.1", "GigabitEthernet0/1")


def text(n_lines: int) -> str:
    """Return a running configuration of so many lines."""
    return "\n".join(_lines(n_lines))


def _lines(n_lines: int) -> list[str]:
    lines = HEAD.splitlines()
    for i in range(n_lines // 20):
        lines += [f"interface Loopback{i}", f" description customer {i}", " no ip address"]
    lines.append("ip access-list extended ACL_WAN")
    for i in range(n_lines * ENTRIES // LINES):
        kind = KINDS[i % len(KINDS)]
        lines.append(kind.format(high=i // 250, low=i % 250, port=1000 + i))
    lines.append(" permit ip any any")
    routes = (f"ip route 10.{i // 250}.{i % 250}.0 255.255.255.0 Null0" for i in count())
    return [*lines, *islice(routes, n_lines - len(lines)), "control-plane", "line vty 0 4"]


def router(n_lines: int) -> tuple[Node, Intent]:
    """Return a running configuration, and the intent."""
    running = with_numbers(parse(text(n_lines)))
    intent = intent_from(INTENT)
    return running, intent


def made(config: Node, intent: Intent) -> Plan:
    """Return the plan of such a router, from its configuration and the intent alone."""
    running = Running(config)
    at = CLASSIC_IOS.place(running, intent)
    wanted = wanted_of(CLASSIC_IOS, intent, at)
    return plan(running, Deployed(wanted, at), Terms(intent, CLASSIC_IOS, OPERATOR))


def _cpu_s(run: Callable[[], object], repeat: int) -> float:
    def once() -> float:
        started = time.process_time()
        run()
        return time.process_time() - started

    return statistics.median(once() for _ in range(repeat))


def _parse_anew(running: str) -> Node:
    """Parse a text as if none had been parsed before."""
    for function in vars(parsing).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()
    return parse(running)


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=LINES)
    options.add_argument("--repeat", type=int, default=3)
    chosen = options.parse_args()
    running, intent = router(chosen.lines)
    lines = text(chosen.lines).splitlines()
    rows = {
        "ciscoconfparse, the whole text": lambda: CiscoConfParse(
            lines, syntax="ios", factory=False, ignore_blank_lines=False
        ),
        "knockdeploy, parse": lambda: _parse_anew("\n".join(lines)),
        "knockdeploy, plan": lambda: made(running, intent),
    }
    print(f"{chosen.lines} lines, CPU s, median of {chosen.repeat}")
    for name, run in rows.items():
        print(f"  {name:<32}{_cpu_s(run, chosen.repeat):8.2f}")


if __name__ == "__main__":
    main()
