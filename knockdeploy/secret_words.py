"""Words that announce a secret: what follows them is shown to nobody, whoever wrote it."""

from __future__ import annotations

import re
from typing import Final, Protocol

SECRET: Final = "<secret>"  # noqa: S105  what stands in its place
_ANNOUNCES: Final = re.compile(
    r"""(?ix)
    (?<![\w-])(?:
        [\w-]*(?:password|passwd|passphrase|passcode|secret|credential|token)s?
      | [\w-]*community(?:-string)? | pwd | (?:[\w-]*-)?pin
      | md5 | sha\d* | hmac-\S{1,40} | wpa-psk | psk
      | key | key-string | key-hash | [\w-]+-key | (?:api|auth)_?key | wep | otp | basic | bearer
      | event\ manager\ environment\ (?!_knock_)\S{1,255} | snmp\ mib\ community-map
      | esp\ (?:des|3des|aes-cbc\ \d{3})(?:\ [07])? | authentication\ text
      | (?:nhrp|standby(?:\ \d+)?|vrrp(?:\ \d+)?|glbp(?:\ \d+)?)\ authentication
      | snmp-server\ host\ \S{1,255}
      | sent-username\ \S{1,255}
      | sim\ (?:authenticate(?:\ [07])?|unlock|lock|change-pin)
      | profile\ create\ \d+\ \S{1,255}\ (?:chap|pap|pap_chap)
    )[ ]+(?=\S)"""
)
# Lines in which such a word announces nothing.
_HARMLESS: Final = re.compile(
    r"(?i)(?:no )?service password|key chain |security passwords |no snmp-server|enable password$"
    r"|crypto key pubkey-chain|ip (?:ssh|nat|dhcp) |aaa |object-group |class-map "
)
_SPECIAL: Final = (
    (re.compile(r"//[^/@\s]+@"), f"//{SECRET}@"),  # ftp://user:password@server
    (re.compile(r"(?<![^\s/\"'])[^\s:@/\"']{1,64}:[^\s@/\"']{1,255}@(?=\w)"), f"{SECRET}@"),
    (
        re.compile(r"""(?i)((?:pass\w{0,8}|pwd|pw|secret|token|api_?key)[\"']?[:=] *)[^\s&"']+"""),
        rf"\1{SECRET}",
    ),
    (re.compile(r"\$\w{1,3}\$\S+"), SECRET),  # hashes of types 5, 8 and 9
    (re.compile(r"(?<= 7 )[0-9A-Fa-f]{4,}"), SECRET),  # type 7, which anybody can read
    (re.compile(r"^\s*(?:[0-9A-Fa-f]{8} ?)+$|^\s*[0-9A-Fa-f]{16,}$"), f" {SECRET}"),  # certificates
    (re.compile(r"^\s*[A-Za-z0-9+/]{40,}={0,2}$"), f" {SECRET}"),  # the same as PEM, keys of SSH
)
_QUOTED: Final = re.compile(r"'(?<!\w')[^'\n]{4,254}'")


class LineMask(Protocol):
    """What hides the secrets of a line by the section it stands in."""

    def line(self, parents: tuple[str, ...], line: str, /) -> str:
        """Return the line without them."""


def without_secrets(line: str) -> str:
    """Return one line without what a word in it announces as a secret."""
    for pattern, instead in _SPECIAL:
        line = pattern.sub(instead, line)
    if _HARMLESS.match(line.strip()):
        return line
    found = _ANNOUNCES.search(line)
    return line[: found.end()] + SECRET if found else line


def quoted_without_secrets(text: str) -> str:
    """Return a message in which no line that it quotes shows what a word in it announces."""
    return _QUOTED.sub(lambda found: f"'{without_secrets(found[0][1:-1])}'", text)
