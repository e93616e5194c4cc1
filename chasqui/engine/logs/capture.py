"""Capture: what task bodies log and print reaches the sinks of their pools.

Log records are captured where they are made (`logging.setLogRecordFactory`), not by a handler on
the root logger. A handler there would stop `logging.basicConfig` from doing anything and warnings
from reaching standard error, and would miss loggers that do not propagate. So other handlers get
what they got before, no logger's level is changed, and the captured lines are those that the levels
let through: by default, warnings and above.

Prints are captured by replacements of `sys.stdout` and `sys.stderr`. They pass on what is written
by threads that run no body, and by logging handlers, whose line was captured as a record. Writes to
the file descriptors, or to the streams' ``buffer``, are not captured.

Both hooks belong to the process: the first user installs them, and the last removes them, unless
other code has put its own hooks before them. Then they only pass on.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, Final, Protocol, cast

from chasqui import foreign, slots
from chasqui.engine.values.plain import is_plain
from chasqui.outline import is_compound
from chasqui.pool import forking, log_sinks
from chasqui.pool.lines import error_of, line_of, made_of, traceback_of
from chasqui.pool.log_sinks import LogSink, LogSource

STREAMS: Final = ("stdout", "stderr")
OWN: Final = "chasqui."
HANDLER_FRAMES: Final = 32  # between a handler and its write, whatever its formatter does
_HANDLE: Final = logging.Handler.handle.__code__  # every handler is called through it


class PrintSink(LogSink, Protocol):
    """A sink that also takes what bodies print."""

    prints: bool

    def write_print(self, source: LogSource, stream: str, text: str) -> None:
        """Take a piece of text as it was written; must not raise."""
        ...


class ProcessHook:
    """A hook of the process that is installed while it is in use."""

    def __init__(self, put: Callable[[], Callable[[], None]]) -> None:
        self._put = put
        self._lock = threading.RLock()  # guards the two below
        forking.watch(self)
        self._wanted = 0
        self._take_away: Callable[[], None] | None = None

    def want(self) -> None:
        """Install it, unless it is installed."""
        with self._lock:
            self._wanted += 1
            if self._take_away is None:
                self._take_away = self._put()

    def renew(self) -> None:
        """Install it again, before any hook that other code has installed since."""
        with self._lock:
            if self._take_away is not None:
                self._take_away()
                self._take_away = self._put()

    def forked(self) -> None:
        """Remove it, in a forked child: its users are in the parent."""
        self._wanted, take_away, self._take_away = 0, self._take_away, None
        if take_away is not None:
            take_away()

    def release(self) -> None:
        """Release it; call once for each `want`."""
        with self._lock:
            self._wanted -= 1
            if self._wanted == 0 and self._take_away is not None:
                take_away, self._take_away = self._take_away, None
                take_away()


class Records:
    """Makes log records as before, and passes those of bodies to listeners."""

    def __init__(self) -> None:
        self.on = True
        self.before: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()

    def __call__(self, name: Any, level: Any, *args: Any, **more: Any) -> logging.LogRecord:
        try:
            record = self.before(name, level, *args, **more)
        except BaseException as broken:  # it checks whether a single argument is a mapping
            foreign.let_through(broken)
            record = self.before(name, level, *_in_words(args), **more)
        # Lines of `ctx.log` were captured already, and other lines of Chasqui are not a body's. A
        # record without a level was made elsewhere.
        if self.on and isinstance(level, int) and not name.startswith(OWN):
            _route(record)
        return record


class Stream:
    """Replaces a standard stream, and passes what bodies write to sinks."""

    def __init__(self, name: str, stream: Any) -> None:
        self.on = True
        self._name = name
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or pass it to a sink."""
        if self.on and isinstance(text, str):
            source = log_sinks.source_here()
            sink = None if source is None else log_sinks.sink_of(source.task)
            text = foreign.as_text(text)
            if source is not None and getattr(sink, "prints", False) and not _by_handler():
                cast("PrintSink", sink).write_print(source, self._name, text)
                return len(text)
        return cast("int", self._stream.write(text))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _by_handler() -> bool:
    """Tell whether a logging handler is writing, on the calling thread."""
    frame: FrameType | None = sys._getframe(2)
    for _ in range(HANDLER_FRAMES):
        if frame is None:
            return False
        if frame.f_code is _HANDLE:
            return True
        frame = frame.f_back
    return False


def _route(record: logging.LogRecord) -> None:
    source = log_sinks.source_here()
    sink = None if source is None else log_sinks.sink_of(source.task)
    if source is None or sink is None:
        return
    try:
        text = _text(record)
    except BaseException as broken:  # an argument that cannot be formatted must not end the body
        foreign.let_through(broken)
        text = _worded(record)
    if record.levelno >= sink.level:
        sink.write(source, record.levelno, record.name, text)


def _message(record: logging.LogRecord) -> str:
    """Return the message of a record, and make sure that every handler can format it too."""
    if foreign.said(type(record), "getMessage") is not _GET_MESSAGE:
        return record.getMessage()  # of a subclass, with its own rules
    args = _tuple(record.args)
    text, is_same = made_of(record.msg, args)
    if not is_same or not all(
        is_plain(argument) for argument in args if is_compound(type(argument))
    ):
        record.msg, record.args = text, None
    return text


_GET_MESSAGE: Final = logging.LogRecord.__dict__["getMessage"]


def _worded(record: logging.LogRecord) -> str:
    """Replace the arguments of a record by its message: handlers would raise as well."""
    record.msg, record.args = line_of(record.msg, _tuple(record.args)), None
    parts = [record.msg]
    error = error_of(record.exc_info)
    if error is not None:
        record.exc_info, record.exc_text = None, traceback_of(error).strip("\n")
        parts.append(record.exc_text)
    return "\n".join(parts)


def _in_words(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the arguments to make a record (file, line, message, …), with a formatted message."""
    if len(args) < 4:
        return args
    return (*args[:2], line_of(args[2], _tuple(args[3])), (), *args[4:])


def _tuple(args: Any) -> tuple[Any, ...]:
    if foreign.is_a(args, tuple):
        return tuple(slots.elements(args))
    return () if args is None else (args,)


def _text(record: logging.LogRecord) -> str:
    parts = [_message(record)]
    if record.exc_info:
        parts.append(logging.Formatter().formatException(record.exc_info))
    if record.stack_info:
        parts.append(record.stack_info)
    return "\n".join(parts)


def _put_records() -> Callable[[], None]:
    records = Records()
    logging.setLogRecordFactory(records)

    def take_away() -> None:
        records.on = False
        if logging.getLogRecordFactory() is records:
            logging.setLogRecordFactory(records.before)

    return take_away


def _put_streams() -> Callable[[], None]:
    # Without a standard stream, as under pythonw, there is nothing to replace.
    before = {name: _behind(getattr(sys, name)) for name in STREAMS}
    before = {name: stream for name, stream in before.items() if stream is not None}
    put = {name: Stream(name, stream) for name, stream in before.items()}
    for name, stream in put.items():
        setattr(sys, name, stream)

    def take_away() -> None:
        for name, stream in put.items():
            stream.on = False
            if getattr(sys, name) is stream:
                setattr(sys, name, before[name])

    return take_away


def _behind(stream: Any) -> Any:
    """Return the stream behind replacements that only pass on."""
    while isinstance(stream, Stream) and not stream.on:
        stream = stream._stream
    return stream


RECORDS: Final = ProcessHook(_put_records)
PRINTS: Final = ProcessHook(_put_streams)
