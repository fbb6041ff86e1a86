"""Libraries without those parts of theirs that nobody here uses: most of the time they load."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType


class _Empty(ModuleType):
    """Stands for a module: every name in it is None."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):  # the import system asks for these
            raise AttributeError(name)


class Later(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # whoever looks at all modules
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def left_out(*modules: str, **with_names: Mapping[str, object]) -> Iterator[None]:
    """Let a library be imported in the block without ``modules``, which others find afterwards.

    Those ``with_names`` have what is used of them while the library is imported.
    """
    empty = {name: _Empty(name) for name in (*modules, *with_names)}
    for name, held in with_names.items():
        vars(empty[name]).update(held)
    with standing_in(empty):
        yield


@contextmanager
def standing_in(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """Have these modules found in the block instead of those that have their names."""
    present = {name: sys.modules[name] for name in modules if name in sys.modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in modules.items():
            if sys.modules.get(name) is module:  # else another thread has loaded it meanwhile
                del sys.modules[name]
        sys.modules.update(present)
