"""netmiko's connection to IOS, without those to a hundred other systems: most of what it loads."""

from sys import modules

from knockdeploy.left_out import left_out

with left_out("netmiko.scp_functions", "netmiko.ssh_autodetect", "netmiko.ssh_dispatcher"):
    from netmiko.cisco.cisco_ios import CiscoIosSSH
    from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException
del modules["netmiko"]  # whoever imports it gets all of it

__all__ = ["CiscoIosSSH", "NetmikoAuthenticationException", "NetmikoTimeoutException"]
