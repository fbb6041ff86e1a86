"""Host keys: of their own in a small lab, shared in a large one, and the same the next time."""

from __future__ import annotations

from pathlib import Path

from knockdeploy.lab.wire.keys import host_keys
from knockdeploy.lab.wire.ssh import MODERN


def test_fifty_routers_have_keys_of_their_own_and_more_share_them(tmp_path: Path) -> None:
    names = [f"r{k}" for k in range(1, 122)]
    keys = [key.get_fingerprint() for key in host_keys(tmp_path, dict.fromkeys(names, MODERN))]
    assert len(keys) == len(names)
    assert len(set(keys)) == 50
    assert keys[:50] == keys[50:100]
    again = [key.get_fingerprint() for key in host_keys(tmp_path, dict.fromkeys(names, MODERN))]
    assert again == keys
