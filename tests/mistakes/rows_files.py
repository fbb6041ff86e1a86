"""Files that are no YAML, odd YAML, or no files."""

from __future__ import annotations

from .project import (
    CONFIG,
    CONFIG_FILE,
    DEFAULTS_FILE,
    GROUPS_FILE,
    HOSTS_FILE,
    Row,
    broken,
    dangling,
    fifo,
    folder,
    hosts,
    huge,
    in_host,
    loop,
    nothing,
)

_BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
_MERGE_BOMB = "a: &a {k: 1}\n" + "".join(
    f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 10)}]}}\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

ROWS = [
    *(
        row
        for file in (CONFIG_FILE, HOSTS_FILE, GROUPS_FILE, DEFAULTS_FILE)
        for row in (
            broken("tabs", "r1:\n\tdata: {}\n", "line 2", "not tabs", file=file),
            broken("not UTF-8", b"a: \xff\n", "UTF-8", file=file),
            broken("50 MB", huge, "50,000,000 bytes", "split", file=file),
            broken("a folder", folder, "Is a directory", "name the file in it", file=file),
            broken("a FIFO", fifo, "pipe", "name a file", file=file),
            broken("a list", "[1, 2]\n", "must be a mapping", ":", file=file),
            broken("an unclosed bracket", "a: [1\nb: 2\n", "line", "brackets", file=file),
        )
    ),
    broken("defaults that are a list", "[1]\n", "a mapping", "username: ...", file=DEFAULTS_FILE),
    broken("groups that are a list", "[1]\n", "a mapping", "NAME: {...}", file=GROUPS_FILE),
    broken("a key twice", "r1: {}\nr1: {}\n", "line 2", "duplicate key", "each key once"),
    broken(
        "a password twice", "r1:\n  password: s3cret-word\n  password: s3cret-word\n", "line 3"
    ),
    broken("an alias of nothing", "r1: *nowhere\n", "line 1", "undefined alias", "&NAME"),
    broken("an alias of itself", "r1: &x {data: {knock: *x}}\n", "line 1", "what it is part of"),
    broken("an alias bomb", _BOMB, "2,000,000 values", "fewer levels and aliases"),
    broken("a bomb of merge keys", _MERGE_BOMB, "2,000,000 values"),
    broken("flow nested deep", "a: " + "[" * 200_000, "nested more than 100", "fewer levels"),
    broken("blocks nested deep", "- " * 50_000 + "x\n", "nested more than 100", "fewer levels"),
    broken("a NUL", b"a: \x00\n", "character", "remove it"),
    broken("a control character", b"a: \x1b[2J\n", "character", "remove it"),
    broken("UTF-16", "r1: {}\n".encode("utf-16"), "byte 1 is not UTF-8", "save it as UTF-8"),
    broken("two documents", "r1: {}\n---\nr2: {}\n", "another document", "no second ---"),
    broken("Ansible's hosts", "[branch]\nr1 ansible_host=192.0.2.1\n", "line 2", "is it YAML?"),
    broken("a Python object", "r1: !!python/object/apply:os.system [id]\n", "tag", "remove the"),
    broken("an unclosed quote", "r1: 'x\n", "line", "quotes"),
    broken("a wrong date", "r1:\n  data: {since: 2024-99-99}\n", "line 2: holds", "quote it"),
    broken("a number of 5,000 digits", f"r1: {{port: {'1' * 5000}}}\n", "value", "quote it"),
    broken("a key that is a mapping", "? {a: 1}\n: 2\n", "unhashable", "line 1"),
    broken("a second colon", "r1: b: c\n", "line 1", "a value with a colon"),
    broken("a percent sign", "r1: %x\n", "cannot start any token", "special character"),
    Row("defaults that are a link to nowhere", CONFIG_FILE, None,
        "inventory.options.defaults_file", ("no file", "relative to"), {DEFAULTS_FILE: dangling}),
    broken("a link to itself", loop, "cannot be read", "check the path", file=CONFIG_FILE),
    broken("no config", nothing, "No such file", "-c FILE", file=CONFIG_FILE),
    broken("an unreadable file", lambda file: file.symlink_to("/proc/self/mem"), "cannot be read"),
    broken("a device", lambda file: file.symlink_to("/dev/zero"), "a device", "name a file"),
    Row("no hosts", CONFIG_FILE, None, "inventory.options.host_file", ("no file", "relative to"),
        {HOSTS_FILE: nothing}),
    Row("a link to nowhere", CONFIG_FILE, None, "inventory.options.host_file", ("no file",),
        {HOSTS_FILE: dangling}),
    Row("an empty inventory", HOSTS_FILE, None, None, ("has no host", "branch-1: {hostname:"),
        {HOSTS_FILE: ""}),
    Row("only comments", HOSTS_FILE, None, None, ("has no host", "such as"),
        {HOSTS_FILE: "# r1: {}\n"}),
    Row("CRLF does no harm", HOSTS_FILE, "r1", "knock.engine", ("did you mean applet?",),
        {HOSTS_FILE: hosts(engine="applett").replace("\n", "\r\n")}),
    Row("a BOM does no harm", HOSTS_FILE, "r1", "knock.engine", ("did you mean applet?",),
        {HOSTS_FILE: b"\xef\xbb\xbf" + hosts(engine="applett").encode(),
         CONFIG_FILE: b"\xef\xbb\xbf" + CONFIG.encode()}),
    Row("merge keys are followed", HOSTS_FILE, "r1", "knock.engine", ("did you mean applet?",),
        {HOSTS_FILE: "r0: &base {data: {knock: {engine: applett}}}\nr1: {<<: *base}\n"},
        ("plan", "-l", "r1")),
    in_host("text", None, "must be a mapping", "hostname: ..."),
    in_host("[1]", None, "must be a mapping", "hostname: ..."),
    in_host("null", None, "must be a mapping", "hostname: ..."),
]  # fmt: skip
