"""The record of what an engine allows."""

from __future__ import annotations

from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText


class Capabilities(Record, frozen=True, kw_only=True):
    """What this port's engine allows."""

    engine_name: str = "default"
    embedded: bool = True  # the engine ends with the console
    read_only: bool = False
    can_cancel_running: bool = True  # by asking: a thread cannot be killed
    can_resize: bool = True
    shutdown_timeout: float | None = 30.0  # seconds that a drain may take; None: no limit
    remembered_in: SafeText = SafeText("")  # the file that keeps sizes and theme; empty: none does
    forgets: SafeText = SafeText("")  # what will be lost at the end, as an operator should know
    beside: bool = False  # a host that a console started: left idle and alone, it ends
    pid: int = 0  # of the host; 0: the engine is in this process
    log: SafeText = SafeText("")  # the file of the host's log; empty: there is none
    limited: SafeText = SafeText("")  # why all but looking and stopping is refused; empty: it isn't
