"""One router: connect, read, send, arm, confirm, save, revert."""

from sys import modules

from knockdeploy.ios.left_out import Later

# paramiko runs with it what `Match exec` of an ssh_config says, and nothing else; it takes as long
# to load as all the rest of paramiko.
modules.setdefault("invoke", Later("invoke"))
