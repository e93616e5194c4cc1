"""Loggers that `logging.config` does not switch off.

`dictConfig` and `fileConfig` disable every logger that exists and that the configuration does not
name, unless it has ``disable_existing_loggers: False``. A library makes its loggers when it is
imported, which is usually before that, so its lines would silently be lost. The loggers here stay
enabled. Their levels and handlers, and those of their parents, follow the configuration. A program
that sets ``disabled`` itself is obeyed.

Reading ``disabled``, which each line does, costs what it always does: only setting it is looked at.
The page `help logging` lists the names.
"""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any, Final


class LastingLogger(logging.Logger):
    """A logger that is not disabled for not being named in a configuration."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "disabled" and value and _asked_by_config():
            return
        super().__setattr__(name, value)


def named(name: str) -> logging.Logger:
    """Return the logger of this name, as `logging.getLogger` does, but one that lasts."""
    with _making:
        manager, before = logging.Logger.manager, logging.Logger.manager.loggerClass
        manager.loggerClass = _lasting(before or logging.getLoggerClass())
        try:
            log = logging.getLogger(name)
        finally:
            manager.loggerClass = before
        if not isinstance(log, LastingLogger):
            # The program has asked for it before. Each line then takes 50 ns more to be refused.
            log.__class__ = _lasting(type(log))
    return log


_making: Final = threading.Lock()  # for the class of the manager, which others must find as it was


def _lasting(kind: type[logging.Logger]) -> type[LastingLogger]:
    """Return a class of loggers that last, made of the program's own if it has set one."""
    if kind is logging.Logger:
        return LastingLogger
    return type(kind.__name__, (LastingLogger, kind), {})


def _asked_by_config() -> bool:
    return sys._getframe(2).f_globals.get("__name__") == "logging.config"
