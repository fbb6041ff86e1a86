"""Nothing that announces itself as a secret is in a transcript, and the rest still is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from planning import masker as masker_of

from knockdeploy.compliance.transcript import redacted, without_secrets
from knockdeploy.intent import Names
from knockdeploy.recipe.listening import knock_ports
from knockdeploy.sequence import Knock, KnockSequence, Protocol

PORTS = (46543, 28654, 40204)
MASKER = masker_of(
    KnockSequence(tuple(Knock(port, Protocol.UDP) for port in PORTS)), b"k" * 32, Names()
)
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


@pytest.mark.parametrize(
    "line",
    [
        "enable secret 5 $1$mERr$S3cret/x.",
        "enable password 7 S3cret",
        "username jane privilege 15 secret 9 $9$S3cret$abc",
        "username joe password 0 S3cret",
        "username jill privilege 15 view root secret S3cret",
        " password 7 094F471A1A0A53C3",
        "snmp-server community S3cret RW 10",
        "snmp-server host 192.0.2.9 version 2c S3cret",
        "snmp-server host 192.0.2.9 S3cret",
        "snmp-server user jane admins v3 auth sha S3cret priv aes 128 S3cret",
        "tacacs-server host 192.0.2.9 key 7 S3cret",
        "tacacs-server key S3cret",
        " key 7 S3cret",
        " server-private 192.0.2.9 key S3cret",
        "radius-server host 192.0.2.9 auth-port 1645 acct-port 1646 key S3cret",
        "  key-string 7 S3cret",
        "  key-string S3cret",
        " pre-shared-key address 0.0.0.0 0.0.0.0 key S3cret",
        " pre-shared-key local S3cret",
        "crypto isakmp key S3cret address 192.0.2.1",
        "crypto isakmp key 6 S3cret hostname hub",
        " tunnel key 53310",
        " ip nhrp authentication S3cret",
        " neighbor 192.0.2.1 password 7 S3cret",
        " ip ospf message-digest-key 1 md5 7 S3cret",
        " ip ospf authentication-key S3cret",
        " standby 1 authentication S3cret",
        " standby 1 authentication md5 key-string S3cret",
        " ppp chap password 0 S3cret",
        " ppp pap sent-username branch password 7 S3cret",
        "ntp authentication-key 1 md5 S3cret 7",
        "ip ftp password 7 S3cret",
        "event manager environment _mail_password S3cret",
        " path ftp://backup:S3cret@192.0.2.9/$h",
        " wpa-psk ascii 7 S3cret",
        " encryption key 1 size 40bit 7 S3cret transmit-key",
        "  30820201 3082016A A0030201 02020101 300D0609 2A864886 F70D0101",
        "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJRTES",
        "   key-hash ssh-rsa 0A1B2C3D4E5F60718293A4B5C6D7E8F9 jane",
        " pin S3cret",
        "  client 192.0.2.1 server-key S3cret",
        " ipv6 ospf encryption ipsec spi 256 esp aes-cbc 128 0 S3cret sha1 0 S3cret",
        " area 0 encryption ipsec spi 256 esp 3des 7 S3cret md5 S3cret",
        "event manager environment _smtp_pass S3cret",
        "event manager environment anything S3cret",
        "password: S3cret",
        "password=S3cret",
        ' action 1.0 puts "password=S3cret"',
        " url http://192.0.2.9/x?user=a&pass=S3cret",
        " ip http client proxy-server jane:S3cret@proxy",
        "snmp mib community-map S3cret engineid 800000090300",
        " authentication text S3cret",
        " http-auth Basic S3cret",
        " header Authorization: Bearer S3cret",
        " api_key=S3cret",
        " apikey S3cret",
        "  token: S3cret",
        "  wep S3cret",
    ],
)
def test_secret_is_gone(line: str) -> None:
    shown = without_secrets(line)
    assert "<secret>" in shown
    for secret in ("S3cret", "53310", "094F47", "3082", "MIID", "0A1B2C"):
        assert secret not in shown


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


def test_what_one_answer_listens_to_goes_from_the_others() -> None:
    ports = knock_ports(BY_HAND)
    assert redacted("10 permit udp any any eq 40004 (3 matches)", MASKER, ports) == (
        "10 permit udp any any eq <other knock> (3 matches)"
    )
    assert redacted("Total 10.40.0.1 4000 140004", MASKER, ports) == "Total 10.40.0.1 4000 140004"


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
