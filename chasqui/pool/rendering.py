"""Rendering: errors as the text that Python prints of them, whatever they are.

`traceback` looks at the attributes of an error and of all behind it, each of which may raise, lie
or go on for ever, and renders a chain of any length. So what is behind an error is read here from
where Python keeps it, bounded, and `traceback` is given stand-ins that have its class's name, its
text and its notes. The result reads as the one that Python prints.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from traceback import FrameSummary, StackSummary, TracebackException
from types import CodeType, MemberDescriptorType, TracebackType
from typing import Final

from chasqui import foreign, raised, slots

CHAIN: Final = 32  # errors of one chain; of a longer one the newest and the oldest
MEMBERS: Final = 15  # errors of a group, as many as Python prints
DEPTH: Final = 10  # groups inside of groups, as many as Python prints
ERRORS: Final = 200  # in all, each of which takes some 50 us
FRAMES: Final = 2000  # of one error; of more than that the outermost and the innermost
MESSAGE: Final = 64 * 1024  # characters of the text of one error

HINTED: Final = (
    NameError,
    UnboundLocalError,
    AttributeError,
    ImportError,
    ModuleNotFoundError,
    SyntaxError,
    IndentationError,
    TabError,
)
"""Classes of errors of which Python knows more than their message says."""


def place(code: CodeType, instruction: int) -> FrameSummary:
    """Return a position as a traceback shows it; it refers to no code."""
    # Two bytes an instruction; see `codeobject.co_positions`.
    spans = islice(code.co_positions(), instruction // 2, None)
    line, end_line, column, end_column = next(spans, (None, None, None, None))
    return FrameSummary(
        code.co_filename,
        line or code.co_firstlineno,
        code.co_name,
        lookup_line=False,
        end_lineno=end_line,
        colno=column,
        end_colno=end_column,
    )


def written(places: Sequence[FrameSummary], last: str) -> str:
    """Return the text of a traceback, with the lines of source as they are now."""
    lines = ["Traceback (most recent call last):\n"] if places else []
    return "".join([*lines, *StackSummary.from_list(places).format(), last])


def last_line(error: BaseException) -> str:
    """Return what a traceback says of the error itself, without notes."""
    text = foreign.text_of(error, MESSAGE)
    label = foreign.label_of(type(error))
    return f"{label}: {text}\n" if text else f"{label}\n"


def rendered(error: BaseException, frames: TracebackType | None) -> str:
    """Return the whole traceback of an error that came through these frames; never raise."""
    try:
        return "".join(_Rendering().linked(error, frames).format())
    except BaseException as broken:  # whatever it is, the failure must not be lost for it
        return f"{last_line(error)}{foreign.without('traceback', broken)}\n"


class _Rendering:
    """The errors of one traceback, as `traceback` renders them."""

    def __init__(self) -> None:
        self._left = ERRORS
        self._seen: set[int] = set()

    def linked(
        self, error: BaseException, frames: TracebackType | None, depth: int = 0
    ) -> TracebackException:
        """Return an error with all that it came from."""
        chain, how = self._chain(error)
        newest = self._single(error, frames, depth)
        after = newest
        half = min(CHAIN, max(2, self._left)) // 2
        left_out = len(chain) - 2 * half
        if left_out > 0:  # the newest are kept, and the oldest, which began it all
            del chain[half:-half], how[half:-half]
        for at in range(1, len(chain)):
            before = self._single(chain[at], raised.frames(chain[at]), depth)
            if left_out > 0 and at == half:
                _add_note(before, f"(… {left_out:,} errors between this and the next one …)")
            if how[at]:
                after.__cause__ = before
            else:
                after.__context__ = before
            after = before
        return newest

    def _chain(self, error: BaseException) -> tuple[list[BaseException], list[bool]]:
        """Return an error and what it came from, newest first; and if each was said as a cause."""
        chain, how = [error], [False]
        self._seen.add(id(error))
        while True:
            before = raised.cause(chain[-1])
            is_cause = before is not None
            if before is None and not raised.hides_context(chain[-1]):
                before = raised.context(chain[-1])
            if before is None or id(before) in self._seen:  # each is shown once
                return chain, how
            self._seen.add(id(before))
            chain.append(before)
            how.append(is_cause)

    def _single(
        self, error: BaseException, frames: TracebackType | None, depth: int
    ) -> TracebackException:
        """Return an error alone, or with the members of its group."""
        self._left -= 1
        shown = _hinted(error) or _stand_in(error)
        shown.stack = StackSummary.from_list(_places(frames))
        for note in raised.notes(error) if raised.has_notes(error) else ():
            _add_note(shown, note)
        members = raised.members(error)
        if members:
            shown.exceptions = []
            for one in members[:MEMBERS] if depth < DEPTH else ():
                if self._left > 0:
                    shown.exceptions.append(self.linked(one, raised.frames(one), depth + 1))
            if left_out := len(members) - len(shown.exceptions):
                _add_note(shown, f"(… {left_out:,} errors of it are not shown …)")
        return shown


def _stand_in(error: BaseException) -> TracebackException:
    label, text = foreign.label_of(type(error)), foreign.text_of(error, MESSAGE)
    kind = type("Error", (Exception,), {"__module__": "builtins", "__qualname__": label})
    return TracebackException(kind, kind(text), None)


def _hinted(error: BaseException) -> TracebackException | None:
    """Return an error of which a traceback says more, if it is one whose hints can be had."""
    kind = type(error)
    if not any(kind is one for one in HINTED):
        return None
    twin = kind.__new__(kind)  # without what the error came from
    try:
        twin.args = slots.args_of(error)
        for base in foreign.bases(kind):
            for slot in vars(base).values():
                if type(slot) is MemberDescriptorType and slot.__get__(error) is not None:
                    slot.__set__(twin, slot.__get__(error))
        hinted = TracebackException(kind, twin, None)
        for _line in hinted.format_exception_only():  # not later, where it would lose the rest
            pass
    except BaseException as broken:  # it asks the object of an AttributeError what it has
        foreign.let_through(broken)
        return None
    return hinted


def _places(frames: TracebackType | None) -> list[FrameSummary]:
    first: list[TracebackType] = []
    while frames is not None and len(first) < FRAMES // 2:
        first.append(frames)
        frames = frames.tb_next
    rest: deque[TracebackType] = deque(maxlen=FRAMES // 2)
    while frames is not None:
        rest.append(frames)
        frames = frames.tb_next
    known: dict[tuple[int, int], FrameSummary] = {}
    shown = []
    for one in (*first, *rest):
        key = (id(one.tb_frame.f_code), one.tb_lasti)
        if key not in known:
            known[key] = place(one.tb_frame.f_code, one.tb_lasti)
        shown.append(known[key])
    return shown


def _add_note(shown: TracebackException, note: str) -> None:
    shown.__notes__ = [*(shown.__notes__ or ()), note]
