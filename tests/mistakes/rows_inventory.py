"""Nornir's own keys of hosts, groups and defaults; references; extras of a connection."""

from __future__ import annotations

from .project import (
    CONFIG,
    CONFIG_FILE,
    DEFAULTS,
    DEFAULTS_FILE,
    GROUPS_FILE,
    HOSTS_FILE,
    Row,
    hosts,
    in_group,
    in_host,
)

_DEFAULTS = "inventory/defaults.yaml"


def _names(name: str, fix: str = "characters of text") -> Row:
    words = ("not a valid host name", fix)
    return Row(f"host named {name}", HOSTS_FILE, None, None, words, {HOSTS_FILE: f"{name}: {{}}\n"})


def _group(name: str, *words: str) -> Row:
    files = {GROUPS_FILE: f"branch: {{}}\n{name}: {{}}\n"}
    said = ("not a valid group name", *words)
    return Row(f"group named {name}", GROUPS_FILE, None, None, said, files)


def _extras(text: str, key: str, *words: str) -> Row:
    where = "connection_options.netmiko.extras" + (f".{key}" if key else "")
    return in_host(f"{{connection_options: {{netmiko: {{extras: {text}}}}}}}", where, *words)


def _reference(text: str, *words: str, allowed: bool = False) -> Row:
    config = CONFIG.replace("state_dir: state", "state_dir: state, allow_command: true")
    files: dict[str, str | bytes] = {
        DEFAULTS_FILE: f"password: '{text}'\n",
        CONFIG_FILE: config if allowed else CONFIG,
    }
    files |= {"inventory/empty": "\n", "inventory/windows": "word".encode("utf-16")}
    return Row(f"password: {text}", _DEFAULTS, "r1", "password", words, files)


def _secret(value: str, *words: str) -> Row:
    text = f"{{connection_options: {{netmiko: {{extras: {{secret: {value}}}}}}}}}"
    return in_host(text, "connection_options.netmiko.extras.secret", *words)


_CIRCLE = "branch: {groups: [b]}\nb: {groups: [branch]}\n"
_LADDER = "".join(
    f"g{n}: {{groups: [g{n + 1}, h{n + 1}]}}\nh{n}: {{groups: [g{n + 1}, h{n + 1}]}}\n"
    for n in range(40)
)

_TWO = hosts() + hosts().replace("r1:", "r2:")

ROWS = [
    Row(
        "two hosts of one router",
        HOSTS_FILE,
        "r1, r2",
        "hostname",
        ("the same address and port", "give each host its own"),
        {HOSTS_FILE: _TWO},
        ("deploy", "--yes"),
    ),
    in_host("{hostname: 5}", "hostname", "5 is not an address", "192.0.2.1"),
    in_host('{hostname: "r1 -oProxyCommand=id"}', "hostname", "not an address", "a name or an"),
    in_host('{hostname: "-oProxyCommand=id"}', "hostname", "not an address"),
    *(
        in_host(f"{{hostname: '{text}'}}", "hostname", "not an address", "as port: 22")
        for text in ("192.0.2.1:22", "192.0.2.256", "192.0.2", "1", "010.0.0.1", "env:ROUTER",
                     "192.0.2.1/24", "2001:db8::g", "branch..example", "x" * 64 + ".example")
    ),
    in_host('{hostname: "r1\\nr2"}', "hostname", "'r1\\nr2' is not an address"),
    in_host('{hostname: "r\\u0131"}', "hostname", "'r\\u0131' is not an address"),
    in_host('{hostname: "\\u0440outer"}', "hostname", "'\\u0440outer' is not an address"),
    in_host('{hostname: "r1\\e[2J"}', "hostname", "not an address"),
    in_host("{hostname: ''}", "hostname", "not an address"),
    in_host("{port: x}", "port", "'x' is not a port", "1 to 65535"),
    in_host("{port: 0}", "port", "0 is not a port"),
    in_host("{port: 65536}", "port", "65536 is not a port"),
    in_host("{port: true}", "port", "True is not a port"),
    in_host("{port: 2.5}", "port", "2.5 is not a port"),
    in_host("{username: 5}", "username", "must be text", "quote it"),
    in_host("{username: [a]}", "username", "must be text", "quote it"),
    in_host('{username: "a\\nb"}', "username", "line break", "one line"),
    in_host("{password: 12345}", "password", "must be text", "quote it"),
    in_host('{password: "s3cret-word\\n"}', "password", "line break", "one line"),
    in_host("{platform: [ios]}", "platform", "must be text"),
    in_host("{groups: branch}", "groups", "must be a list", "did you mean ['branch']?"),
    in_host("{groups: [brunch]}", "groups", "no group 'brunch'", "did you mean branch?"),
    in_host("{groups: [{a: 1}]}", "groups", "no group", "known are branch"),
    in_host("{groups: [[1]]}", "groups", "no group"),
    in_host("{data: [1]}", "data", "must be a mapping", "knock: ..."),
    in_host("{data: text}", "data", "must be a mapping"),
    in_host("{grops: [branch]}", "grops", "unknown key", "did you mean groups?"),
    in_host("{knock: {}}", "knock", "unknown key", "it belongs under data"),
    in_host("{ports: [1]}", "ports", "unknown key", "it belongs under data.knock"),
    in_host("{secret: x}", "secret", "unknown key", "under connection_options.netmiko.extras"),
    in_host("{ansible_host: 192.0.2.1}", "ansible_host", "unknown key", "here it is hostname"),
    in_host("{hosts: {r1: {}}}", "hosts", "unknown key", "AnsibleInventory"),
    in_host("{Port: 22}", "Port", "unknown key", "did you mean port?"),
    in_host("{5: 1}", "5", "unknown key"),
    in_host("{data: {knok: {}}}", "data.knok", "no knock", "did you mean knock?"),
    in_host("{connection_options: 5}", "connection_options", "must be a mapping", "extras"),
    in_host("{connection_options: {x: 5}}", "connection_options.x", "must be a mapping"),
    in_host("{connection_options: {netmiko: 5}}", "connection_options.netmiko", "a mapping"),
    in_host(
        "{connection_options: {netmiko: {secret: x}}}",
        "connection_options.netmiko.secret",
        "unknown key",
        "it belongs under extras",
    ),
    in_host(
        "{connection_options: {netmiko: {port: x}}}",
        "connection_options.netmiko.port",
        "'x' is not a port",
    ),
    _extras("[1]", "", "must be a mapping", "use_keys"),
    _extras("{use_key: true}", "use_key", "unknown key", "did you mean use_keys?"),
    _extras("{use_keys: 'yes'}", "use_keys", "must be true or false"),
    _extras("{secret: 5}", "secret", "must be text"),
    _extras("{conn_timeout: soon}", "conn_timeout", "'soon' is not valid", "0 to 600"),
    _extras("{conn_timeout: .nan}", "conn_timeout", "is not valid"),
    _extras("{conn_timeout: 1e9}", "conn_timeout", "is not valid"),
    _extras("{host: 192.0.2.9}", "host", "unknown key", "beside extras"),
    _extras("{key_file: nowhere/id}", "key_file", "no file", "relative to config.yaml"),
    _extras("{key_file: 5}", "key_file", "not a path"),
    _extras("{ssh_config_file: nowhere}", "ssh_config_file", "no file", "relative to"),
    _extras("{disabled_algorithms: [x]}", "disabled_algorithms", "mapping of lists", "pubkeys"),
    _extras("{disabled_algorithms: {pubkeys: x}}", "disabled_algorithms", "mapping of lists"),
    _secret('"a\\nb"', "control character"),
    _secret('"gehe\\u00efm"', "cannot be typed", "in ASCII"),
    in_group("{hostname: 5}", "branch.hostname", "not an address"),
    in_group("{port: x}", "branch.port", "not a port"),
    in_group("{data: 5}", "branch.data", "must be a mapping"),
    Row("a group's Knock", GROUPS_FILE, None, "branch.data.Knock", ("did you mean knock?",),
        {GROUPS_FILE: "branch: {data: {Knock: {}}}\n", HOSTS_FILE: "r1: {groups: [branch]}\n"}),
    Row("defaults.port", _DEFAULTS, None, "port", ("not a port",), {DEFAULTS_FILE: "port: x\n"}),
    Row("defaults.groups", _DEFAULTS, None, "groups", ("unknown key",),
        {DEFAULTS_FILE: DEFAULTS + "groups: [branch]\n"}),
    Row("a group that is none", GROUPS_FILE, None, "branch", ("must be a mapping",),
        {GROUPS_FILE: "branch: 5\n"}),
    Row("groups in a circle", GROUPS_FILE, None, "groups", ("'branch' contains itself", "out"),
        {GROUPS_FILE: _CIRCLE}),
    Row("a group in itself", GROUPS_FILE, None, "groups", ("'branch' contains itself", "out"),
        {GROUPS_FILE: "branch: {groups: [branch]}\n"}),
    Row("a group's missing parent", GROUPS_FILE, None, "branch.groups",
        ("no group 'b'", "known are branch"),
        {GROUPS_FILE: "branch: {groups: [b]}\n"}),
    Row("groups as a ladder", GROUPS_FILE, None, "groups", ("more than 500", "fewer groups"),
        {GROUPS_FILE: "branch: {groups: [g0]}\n" + _LADDER + "g40: {}\nh40: {}\n"}),
    Row("a host without address", HOSTS_FILE, "my router", "hostname", ("no hostname",),
        {HOSTS_FILE: hosts().replace("r1:", "my router:").replace("  hostname: 192.0.2.1\n", "")}),
    _names("1", 'quote it: "1"'),
    _names("2026-01-01", "quote it"),
    _names("'../r1'"),
    _names('"r\\e[2J1"'),
    _names("''"),
    _names("'r1,r2'"),
    _names("x" * 101),
    _names('"' + "\\u679d" * 27 + '"'),  # no name of a file either, once it is written in ASCII
    _names("[a]"),
    _names("null", 'quote it: "null"'),
    _group("17", 'quote it: "17"'),
    _group("true", "quote it"),
    _group("null", "quote it"),
    _group("''", "one line of text"),
    _group('"a\\nb"', "one line of text"),
    _group('"\\e[31mred"', "one line of text"),
    _reference("env:NOWHERE_AT_ALL", "variable 'NOWHERE_AT_ALL' is not set", "export"),
    _reference("env:", "variable '' is not set", "env:NAME"),
    _reference("env: SPACED", "variable ' SPACED' is not set", "env:NAME"),
    _reference("file:nowhere", "No such file", "check the path"),
    _reference("file:.", "Is a directory", "check the path"),
    _reference("file:inventory/empty", "is empty", "write the secret into it"),
    _reference("file:inventory/windows", "is not UTF-8", "save it as UTF-8"),
    _reference("file:/dev/zero", "a device", "command:"),
    _reference("command:echo x", "not run", "allow_command: true"),
    _reference("command:exit 3", "ended with 3", "try it in a shell", allowed=True),
    _reference("command:printf 'a\\nb'".replace("'", '"'), "line break", allowed=True),
]  # fmt: skip
