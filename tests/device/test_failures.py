"""What paramiko says of a login that did not come about, as one of our errors."""

from __future__ import annotations

import pytest
from paramiko import AuthenticationException, SSHException

from knockdeploy.device.failures import failure
from knockdeploy.errors import DeviceTimeoutError, LoginRefusedError, RouterError, UnreachableError


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Key-exchange timed out waiting for key negotiation", DeviceTimeoutError),
        ("Timeout opening channel.", DeviceTimeoutError),
        ("No existing session", DeviceTimeoutError),
        ("Error reading SSH protocol banner", UnreachableError),
        ("Channel closed.", UnreachableError),
    ],
)
def test_slow_is_told_from_gone(said: str, kind: type[RouterError]) -> None:
    found = failure(SSHException(said), "r1")
    assert type(found) is kind
    assert "r1" in str(found)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Authentication timeout.", DeviceTimeoutError),
        ("Authentication failed.", LoginRefusedError),
    ],
)
def test_login_that_nobody_answers_is_not_refused(said: str, kind: type[RouterError]) -> None:
    """A AAA server that is slow says nothing of the password."""
    assert type(failure(AuthenticationException(said), "r1")) is kind


def test_a_host_without_password_and_key_is_told_so() -> None:
    found = failure(SSHException("No authentication methods available"), "r1")
    assert isinstance(found, LoginRefusedError)
    assert "no password or key" in str(found)
    assert "`password`" in found.hint
