"""The name of a copy: that of the list, as far as IOS takes it, and nobody else's."""

from __future__ import annotations

import pytest

from knockdeploy.ios.free_name import free_name
from knockdeploy.ios.parse import parse

LONGEST = "A" * 63  # with the letter before it, that of its dynamic entry (ios-facts §6)


@pytest.mark.parametrize(
    ("name", "running", "copy"),
    [
        ("WAN", "", "WAN_knock"),
        ("103", "", "ACL_103_knock"),
        ("WAN", "ip access-list extended WAN_knock\n permit ip any any\n", "WAN_knock2"),
        ("WAN", "interface Gi0/0\n ip access-group WAN_knock in\n", "WAN_knock2"),
        ("WAN", "ip access-list extended WAN_knock\nip access-list extended WAN_knock2\n",
         "WAN_knock3"),
        ("WAN", "interface Gi0/0\n description WAN_knock\n", "WAN_knock"),
        (LONGEST, "", f"{LONGEST[:57]}_knock"),
        (LONGEST, f"ip access-list extended {LONGEST[:57]}_knock\n", f"{LONGEST[:56]}_knock2"),
    ],
)  # fmt: skip
def test_it_is_nobodys(name: str, running: str, copy: str) -> None:
    assert free_name(parse(running), name) == copy
