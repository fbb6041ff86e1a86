"""What a command loads before it does anything: libraries of libraries are most of its start."""

from __future__ import annotations

import subprocess
import sys

START = "import knockdeploy.cli.checking, sys\n"
LOADED = f"{START}import knockdeploy.ios.library\n"


def python(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return ran.stdout


def test_what_no_command_asks_for_is_not_loaded() -> None:
    unused = {"invoke.context", "unittest", "dns", "hier_config", "asyncssh", "rich"}
    unused |= {"asyncio", "loguru", "ciscoconfparse.models_nxos", "netmiko.juniper", "ssl"}
    assert python(f"{LOADED}print({unused!r} & set(sys.modules))") == "set()\n"


def test_what_is_not_needed_to_dial_is_loaded_while_routers_are_waited_for() -> None:
    later = {"jinja2", "ciscoconfparse", "yaml"}
    assert python(f"{START}print({later!r} & set(sys.modules))") == "set()\n"


def test_a_deployment_loads_no_check_before_it_soaks() -> None:
    deploying = "import knockdeploy.cli.deploying, sys\n"
    assert python(f"{deploying}print('knockdeploy.compliance.check' in sys.modules)") == "False\n"


def test_match_exec_of_an_ssh_config_runs_its_command_all_the_same() -> None:
    text = 'Match exec "true"\n  User right\nMatch exec "false"\n  Port 2222\n'
    code = f"import paramiko\nprint(paramiko.SSHConfig.from_text({text!r}).lookup('r1'))"
    assert python(LOADED + code) == "{'user': 'right', 'hostname': 'r1'}\n"


def test_others_find_what_was_left_out() -> None:
    names = (
        "ciscoconfparse.models_nxos:NXOSCfgLine",
        "deprecated:deprecated",
        "dns.resolver:Resolver",
        "hier_config:Host",
        "invoke:run",
        "loguru:logger",
    )
    code = f"import pkgutil\nprint(None in map(pkgutil.resolve_name, {names}))"
    assert python(LOADED + code) == "False\n"


def test_what_another_thread_may_be_loading_has_no_stand_in() -> None:
    code = (
        "import sys, yaml\n"
        "class Look:\n"
        "  def find_spec(name, *_):\n"
        "    if name == 'ciscoconfparse': print(sys.modules['yaml'] is yaml)\n"
        "sys.meta_path.insert(0, Look)\n"
        "import knockdeploy.ios.library"
    )
    assert python(code) == "True\n"


def test_a_driver_of_netmiko_that_was_left_out_loads_when_it_connects() -> None:
    code = (
        "import netmiko\n"
        "try: netmiko.ConnectHandler(device_type='juniper_junos', host='127.0.0.1', port='x')\n"
        "except ValueError as error: print('int()' in str(error))\n"
        "print(netmiko.juniper.JuniperSSH.__mro__[-2].__name__)"
    )
    assert python(LOADED + code) == "True\nBaseConnection\n"


def test_a_netmiko_that_needs_another_driver_loads_whole() -> None:
    code = (
        "import os\n"
        "class Entry:\n"
        "    name = 'base_connection'\n"
        "    is_dir = lambda self: True\n"
        "os.scandir = lambda path: [Entry()]\n"
        "from knockdeploy.device.netmiko_driver import CiscoIosSSH, CLASS_MAPPER\n"
        "print(CiscoIosSSH.__mro__[-2].__name__, CLASS_MAPPER['juniper_junos'].__name__)"
    )
    assert python(code) == "BaseConnection JuniperSSH\n"


def test_garbage_is_searched_for_once_a_command_has_begun() -> None:
    code = (
        "import gc, knockdeploy.cli.main as main, knockdeploy.cli.error_boundary as boundary\n"
        "main.gc_tuning.wait()\n"
        "boundary.with_console('lab', False, lambda _console: print(gc.isenabled()) or 0)"
    )
    assert python(code) == "True\n"
