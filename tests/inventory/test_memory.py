"""An inventory of thousands of hosts takes the memory of what it says, once it has been read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_N_HOSTS = 2000
_READ = """
import re, sys
from pathlib import Path
from knockdeploy.inventory.yamlfile import read_yaml

def memory(word):
    status = Path("/proc/self/status").read_text()
    return int(re.search(word + r":\\s+(\\d+) kB", status)[1])

before = memory("VmRSS")
hosts = read_yaml(Path(sys.argv[1]))
print(len(hosts), memory("VmRSS") - before, memory("VmHWM") - before)
"""


def test_what_yaml_was_read_with_is_given_back(tmp_path: Path) -> None:
    file = tmp_path / "hosts.yaml"
    file.write_text("".join(map(_host, range(_N_HOSTS))))
    command = (sys.executable, "-c", _READ, str(file))
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    n_hosts, kept, most = map(int, said.split())
    assert n_hosts == _N_HOSTS
    assert kept < most / 2


def _host(k: int) -> str:
    ports = f"[{20_000 + k}, {30_000 + k}, {40_000 + k}, {50_000 + k}, {60_000 + k}]"
    knock = f"{{ports: {ports}, services: [22/tcp, 443/tcp], interface: GigabitEthernet0/0}}"
    return f"r{k}: {{hostname: 192.0.2.1, platform: ios, data: {{site: s{k}, knock: {knock}}}}}\n"
