"""Messages: what host, zygote and children say to each other, as JSON.

Each is an array that begins with the name of its kind. Parameters and results are JSON within, as
`chasqui.engine.journal.encoding` and `chasqui.processes.results` write them.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Raw, Struct


class Message(Struct, array_like=True, tag=True, frozen=True):
    """A message of any kind."""


# Host to child


class BodyRun(Message, frozen=True):
    """Run the body of a task."""

    number: int
    name: str
    where: str
    """How the child finds the type; see `chasqui.processes.references`."""
    params: Raw
    level: int
    """The lowest level of `logging` that is wanted of it."""
    left: float | None = None
    """Seconds until its time limit."""
    limit: float | None = None
    attempt: int = 1
    priority: int = 0
    key: str | None = None
    submissions: int = 1
    created: float = 0.0
    started: float | None = None
    worker: str | None = None
    redelivered: bool = False
    idempotency_key: str = ""
    earlier: tuple[tuple[int, float, float, str, str, str], ...] = ()
    """The attempts before this one, without their tracebacks."""
    generation: int = 0
    """It is begun only as long as the page has no later one."""


# Child to host


class BodyProgress(Message, frozen=True):
    """How far the body of the running task is."""

    done: float
    total: float | None
    text: str


class BodyLine(Message, frozen=True):
    """A line that the body has logged (``logger`` names who), or printed (no logger)."""

    level: int
    logger: str
    text: str


class BodyBegan(Message, frozen=True):
    """The child has found the type, and runs its body now; said of the first of each type."""


class BodySkipped(Message, frozen=True):
    """A task was not begun, since the host had taken it back."""

    number: int
    generation: int
    """In which it was sent."""


class Fault(Struct, array_like=True, frozen=True):
    """What a body raised; see `chasqui.processes.faults`."""

    module: str
    kind: str
    """The qualified name of its class."""
    args: Raw
    attributes: Raw
    text: str
    steps: tuple[tuple[str, int, str, str], ...]
    """File, line, name and qualified name of the positions in code, the innermost last."""
    rendered: str
    """The whole traceback, where the positions do not say all of it."""


class BodyEnded(Message, frozen=True):
    """The running task has ended."""

    result: Raw
    fault: Fault | None
    cpu: float
    """Seconds of CPU time that the body took."""
    peak: int
    """The most memory, in bytes, that the process has had meanwhile; 0 if that is unknown."""
    rss: int
    """The memory of the process now, in bytes."""
    may_have_written: bool
    """Whether it, or what it has started, may have written to its descriptors."""


# Host to zygote


class Prepare(Message, frozen=True):
    """Import what children will need, before the first is wanted."""

    plugins: Raw
    """How the host chose its plugins; see `chasqui.plugins.recipe`."""
    wanted: tuple[str, ...]
    """References of types."""
    main: tuple[str, str]
    """The host's script: its path, or the name of its module; see `chasqui.processes.script`."""


class Fork(Message, frozen=True):
    """Make a child; three descriptors come along: its socket, its page and its dump."""

    child: int
    memory: int
    """The most bytes of memory that it may have; 0 for any number."""
    spawns: bool
    """Whether it begins as a new interpreter, and not as a copy of the zygote."""
    plugins: Raw
    main: tuple[str, str]


class Kill(Message, frozen=True):
    """End a child with all that it has started, in ``after`` seconds."""

    child: int
    after: float


class AskToStop(Message, frozen=True):
    """Send a child the signal to stop, again and again until it has ended."""

    child: int


class Drain(Message, frozen=True):
    """Pass on what a child has written until now, and say so."""

    child: int


class Nudge(Message, frozen=True):
    """Send a child a signal."""

    child: int
    signal: int


# Zygote to host


class Forked(Message, frozen=True):
    """A child lives."""

    child: int
    pid: int


class Unborn(Message, frozen=True):
    """A child could not be made."""

    child: int
    reason: str


class ChildExited(Message, frozen=True):
    """A child has ended, and has been reaped."""

    child: int
    status: int
    """As `os.waitstatus_to_exitcode`: less than 0 for a signal."""
    cpu: float
    """Seconds of CPU time that it has used in its life."""
    peak: int
    """The most memory that it has had, in bytes."""
    reason: str
    """Why the zygote killed it: ``memory``, ``asked`` or nothing."""
    tail: str
    """The last that it, or what it had started, has written to standard output and error."""


class Drained(Message, frozen=True):
    """What a child had written has been passed on."""

    child: int


class ChildOutput(Message, frozen=True):
    """What a child, or what it has started, has written to standard output or error."""

    child: int
    text: str


ToChild = BodyRun
ToHost = BodyBegan | BodyProgress | BodyLine | BodyEnded | BodySkipped
ToZygote = Prepare | Fork | AskToStop | Kill | Nudge | Drain
FromZygote = Forked | Unborn | ChildExited | ChildOutput | Drained

encode: Final = msgspec.json.Encoder().encode
to_child: Final = msgspec.json.Decoder(BodyRun).decode
to_host: Final = msgspec.json.Decoder(ToHost).decode
to_zygote: Final = msgspec.json.Decoder(ToZygote).decode
from_zygote: Final = msgspec.json.Decoder(FromZygote).decode
