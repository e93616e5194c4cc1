"""Running something in the middle of something else, wherever a signal handler could run.

CPython looks for signals when a function begins, when a call returns, and when a loop turns back. A
trace function sees the instructions of the calling thread one by one, and so finds these points.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from functools import cache
from types import CodeType, FrameType
from typing import Any

POINTS = ("CALL", "RESUME", "JUMP_BACKWARD", "POP_JUMP_BACKWARD")


class Interrupter:
    """Calls a function at the n-th point of what it runs in some modules; counts the points."""

    def __init__(self, at: int, interrupt: Callable[[], object], *modules: str) -> None:
        self.points = 0
        self._modules = modules or ("chasqui.pool",)
        self._at = at
        self._interrupt = interrupt
        self._last: dict[FrameType, int] = {}

    def run(self, action: Callable[[], Any]) -> Any:
        """Run the action, interrupted; return what it returns."""
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


@cache
def _points(code: CodeType) -> frozenset[int]:
    found = dis.get_instructions(code)
    return frozenset(one.offset for one in found if one.opname.startswith(POINTS))
