"""What a router said, fit to be shown to strangers: a bug report needs it, its secrets it does not.

Whatever follows a word that announces a secret goes, to the end of the line: too much rather than
too little. Names and addresses stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from knockdeploy.errors import LineMask
from knockdeploy.ios.delimited import end_after, opening
from knockdeploy.recipe.listening import knock_ports, masked
from knockdeploy.secrets import SECRET

_ANNOUNCES: Final = re.compile(
    r"""(?ix)
    (?<![\w-])(?:
        [\w-]*(?:password|passwd|passphrase|passcode|secret|credential|token)s?
      | community | pin | md5 | sha\d* | hmac-\S{1,40} | wpa-psk | psk
      | key | key-string | key-hash | [\w-]+-key | api_?key | wep | otp | basic | bearer
      | event\ manager\ environment\ (?!_knock_)\S{1,255} | snmp\ mib\ community-map
      | esp\ (?:des|3des|aes-cbc\ \d{3})(?:\ [07])? | authentication\ text
      | (?:nhrp|standby(?:\ \d+)?|vrrp(?:\ \d+)?|glbp(?:\ \d+)?)\ authentication
      | snmp-server\ host\ \S{1,255}
      | sent-username\ \S{1,255}
    )[ ]+(?=\S)"""
)
# Lines in which such a word announces nothing.
_HARMLESS: Final = re.compile(
    r"(?i)(?:no )?service password|key chain |security passwords |no snmp-server|enable password$"
    r"|crypto key pubkey-chain|ip (?:ssh|nat|dhcp) |aaa |object-group |class-map "
)
_SPECIAL: Final = (
    (re.compile(r"//[^/@\s]+@"), f"//{SECRET}@"),  # ftp://user:password@server
    (re.compile(r"(?<![^\s/])[^\s:@/\"']{1,64}:[^\s@/\"']{1,255}@(?=\w)"), f"{SECRET}@"),
    (
        re.compile(r"""(?i)((?:pass\w{0,8}|pwd|pw|secret|token|api_?key)[\"']?[:=] *)[^\s&"']+"""),
        rf"\1{SECRET}",
    ),
    (re.compile(r"\$\w{1,3}\$\S+"), SECRET),  # hashes of types 5, 8 and 9
    (re.compile(r"(?<= 7 )[0-9A-Fa-f]{4,}"), SECRET),  # type 7, which anybody can read
    (re.compile(r"^\s*(?:[0-9A-Fa-f]{8} ?)+$|^\s*[0-9A-Fa-f]{16,}$"), f" {SECRET}"),  # certificates
    (re.compile(r"^\s*[A-Za-z0-9+/]{40,}={0,2}$"), f" {SECRET}"),  # the same as PEM, keys of SSH
)


def redacted(text: str, masker: LineMask, ports: frozenset[str] = frozenset()) -> str:
    """Return what a command answered without passwords, keys, communities and knock ports.

    Knock ports are known by their role, below the headers of a configuration, and by what listens
    to them, in this text or where ``ports`` are from.
    """
    shown = "\n".join(_lines(text.split("\n"), masker))
    return masked(shown, ports | knock_ports(text))


def _lines(lines: Iterable[str], masker: LineMask) -> Iterator[str]:
    parents: tuple[str, ...] = ()
    rest = iter(lines)
    for line in rest:
        if begins := opening(line):
            if delimiter := end_after(line):
                next((further for further in rest if delimiter in further), None)
            yield f"{begins[0]}{SECRET}{begins[1]}"
            continue
        depth = min(len(line) - len(line.lstrip(" ")), len(parents))
        parents = parents[:depth]
        yield line[:depth] + without_secrets(masker.line(parents, line[depth:]))
        parents = (*parents, line.strip())


def without_secrets(line: str) -> str:
    """Return one line without what a word in it announces as a secret."""
    for pattern, instead in _SPECIAL:
        line = pattern.sub(instead, line)
    if _HARMLESS.match(line.strip()):
        return line
    found = _ANNOUNCES.search(line)
    return line[: found.end()] + SECRET if found else line
