"""Lines typed one after the other into a configuration, and what it is like then."""

from __future__ import annotations

from knockdeploy.ios.apply import Applied, apply
from knockdeploy.ios.parse import parse
from knockdeploy.ios.tree import Node, to_text

IN_USE = """\
object-group service OG
 tcp eq 22
object-group service FREE
 tcp eq 23
class-map match-any CM
 match access-group name X
class-map match-any UNUSED
 match any
policy-map PM
 class CM
  drop
policy-map OTHER
 class CM
interface GigabitEthernet0/0
 ip access-group X in
ip access-list extended X
 permit object-group OG any any
 permit ip any any
control-plane host
 service-policy input PM
"""
ONE_LIST = "ip access-list extended X\n permit udp any any eq isakmp\n deny   ip any any\n"


def typed(config: str | Node, *lines: str) -> Applied:
    """Type lines one after the other, starting in global configuration."""
    state = Applied(parse(config) if isinstance(config, str) else config, ())
    for line in lines:
        assert state.mode is not None, "configuration mode was left"
        state = apply(state.config, state.mode, line)
    return state


def shown(config: str | Node, *lines: str) -> str:
    return to_text(typed(config, *lines).config)


def numbers(config: Node, name: str) -> list[tuple[int | None, str]]:
    section = config.child(f"ip access-list extended {name}")
    assert section is not None
    return [(node.number, node.text) for node in section.children]
