"""One router: connect, read, send, arm, confirm, save, revert."""

from importlib import import_module
from sys import modules
from types import ModuleType


class _LoadedWhenUsed(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # whoever looks at all modules
            raise AttributeError(name)
        if modules.get(self.__name__) is self:
            del modules[self.__name__]
        return getattr(import_module(self.__name__), name)


# paramiko runs with it what `Match exec` of an ssh_config says, and nothing else; it takes as long
# to load as all the rest of paramiko.
modules.setdefault("invoke", _LoadedWhenUsed("invoke"))
