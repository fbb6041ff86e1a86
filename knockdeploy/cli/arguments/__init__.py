"""What can be typed: one file a command group, each command registered with ``app``.

What a command does is imported when it runs: --help stays quick.
"""
