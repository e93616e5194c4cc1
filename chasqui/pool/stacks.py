"""Live stacks: the positions in code that a worker's task has come to.

Only positions are read: never a local variable, an argument or a line of a file. The walk begins at
the innermost frame and is bounded, so a recursion of any depth costs the same. The thread goes on
meanwhile: in a stack that changes quickly, the positions may be of moments some microseconds apart.

The frames that led to the task's own code are left out: they are the same for every task. A
coroutine that waits is on no thread; its stack is the chain of what it awaits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Final, NamedTuple

DEPTH: Final = 500  # frames that are walked at most
CHAIN: Final = 10_000  # coroutines that are followed at most, from the outermost inwards
LED_BY: Final = ("chasqui.pool.body", "chasqui.pool.coroutines")
"""The modules that call a task's body; nothing outside of them belongs to the task."""
WRAPPERS: Final = ("chasqui.pool.", "chasqui.engine.")
LOOPS: Final = ("asyncio.", "selectors")
"""Where the thread is while its event loop waits."""


class Position(NamedTuple):
    """A frame: where it has come to."""

    file: str
    line: int
    function: str
    module: str


class Stack(NamedTuple):
    """The positions of a task, the innermost first."""

    positions: tuple[Position, ...] = ()
    is_cut: bool = False
    """Whether the outer ones are missing: the stack is too deep."""


NO_STACK: Final = Stack()


def stack_from(frame: FrameType, coroutine: object = None, depth: int = DEPTH) -> Stack:
    """Return where a task is.

    Args:
        frame: the innermost frame of the thread that runs it.
        coroutine: the body of the task, if that is a coroutine.
        depth: how many positions are wanted at most.
    """
    if coroutine is not None and _loop_waits(frame):
        chain = deque(_awaited(coroutine), depth + 1)
        return _stack([_position(*step) for step in reversed(chain)], depth)
    found = []
    for step in islice(_outwards(frame), depth + 1):
        found.append(_position(step.f_code, step.f_lineno, step))
    return _stack(found, depth)


def _stack(found: list[Position], depth: int) -> Stack:
    is_cut = len(found) > depth
    del found[depth:]
    while found and not is_cut and found[-1].module.startswith(WRAPPERS):
        found.pop()
    return Stack(tuple(found), is_cut)


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield the frames of a task, the innermost first."""
    while frame is not None and _module_of(frame) not in LED_BY:
        yield frame
        frame = frame.f_back


def _loop_waits(frame: FrameType) -> bool:
    """Tell whether a thread runs nothing but its event loop: all that it has to run waits."""
    seen = False
    for step in islice(_outwards(frame), DEPTH):
        module = _module_of(step)
        # `Handle._run` runs what is ready; a coroutine of the body, or another that it has begun.
        if not module.startswith(LOOPS) or module == "asyncio.events":
            return False
        seen = True
    return seen


def _awaited(coroutine: object) -> Iterator[tuple[CodeType, int, FrameType]]:
    """Yield the frames of a coroutine and of what it awaits, the outermost first."""
    at: object = coroutine
    for _ in range(CHAIN):
        frame: FrameType | None
        if isinstance(at, CoroutineType):
            frame, at = at.cr_frame, at.cr_await
        elif isinstance(at, GeneratorType):
            frame, at = at.gi_frame, at.gi_yieldfrom
        elif isinstance(at, AsyncGeneratorType):
            frame, at = at.ag_frame, at.ag_await
        else:  # a future, or what has ended meanwhile
            return
        if frame is not None:
            yield frame.f_code, frame.f_lineno, frame


def _position(code: CodeType, line: int | None, frame: FrameType) -> Position:
    line = line or code.co_firstlineno  # a frame has no line between two
    return Position(code.co_filename, line, code.co_qualname, _module_of(frame))


def _module_of(frame: FrameType) -> str:
    name = dict.get(frame.f_globals, "__name__")
    return name if type(name) is str else ""  # a body's globals may hold anything
