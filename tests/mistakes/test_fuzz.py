"""Whatever stands in a project's files: no traceback, an exit status of the contract."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import Any

import yaml
from commandline import Ran, knockdeploy
from hypothesis import given, settings
from hypothesis import strategies as st

from knockdeploy.intent import Intent, Names
from knockdeploy.lab.router.clock import ManualClock
from knockdeploy.lab.router.virtual_router import VirtualRouter

from .project import (
    CONFIG,
    CONFIG_FILE,
    DEFAULTS,
    DEFAULTS_FILE,
    GROUPS,
    GROUPS_FILE,
    HOSTS_FILE,
    Row,
    hosts,
    write,
)

EXAMPLES = int(os.environ.get("KNOCKDEPLOY_FUZZ_EXAMPLES", "25"))
"""A longer run by hand: KNOCKDEPLOY_FUZZ_EXAMPLES=20000 pytest tests/mistakes/test_fuzz.py."""

TEXTS = {
    CONFIG_FILE: CONFIG,
    HOSTS_FILE: hosts(
        names="{applet: EEM_Knock}", management_sources="[192.0.2.0/24]", knock_only="true"
    ),
    GROUPS_FILE: GROUPS,
    DEFAULTS_FILE: DEFAULTS,
}
_WORDS = [
    *Intent.model_fields,
    *Names.model_fields,
    *"knock data groups hostname port username password platform connection_options".split(),
    *"netmiko extras secret key_file plugin options runner threaded user_defined".split(),
    *"knockdeploy rollout state_dir templates r1 branch env:HOME file:config.yaml auto".split(),
    *"22/tcp GigabitEthernet0/0 192.0.2.0/24 0.0.0.0/0 permit 100% <<".split(),
]
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-10, 70_000)
    | st.integers()
    | st.floats()
    | st.dates()
    | st.sampled_from(_WORDS)
    | st.text(max_size=12)
    | st.binary(max_size=4)
)
_TREES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(
            st.sampled_from(_WORDS) | st.integers() | st.text(max_size=5), inner, max_size=6
        )
    ),
    max_leaves=12,
)


def survives(files: dict[str, str | bytes]) -> Ran:
    """Run an offline command over a project; a defect of ours prints a traceback."""
    with tempfile.TemporaryDirectory() as folder:
        config_file = write(Path(folder), Row("", None, None, None, (), files))
        ran = knockdeploy("render", "-c", str(config_file))
        for handler in list(logging.getLogger("nornir").handlers):  # if the file asked for them
            logging.getLogger("nornir").removeHandler(handler)
            handler.close()
    assert ran.status in {0, 1, 2, 64}
    assert "Traceback" not in ran.err, ran.err
    assert "please report it" not in ran.out + ran.err
    return ran


def replaced(data: Any, path: list[int], value: object) -> Any:
    """Return ``data`` with ``value`` where ``path`` leads: the index of a child at each level."""
    if not path or not isinstance(data, dict | list) or not data:
        return value
    keys = list(data) if isinstance(data, dict) else list(range(len(data)))
    key = keys[path[0] % len(keys)]
    changed = replaced(data[key], path[1:], value)
    if isinstance(data, dict):
        return {**data, key: changed}
    return [*data[:key], changed, *data[key + 1 :]]


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(sorted(TEXTS)), st.lists(st.integers(0, 9), max_size=7), _TREES)
def test_any_tree_in_any_place(file: str, path: list[int], value: object) -> None:
    data = replaced(yaml.safe_load(TEXTS[file]), path, value)
    survives({file: yaml.safe_dump(data, allow_unicode=True)})


# Values that a key may well have; any of them together are an intent.
_PORTS = st.permutations([46543, 28654, "40204/udp", 57566, 34515, 1024, 65535])
_OTHERS = ["80/tcp", "443/tcp-udp", "53/udp", "8443/tcp", "1/udp"]
_OURS = [*(f"Ours-{number}" for number in range(len(Names.model_fields) - 1)), "A" * 24]
PLAUSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "ports": st.integers(5, 7).flatmap(lambda n: _PORTS.map(lambda ports: ports[:n])),
    "services": st.lists(st.sampled_from(_OTHERS), unique=True).map(lambda more: ["22/tcp", *more]),
    "window_seconds": st.integers(1, 60),
    "timeout_minutes": st.integers(1, 9999),
    "keep_established": st.booleans(),
    "interface": st.sampled_from(["gi0/0", "Dialer1", ["Serial0/0/0.1", "Vlan10"], ["Tunnel0"]]),
    "acl": st.sampled_from(["auto", "ACL_WAN", "out.side", "101"]),
    "new_acl_entries": st.sampled_from(
        [["permit ip any any"], ["remark 1 & 2", "deny tcp any any eq 23", "permit ip any any"]]
    ),
    "management_sources": st.lists(
        st.sampled_from(["192.0.2.0/24", "198.51.100.7", "10.0.0.0/8"]), unique=True
    ),
    "outside_address": st.sampled_from(["203.0.113.10", None]),
    "outside_ports": st.sampled_from([{22: 10022}, {}]),
    "destination": st.sampled_from(["outside", "any"]),
    "access": st.sampled_from(["direct", "knock"]),
    "proof": st.sampled_from(["required", "when-reachable", "off", False]),
    "names": st.permutations(_OURS).map(
        lambda ours: dict(zip(Names.model_fields, ours, strict=True))
    ),
    "weak": st.booleans(),
    "protocol": st.just("udp"),
}
_ONE_WILD = st.dictionaries(st.sampled_from(sorted(PLAUSIBLE)), _TREES, min_size=1, max_size=1)


def under_knock(changes: dict[str, object]) -> Ran:
    data = yaml.safe_load(TEXTS[HOSTS_FILE])
    data["r1"]["data"]["knock"].update(changes)
    return survives({HOSTS_FILE: yaml.safe_dump(data, allow_unicode=True)})


@settings(max_examples=2 * EXAMPLES)
@given(st.fixed_dictionaries({}, optional=PLAUSIBLE))
def test_what_is_plausible_is_rendered_and_a_router_takes_every_line(
    plausible: dict[str, object],
) -> None:
    ran = under_knock(plausible)
    assert ran.status == 0, ran.err
    assert refused_by_a_router(ran.out) == []


@settings(max_examples=EXAMPLES)
@given(st.fixed_dictionaries({}, optional=PLAUSIBLE), _ONE_WILD)
def test_one_tree_among_what_is_plausible_is_all_that_is_said(
    plausible: dict[str, object], wild: dict[str, object]
) -> None:
    ran = under_knock({**plausible, **wild})
    if ran.status == 0:
        assert refused_by_a_router(ran.out) == []
    (key,) = wild
    assert all(f"key knock.{key}" in line for line in ran.err.splitlines()), ran.err


def refused_by_a_router(rendered: str) -> list[str]:
    """Type what was rendered into an empty router; return the lines it refuses."""
    router = VirtualRouter("hostname r1\n", name="r1", clock=ManualClock())
    line = router.lines.open_line("netops")
    assert line is not None
    refused = []
    mode: tuple[str, ...] = ()
    for text in rendered.splitlines():
        new, answer = router.configure(mode, text)
        refused += [f"{text}: {answer}"] if answer else []
        assert new is not None
        mode = new
    return refused


@settings(max_examples=EXAMPLES)
@given(st.dictionaries(st.sampled_from(sorted(Intent.model_fields)), _TREES, max_size=8))
def test_any_tree_under_knock(knock: dict[str, object]) -> None:
    under_knock(knock)


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_any_text_in_the_middle_of_a_file(file: str, data: st.DataObject) -> None:
    text = TEXTS[file]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    put = data.draw(st.text(max_size=8) | st.text("{}[]:,-&*!|>'\"%@`#?<\t\n ~=", max_size=8))
    survives({file: (text[:start] + put + text[end:]).encode(errors="surrogatepass")})


@settings(max_examples=EXAMPLES)
@given(st.sampled_from(sorted(TEXTS)), st.binary(max_size=64))
def test_any_bytes(file: str, content: bytes) -> None:
    survives({file: content})
