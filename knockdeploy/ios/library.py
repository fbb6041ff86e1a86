"""ciscoconfparse as parse.py uses it. Importing this takes as long as several logins.

Each of its methods wears loguru's ``catch``, which logs what is raised and raises it again: about
thirty calls a line, three quarters of the parser's time. It is imported without, and without the
libraries by which it could ask name servers or compare configurations: half of its import.
"""

import sys
from types import ModuleType, SimpleNamespace
from typing import Final, cast

from loguru import logger

_UNUSED: Final = {
    "dns": SimpleNamespace(query=None, reversename=None, zone=None),
    "dns.exception": SimpleNamespace(DNSException=None),
    "dns.resolver": SimpleNamespace(Resolver=None),
    "hier_config": SimpleNamespace(),
}
_absent = {
    name: cast("ModuleType", names) for name, names in _UNUSED.items() if name not in sys.modules
}

vars(logger)["catch"] = lambda *_args, **_options: lambda function: function
sys.modules.update(_absent)
try:
    from ciscoconfparse import CiscoConfParse
finally:
    del vars(logger)["catch"]
    for name in _absent:
        del sys.modules[name]
logger.disable("ciscoconfparse")  # after its import, which would enable it again

__all__ = ["CiscoConfParse"]
