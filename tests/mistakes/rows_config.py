"""config.yaml: Nornir's sections and our settings; and what the command line asks for."""

from __future__ import annotations

from .project import (
    CONFIG,
    CONFIG_FILE,
    DEFAULTS_FILE,
    GROUPS_FILE,
    HOSTS_FILE,
    Row,
    hosts,
    in_config,
    in_settings,
)


def _template(name: str, text: str | bytes, *words: str, place: str = "mine") -> Row:
    config = CONFIG.replace("state_dir: state", "state_dir: state, templates: mine")
    files = {CONFIG_FILE: config, "mine/ios/knock.j2": text}
    return Row(f"template: {name}", place, None, None, words, files)


def _state(name: str, path: str, place: str) -> Row:
    config = CONFIG.replace("state_dir: state", f"state_dir: {path}")
    words = ("cannot be used", "state_dir")
    return Row(
        f"state_dir: {name}",
        place,
        None,
        "state_dir",
        words,
        {CONFIG_FILE: config},
    )


def _asked(*arguments: str, key: str | None, words: tuple[str, ...]) -> Row:
    return Row(" ".join(arguments), None, None, key, words, {}, ("plan", *arguments))


ROWS = [
    Row(
        "the inventory in place of config.yaml",
        CONFIG_FILE,
        None,
        None,
        ("has hosts or groups", "-c takes the config.yaml that names this file"),
        {CONFIG_FILE: "r1: {hostname: 192.0.2.1}\nr2: {groups: [branch]}\n"},
    ),
    in_config("inventroy: {}", "inventroy", "unknown key", "did you mean inventory?"),
    in_config("runner: 5", "runner", "must be a mapping"),
    in_config("runner: {workers: 5}", "runner.workers", "unknown key", "known are"),
    in_config("runner: {plugin: nowhere}", "runner", "'nowhere'", "is it installed"),
    in_config("runner: {plugin: Threaded}", "runner", "did you mean threaded?"),
    in_config("inventory: {plugin: simpleinventory}", "inventory", "did you mean SimpleInventory?"),
    in_config("inventory: {}", "inventory.options", "no host_file", "such as options:"),
    in_config("num_workers: 5", "num_workers", "it belongs under runner.options"),
    in_config("host_file: hosts.yaml", "host_file", "it belongs under inventory.options"),
    in_config("host_keys: strict", "host_keys", "it belongs under user_defined.knockdeploy"),
    in_config("rolout: {canary: 1}", "rolout", "mean rollout? it belongs under user_defined"),
    in_config(
        "logging: {enabled: true, format: '%(nobody)s'}", "logging", "'nobody'", "correct it"
    ),
    in_config("runner: {plugin: 5}", "runner.plugin", "must be text"),
    in_config(
        "runner: {options: {num_workers: 0}}", "runner", "num_workers is not a whole number from 1"
    ),
    in_config(
        "runner: {options: {num_workers: many}}", "runner", "num_workers is not a whole number"
    ),
    in_config("runner: {options: {worker: 1}}", "runner", "worker", "options right?"),
    in_config("logging: {enabled: maybe}", "logging.enabled", "must be true or false"),
    in_config("logging: {level: LOUD}", "logging", "LOUD", "enabled: false"),
    in_config(
        "logging: {log_file: nowhere/x.log, loggers: [a.b]}",
        "logging",
        "No such file",
        "enabled: false",
    ),
    in_config("logging: {loggers: [5]}", "logging.loggers.0", "must be text"),
    in_config("ssh: {config_file: 5}", "ssh.config_file", "5 is not a path", "relative to"),
    in_config("ssh: {config_file: nowhere}", "ssh.config_file", "no file", "relative to"),
    in_config("core: {raise_on_error: 5}", "core.raise_on_error", "must be true or false"),
    in_config("inventory: {plugin: Nowhere}", "inventory", "'Nowhere'", "is it installed"),
    in_config("inventory: {options: [1]}", "inventory.options", "must be a mapping"),
    in_config("inventory: {options: {hots_file: x}}", "inventory.options.hots_file", "host_file?"),
    in_config("inventory: {options: {host_file: 5}}", "inventory.options.host_file", "not a path"),
    in_config(
        f"inventory: {{options: {{host_file: {'x' * 300}}}}}",
        "inventory.options.host_file",
        "no file /",
    ),
    in_config("user_defined: 1", "user_defined", "must be a mapping"),
    Row(
        "a transform function that nobody has",
        CONFIG_FILE,
        None,
        "inventory",
        ("cannot be used", "is it installed"),
        {CONFIG_FILE: CONFIG.replace("  options:", "  transform_function: nobodys\n  options:")},
    ),
    in_config("user_defined: {rollout: {}}", "user_defined", "'rollout'", "user_defined.knock"),
    in_config("user_defined: {knokdeploy: {}}", "user_defined", "'knokdeploy'", "knockdeploy?"),
    in_settings("[]", "", "must be a mapping"),
    in_settings("{state_dirs: x}", "state_dirs", "unknown key", "did you mean state_dir?"),
    in_settings("{host_keys: never}", "host_keys", "'never'", "accept-new"),
    in_settings("{allow_command: 'yes'}", "allow_command", "must be true or false"),
    in_settings("{state_dir: 5}", "state_dir", "not a path", "relative to"),
    in_settings("{state_dir: ''}", "state_dir", "not a path", "relative to"),
    in_settings('{state_dir: "a\\0b"}', "state_dir", "not a path", "relative to"),
    in_settings('{known_hosts: "a\\nb"}', "known_hosts", "not a path", "relative to"),
    in_settings("{templates: nowhere}", "templates", "no folder", "create it"),
    in_settings("{device: {read_timeout_s: 0}}", "device.read_timeout_s", "1 to 3600"),
    in_settings("{device: {harmless: ['(']}}", "device.harmless.0", "not a regular expression"),
    in_settings("{device: {harmless: yes}}", "device.harmless", "must be a list"),
    in_settings("{device: {harmless: x}}", "device.harmless", "must be a list", "mean ['x']?"),
    *(
        in_settings(
            f"{{device: {{harmless: ['{everything}']}}}}",
            "device.harmless.0",
            "refusals, too",
            "such as",
        )
        for everything in (".*", ".", "%", "(?i)% invalid", "|", ".*authorization")
    ),
    in_settings("{page_keys: site}", "page_keys", "must be a list", "did you mean ['site']?"),
    in_settings("{rollout: 5}", "rollout", "must be a mapping"),
    in_settings("{rollout: {batch: 0}}", "rollout.batch", "never ends"),
    in_settings("{rollout: {batch: 101%}}", "rollout.batch", "neither a number nor", '"25%"'),
    in_settings("{rollout: {confirm_minutes: 0}}", "rollout.confirm_minutes", "1 to 120"),
    in_settings("{rollout: {confirm_minutes: 121}}", "rollout.confirm_minutes", "1 to 120"),
    in_settings("{rollout: {canary: one}}", "rollout.canary", "a whole number"),
    *(
        in_settings(
            f"{{rollout: {{{key}: {value}}}}}",
            f"rollout.{key}",
            "is invalid",
            "a number from 0.01 to 1000",
        )
        for key in ("logins_per_second", "probes_per_second")
        for value in ("0", "-1", ".nan", ".inf", "'5'", "true", "1001")
    ),
    in_settings("{canary: 2}", "canary", "unknown key", "it belongs under rollout"),
    in_settings("{read_timeout: 90}", "read_timeout", "it belongs under device"),
    in_settings("{rollout: {serial_by: [a]}}", "rollout.serial_by", "must be text"),
    in_settings("{rollout: {workers: 5}}", "rollout.workers", "must be text"),
    in_settings("{rollout: {workers: many}}", "rollout.workers", "neither threads nor processes"),
    in_settings("{rollout: {workers: 'tls://x'}}", "rollout.workers", "tls://HOST:PORT"),
    in_settings("{rollout: {workers: 'tls://x:65536'}}", "rollout.workers", "tls://HOST:PORT"),
    in_settings("{rollout: {workers: 'tls://x:0'}}", "rollout.workers", "tls://HOST:PORT"),
    in_settings(
        "{rollout: {workers: 'tcp://10.0.0.1:8786'}}",
        "rollout.workers",
        "is another machine, and secrets would go there in clear text",
        "tls://HOST:PORT",
    ),
    _template("syntax", "{% if %}\n", "template is wrong", "line 1", place="mine/ios/knock.j2"),
    _template("undefined", "{{ nowhere }}\n", "'nowhere' is undefined", place="mine/ios/knock.j2"),
    _template("a missing part", "{% include 'ios/nowhere.j2' %}\n", "nowhere.j2"),
    _template("not ASCII", "remark Zürich\n", "IOS cannot take", "printable ASCII without ?"),
    _template("a question mark", "remark what?\n", "IOS cannot take", "ASCII without ?"),
    _template("a long line", "remark " + "x" * 300, "IOS cannot take", "at most 254"),
    _template("a division", "{{ 1 // 0 }}\n", "template is wrong", "zero"),
    _template("not UTF-8", b"\xff", "template is wrong"),
    in_settings("{state_dir: config.yaml}", "state_dir", "is a file", "the state folder"),
    _state("where nothing can be made", "/proc/knockdeploy", "/proc/knockdeploy"),
    _asked("-l", "r2", key="--limit", words=("no host or group matches 'r2'", "known are r1")),
    _asked("-l", "x*", key="--limit", words=("no host or group matches 'x*'", "known are r1")),
    _asked("-l", "!r1", key=None, words=("no host matches -l !r1",)),
    _asked("-l", "@/dev/null", key="--limit", words=("names no host", "a line")),
    _asked("-l", "@nowhere", key="--limit", words=("No such file", "-l @FILE")),
    _asked("-f", "town=Bonn", key="--filter", words=("no host has 'town'", "known are")),
    _asked("-f", "citi=Bonn", key="--filter", words=("no host has 'citi'", "did you mean city?")),
    _asked("-f", "city", key="--filter", words=("not a valid filter", "KEY=VALUE")),
    _asked("-f", "knock.ports=1", key=None, words=("no host matches", "secret", "not listed")),
    _asked("-f", "knock=1", key=None, words=("no host matches", "secret", "not listed")),
    _asked("-f", "city=Rome", key=None, words=("no host matches -f city=Rome",)),
    _asked("--from", "nowhere", key=None, words=("no such folder", "--from")),
    Row("an unknown option", None, None, None, ("--frm", "--from"), {}, ("plan", "--frm", "x")),
    Row("not a terminal", None, None, None, ("not a terminal", "--yes"), {}, ("deploy",)),
    Row(
        "a wrong template is said before the first router",
        "mine/ios/knock.j2",
        None,
        None,
        ("undefined",),
        {
            CONFIG_FILE: CONFIG.replace("state_dir: state", "state_dir: state, templates: mine"),
            "mine/ios/knock.j2": "{{ nowhere }}",
        },
        ("deploy", "--yes"),
    ),
    Row(
        "two levels, each with its file",
        GROUPS_FILE,
        "r1",
        "knock.engine",
        ("did you mean applet?",),
        {GROUPS_FILE: "branch: {platform: ios, data: {knock: {engine: applett}}}\n"},
    ),
    Row(
        "the defaults",
        DEFAULTS_FILE,
        "r1",
        "knock.proof",
        ("'never'", "required"),
        {DEFAULTS_FILE: "data: {knock: {proof: never}}\n", HOSTS_FILE: hosts()},
    ),
]
