"""Running something in the middle of something else, wherever a signal handler could run.

CPython looks for signals when a function begins, when a call returns, and when a loop turns back. A
trace function sees the instructions of the calling thread one by one, and so finds these points;
since 3.12, `sys.monitoring` does, where a trace function hears of some of them only.
"""

from __future__ import annotations

import dis
import sys
import threading
from collections.abc import Callable
from functools import cache
from types import CodeType, FrameType
from typing import Any

POINTS = ("CALL", "RESUME", "JUMP_BACKWARD", "POP_JUMP_BACKWARD")


MONITORED = sys.version_info >= (3, 12)
TOOL = 4  # one of those that no tool has taken


class Interrupter:
    """Calls a function at the n-th point of what it runs in some modules; counts the points."""

    def __init__(self, at: int, interrupt: Callable[..., object], *modules: str) -> None:
        self.points = 0
        self._modules = modules or ("chasqui.pool",)
        self._at = at
        self._interrupt = interrupt
        self._last: dict[FrameType, int] = {}
        self._over = False

    def run(self, action: Callable[..., Any]) -> Any:
        """Run the action, interrupted; return what it returns."""
        if MONITORED:
            return self._monitored(action)
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            return action()
        finally:
            sys.settrace(before)
            self._last.clear()

    def _enter(self, frame: FrameType, event: str, arg: object) -> Any:
        if not str(frame.f_globals.get("__name__")).startswith(self._modules):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return self._step

    def _leave(self, frame: FrameType) -> None:
        """Look at nothing more; what is left goes at its full speed."""
        sys.settrace(None)
        one: FrameType | None = frame
        while one is not None:
            one.f_trace = None
            one = one.f_back

    def _step(self, frame: FrameType, event: str, arg: object) -> Any:
        if event == "opcode":
            last = self._last.get(frame)
            self._last[frame] = frame.f_lasti
            if last is not None and last in _points(frame.f_code):
                self.points += 1
                if self.points == self._at:
                    self._interrupt()
                    return self._leave(frame)
        elif event == "return":
            self._last.pop(frame, None)
        return self._step

    def _monitored(self, action: Callable[[], Any]) -> Any:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
        events, here = monitoring.events, threading.get_ident()

        def step(code: CodeType, offset: int) -> Any:
            frame = sys._getframe(1)
            name = str(frame.f_globals.get("__name__"))
            if not name.startswith("chasqui."):
                return monitoring.DISABLE  # for good: to hear of all again takes seconds
            if not name.startswith(self._modules):
                return None
            if threading.get_ident() != here or self._over:
                return None
            last = self._last.get(frame)
            self._last[frame] = offset
            if last is not None and last in _points(code):
                self.points += 1
                if self.points == self._at:
                    self._over = True  # what is left goes unheard, what the interrupt does too
                    self._interrupt()
            return None

        def leave(code: CodeType, offset: int, value: object) -> None:
            self._last.pop(sys._getframe(1), None)

        monitoring.use_tool_id(TOOL, "interrupter")
        try:
            for event, hear in (
                (events.INSTRUCTION, step),
                (events.PY_RETURN, leave),
                (events.PY_UNWIND, leave),
            ):
                monitoring.register_callback(TOOL, event, hear)
            monitoring.set_events(TOOL, events.INSTRUCTION | events.PY_RETURN | events.PY_UNWIND)
            return action()
        finally:
            monitoring.set_events(TOOL, 0)
            monitoring.free_tool_id(TOOL)
            self._last.clear()


@cache
def _points(code: CodeType) -> frozenset[int]:
    found = dis.get_instructions(code)
    return frozenset(one.offset for one in found if one.opname.startswith(POINTS))
