"""The log book: a line of the standard log for each event, the task's number first.

It is an observer of the bus, so that no worker waits for a slow log; the bus counts dropped events.
A line has the time and the level of its event, and every revealed secret in it is masked. The
program decides where lines go: until it configures `logging`, they go nowhere.
"""

from __future__ import annotations

import logging
from typing import Final

from chasqui import loggers
from chasqui.engine.events.event import Event, Level, TaskEvent
from chasqui.secret import masked

log = loggers.named(__name__)
log.addHandler(logging.NullHandler())

LEVELS: Final[dict[Level, int]] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def wants(level: Level) -> bool:
    """Tell whether events of a level would be written."""
    return log.isEnabledFor(LEVELS[level])


def write(event: Event) -> None:
    """Write the line of an event."""
    level = LEVELS[event.level]
    if event.is_logged or not log.isEnabledFor(level):
        return
    text = masked(str(event))
    about = {"task": event.number, "type": event.type} if isinstance(event, TaskEvent) else None
    record = log.makeRecord(log.name, level, "", 0, text, (), None, extra=about)
    record.created = event.at
    record.msecs = int(event.at % 1 * 1000)
    log.handle(record)
