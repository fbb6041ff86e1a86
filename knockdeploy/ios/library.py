"""ciscoconfparse as parse.py uses it. Importing this takes as long as several logins.

Each of its methods wears loguru's ``catch``, which logs what is raised and raises it again: about
thirty calls a line, three quarters of the parser's time. It is imported without.
"""

from loguru import logger

vars(logger)["catch"] = lambda *_args, **_options: lambda function: function
try:
    from ciscoconfparse import CiscoConfParse
finally:
    del vars(logger)["catch"]
logger.disable("ciscoconfparse")  # after its import, which would enable it again

__all__ = ["CiscoConfParse"]
