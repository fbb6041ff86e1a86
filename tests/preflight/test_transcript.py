"""Nothing that announces itself as a secret is in a transcript, and the rest still is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from planning import masker as masker_of

from knockdeploy.compliance.transcript import redacted
from knockdeploy.intent import Names
from knockdeploy.ios.publishable import is_harmless
from knockdeploy.recipe.knock_ports import knock_ports
from knockdeploy.secret_words import without_secrets
from knockdeploy.secrets import Redactor
from knockdeploy.sequence import Knock, KnockSequence, Protocol

from .secret_forms import FORMS, SECRETS

PORTS = (46543, 28654, 40204)
MASKER = masker_of(
    KnockSequence(tuple(Knock(port, Protocol.UDP) for port in PORTS)), b"k" * 32, Names()
)
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


@pytest.mark.parametrize("above", ["", "interface Tunnel0\n", "event manager applet X\n", "no "])
def test_no_form_of_a_secret_is_in_what_is_shown_of_a_configuration(above: str) -> None:
    assert len(FORMS) >= 90
    for form in FORMS:
        shown = redacted(f"{above}{form}", MASKER)
        assert "<secret>" in shown, form
        assert not [secret for secret in SECRETS if secret in shown], form


ANNOUNCED = (
    ' action 2.1 mail server "jane:S3cret@192.0.2.9" to "a@example" subject "x"',
    "cellular 0 lte profile create 3 internet chap jane S3cret ipv4",
    "cellular 0/0/0 lte profile create 1 internet pap jane S3cret",
    " lte sim authenticate 0 S3cret slot 0",
    "cellular 0 lte sim unlock S3cret",
    "snmp-server enable traps; trap-community S3cret",
    " user-pin S3cret",
    " pwd S3cret",
    " authkey S3cret",
)
"""Of routers with a modem, in an applet, and as people abbreviate."""


@pytest.mark.parametrize(
    "line", [*FORMS[: FORMS.index("snmp-server group S3cret v1 read V")], *ANNOUNCED]
)
def test_a_word_that_announces_a_secret_hides_it_in_whatever_is_said(line: str) -> None:
    for shown in (without_secrets(line), Redactor()(f"the line '{line}' stands in the way")):
        assert "<secret>" in shown
        assert not [secret for secret in SECRETS if secret in shown]


@pytest.mark.parametrize(
    "line",
    [
        "service password-encryption",
        "event manager environment _knock_Timeout 60",
        "ip name-server 192.0.2.1",
        "ntp server 2001:DB8::1",
        "no service password-recovery",
        "aaa authentication login default group tacacs+ local",
        "aaa authorization commands 15 default group tacacs+ local",
        "ip ssh version 2",
        "key chain KC_Ospf",
        " hash md5",
        " authentication pre-share",
        "crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac",
        " ip ospf authentication message-digest",
        "ip http authentication local",
        " 10 permit tcp any host 192.0.2.1 eq 22",
        "interface GigabitEthernet0/0",
        " action 0100 set _knock_RegEx_Result \"0\"",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(line: str) -> None:
    assert without_secrets(line) == line
    assert redacted(line, MASKER) == line


def test_knock_ports_go_by_their_role() -> None:
    text = (
        "Building configuration...\n\nobject-group service OG_Knock\n udp eq 46543\n udp eq 28654\n"
        "!\nevent manager applet EEM_Knock\n"
        ' event tag a syslog pattern "%CP-6-UDP: DROP .*-> [0-9.]+\\(40204\\)"\n'
        "!\nrouter eigrp 28654\n"
    )
    shown = redacted(text, MASKER)
    assert " udp eq <knock 1>\n udp eq <knock 2>\n" in shown
    assert "\\(<knock 3>\\)" in shown
    assert "router eigrp 28654" in shown  # no knock, whatever its number


def test_banners_go_whole_and_what_follows_stays() -> None:
    text = "banner motd ^C\nThe password is hidden\n interface Gi0/0\n^C\nline con 0\n"
    assert redacted(text, MASKER) == "banner motd ^C<secret>^C\nline con 0\n"
    assert redacted("banner login #secret word#\nend", MASKER) == "banner login #<secret>#\nend"


@pytest.mark.skipif(not CORPUS.exists(), reason="the configurations of others are not here")
def test_no_hash_of_real_configurations_is_left() -> None:
    for file in sorted(CORPUS.glob("*.cfg")):
        text = file.read_text(encoding="utf-8", errors="replace")
        shown = redacted(text, MASKER)
        secrets = {
            line
            for line in text.splitlines()
            if re.match(
                r"enable (secret|password) |username .* (secret|password) |key-string ", line
            )
        }
        assert not secrets & set(shown.splitlines()), file.name
        words = {line.split()[-1] for line in secrets}
        assert not {w for w in words if re.match(r"\$\d\$|[0-9A-F]{8}", w) and w in shown}


@pytest.mark.skipif(not CORPUS.exists(), reason="the configurations of others are not here")
def test_most_of_what_a_report_needs_is_left() -> None:
    """An allow-list that hides all would be safe, and of no use to anybody."""
    lines = [
        line.strip()
        for file in CORPUS.glob("*.cfg")
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip(" !")
    ]
    assert sum(map(is_harmless, lines)) / len(lines) > 0.75


# What somebody typed by hand, from the article, under names of his own.
BY_HAND = """\
object-group service Doorbell
 tcp eq 40001
 udp range 40002 40003
object-group service Harmless
 tcp eq 40009
ip access-list extended Bells
 permit object-group Doorbell any any
 permit udp any any eq 40004
 permit udp any any eq 500
ip access-list extended WAN
 permit udp any any eq 40004
 permit udp any any eq 500
 permit tcp any any eq 40009
class-map match-all Rings
 match access-group name Bells
policy-map Silence
 class Rings
  drop
policy-map Elsewhere
 class Rings
  drop
event manager applet Janitor
 event tag E1 syslog pattern ".*%CP-6-UDP.*40005.*$"
 event tag E2 syslog pattern "%CP-6-TCP: DROP .*-> [0-9.]+\\(40006\\)"
 action 0100 syslog msg "40005 came"
control-plane host
 service-policy input Silence
"""


def test_knock_under_any_name_goes_by_what_refers_to_it() -> None:
    shown = redacted(BY_HAND, MASKER)
    for port in ("40001", "40002", "40003", "40004", "40005", "40006", "eq 500"):
        assert port not in shown
    assert "tcp eq 40009" in shown
    for name in ("Doorbell", "Bells", "Rings", "Silence", "Janitor", "E1", "[0-9.]+"):
        assert name in shown


# What somebody typed by hand on IOS-XE, from iosxe-facts §8: ranges, and the order in one action.
BY_HAND_XE = r"""
ip access-list extended WAN-IN
 20 deny udp any host 192.0.2.1 range 46540 46549 log
 21 deny udp any host 192.0.2.1 eq 28654 log
 30 deny tcp any host 192.0.2.1 eq 8443
event manager applet Janitor authorization bypass
 event syslog pattern "IPACCESSLOGP:.*list WAN-IN denied udp .*\(34515\), 1 packet" maxrun 60
 action 010 regexp " ([0-9]+:[0-9]+):[0-9]+.*udp ([0-9.]+)\(" "$_syslog_msg" m hhmm src
 action 060 regexp "46543\),[^>]*> [0-9.]+\(28654\),[^>]*$" "$_cli_result"
event manager applet Other
 event syslog pattern "LINK-3-UPDOWN"
 action 010 regexp "(40001\) changed" "$_syslog_msg"
"""


def test_knock_that_an_applet_reads_from_the_log_is_hidden() -> None:
    shown = redacted(BY_HAND_XE, MASKER)
    for port in ("46540", "46549", "28654", "34515", "46543"):
        assert port not in shown
    for text in ("eq 8443", "40001", "192.0.2.1", '" ([0-9]+:[0-9]+):[0-9]+.*udp ([0-9.]+)'):
        assert text in shown


def test_what_one_answer_listens_to_goes_from_the_others() -> None:
    ports = knock_ports(BY_HAND)
    assert redacted("10 permit udp any any eq 40004 (3 matches)", MASKER, ports) == (
        "10 permit udp any any eq <other knock> (3 matches)"
    )
    said = "show ip cef summary\nTotal 10.40.0.1 4000 140004"
    assert redacted(said, MASKER, ports) == said


@pytest.mark.parametrize(
    "line",
    [
        "control-plane host\n service-policy input Other",
        "policy-map Silence\n class Rings",
        "class-map match-all Rings\n match any",
    ],
)
def test_list_that_drops_nothing_on_the_control_plane_is_shown(line: str) -> None:
    config = "ip access-list extended Bells\n permit udp any any eq 40004\n"
    assert "40004" in redacted(f"{config}{line}\n", MASKER)
