"""The Textual console; it talks to the port and to nothing else.

Called as a function, it opens over an engine of the same process; see `chasqui.commands.embedded`,
which is found by its name, since it stands in a room above.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


class ConsoleModule(ModuleType):
    """This module: ``chasqui.console`` is a package of files and a function of the library."""

    def __call__(self, engine: Any, **how: Any) -> None:
        """Open the console over an engine; see `chasqui.commands.embedded.console`."""
        importlib.import_module("chasqui.commands.embedded").console(engine, **how)


sys.modules[__name__].__class__ = ConsoleModule
