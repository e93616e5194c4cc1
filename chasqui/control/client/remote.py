"""A host as a port: what a console uses, whatever process the engine is in.

Readings carry only what has changed. A command goes out at once, however slow a reading is. When
the host has gone every call raises or says so, and a later one connects again; see `link`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

from chasqui.control.client.client import Answer, Client
from chasqui.control.client.link import Link
from chasqui.control.client.older import snapshot_of, why_limited
from chasqui.control.client.paths import absolute_texts
from chasqui.control.client.sections import Sections
from chasqui.control.port import (
    ANOTHER_HOST,
    Capabilities,
    Command,
    CommandOutcome,
    RetryEdited,
    Shutdown,
    Snapshot,
    StackView,
    SubmitOptions,
    TaskDetail,
    TaskTypeInfo,
    ViewQuery,
)
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.wire.looking import (
    CheckArgs,
    CompleteAnswer,
    CompleteArgs,
    DetailAnswer,
    DetailArgs,
    NoArgs,
    SnapshotAnswer,
    SnapshotArgs,
    StackAnswer,
    StackArgs,
    TypesAnswer,
)
from chasqui.control.wire.messages import PROTOCOL, ErrorRecord, WireError
from chasqui.control.wire.permanent import Hello, NoArgsEver, StopAnswer, StopArgs
from chasqui.control.wire.status import Status
from chasqui.control.wire.working import ApplyArgs, SubmitAnswer, SubmitArgs, SubmitTask

PATIENCE: Final = 10.0
"""Seconds after which an answer is given up; the screen says long before that it is late."""
_KINDS: Final[Mapping[str, Literal["refused", "unknown"]]] = {
    "refused": "refused",
    "unknown_type": "unknown",
}


class RemotePort:
    """Lets a console see and steer the engine of a host. Any thread.

    Args:
        client: a connection; it is closed with the port.
    """

    def __init__(self, client: Client) -> None:
        self._link = Link(client)
        self._sections = (client, Sections())
        self._types: Mapping[str, TaskTypeInfo] = {}  # those listed last

    @property
    def caps(self) -> Capabilities:
        """What the host allows to this console; of a host that has gone, what it allowed."""
        hello = self.hello
        return msgspec.structs.replace(
            hello.caps,
            embedded=False,
            read_only=hello.caps.read_only or hello.role == "observe",
            beside=hello.beside,
            pid=hello.pid,
            log=safe_line(hello.log),
            limited="" if hello.protocol == PROTOCOL else why_limited(hello),
        )

    @property
    def hello(self) -> Hello:
        """Who the host is, as it last said."""
        return self._link.last.hello

    @property
    def gone_for(self) -> float | None:
        """For how many seconds the host has been gone; None while it is there."""
        return self._link.gone_for

    def close(self) -> None:
        """End the connection; the host goes on."""
        self._link.close()

    # Seeing

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read the engine.

        Raises:
            HostGone: the host is gone, and a later call looks for it again.
            WireError: the host does not answer.
        """
        client = self._link.client()
        try:
            return self._read(client, query)
        except WireError as error:
            if client.lost is None:
                raise
            raise self._link.gone(error) from None

    def _read(self, client: Client, query: ViewQuery) -> Snapshot:
        if not client.speaks_alike:
            status = client.ask("status", NoArgsEver(), Status, PATIENCE)
            return snapshot_of(status, client.hello)
        sections = self._sections_of(client)
        base = sections.of(query)
        args = SnapshotArgs(query=query, since=base.revision)
        return sections.snapshot(
            query, base, client.ask("snapshot", args, SnapshotAnswer, PATIENCE)
        )

    def detail(self, number: int, log_after: int = 0) -> TaskDetail | None:
        """Return the details of a task, None when nothing of it is kept."""
        return self._ask(
            "detail", DetailArgs(number=number, log_after=log_after), DetailAnswer
        ).detail

    def stack(self, worker: str, pool: str = "") -> StackView | None:
        """Return where a worker's task is in its code, None if no worker has this name."""
        return self._ask("stack", StackArgs(worker=worker, pool=pool), StackAnswer).stack

    def types(self) -> Sequence[TaskTypeInfo]:
        """List the task types that can be submitted, by name."""
        if not self._link.client().speaks_alike:
            return ()
        types = self._ask("types", NoArgs(), TypesAnswer).types
        self._types = {one.name: one for one in types}
        return types

    # Steering

    def check(self, type: str, params: Mapping[str, str]) -> CommandOutcome:
        """Check texts as typed into a form, on the host's machine, and submit nothing."""
        texts = self._absolute(type, params)
        outcome = self._outcome("check", CheckArgs(type=type, params=texts))
        # The host was sent whole paths: where a relative one is looked for is known here.
        here = safe_line(f", in {Path.cwd()}", 200)
        notes = tuple(
            (name, SafeText(note + here) if texts.get(name) != params.get(name) else note)
            for name, note in outcome.notes
        )
        return msgspec.structs.replace(outcome, notes=notes)

    def complete(self, type: str, name: str, text: str) -> Sequence[str]:
        """Return the paths on the host's machine that the text of a parameter may become."""
        whole = self._absolute(type, {name: text})[name]
        asked, lead = CompleteArgs(type=type, words=(f"{name}={whole}",)), len(name) + 1
        found = self._ask("complete", asked, CompleteAnswer).candidates
        before = len(whole) - len(text)  # the folder of this console, which was not typed
        return [word[lead:][before:] for word, _ in found if word[lead:].startswith(whole)]

    def submit(
        self, type: str, params: Mapping[str, str], options: SubmitOptions
    ) -> CommandOutcome:
        """Submit a task from texts as typed into a form; never wait for room."""
        task = SubmitTask(type=type, texts=self._absolute(type, params), options=options)
        try:
            (result,) = self._ask("submit", SubmitArgs(tasks=(task,)), SubmitAnswer).results
        except WireError as error:
            return refusal(error.record())
        if isinstance(result, ErrorRecord):
            return refusal(result)
        return CommandOutcome(ok=True, numbers=(result,))

    def _absolute(self, type: str, params: Mapping[str, str]) -> dict[str, str]:
        """Return texts with their paths made absolute: the host has a folder of its own.

        Which are paths is known of the types that were listed, as those of a form are.
        """
        info = self._types.get(type)
        return dict(params) if info is None else absolute_texts(info, params)

    def apply(self, command: Command) -> CommandOutcome:
        """Carry out a command; what is refused is in the outcome, with its reason."""
        if isinstance(command, RetryEdited):
            texts = self._absolute(command.type, dict(command.texts))
            command = msgspec.structs.replace(command, texts=tuple(texts.items()))
        if not isinstance(command, Shutdown):
            return self._apply(command)
        # By the verb that a host of any version has.
        args = StopArgs(mode=command.mode, timeout=command.timeout)
        try:
            answer = self._ask("shutdown", args, StopAnswer)
        except WireError as error:
            return refusal(error.record())
        return CommandOutcome(ok=answer.accepted, reason=answer.reason)

    def _apply(self, command: Command) -> CommandOutcome:
        host = self.hello.pid
        try:
            self._link.client()  # it may be that of another host, which no reading has shown yet
        except WireError as error:
            return refusal(error.record())
        if self.hello.pid != host:
            return ANOTHER_HOST
        return self._outcome("apply", ApplyArgs(command=command))

    def _outcome(self, verb: str, args: msgspec.Struct) -> CommandOutcome:
        try:
            client = self._link.client()
        except WireError as error:  # nothing was asked
            return refusal(error.record())
        try:
            return client.ask(verb, args, CommandOutcome, PATIENCE)
        except WireError as error:
            outcome = refusal(error.record())
            return msgspec.structs.replace(outcome, kind="lost") if error.is_lost else outcome

    def _ask(self, verb: str, args: msgspec.Struct, kind: type[Answer]) -> Answer:
        return self._link.client().ask(verb, args, kind, PATIENCE)

    def _sections_of(self, client: Client) -> Sections:
        of, sections = self._sections
        if of is not client:
            sections = Sections()
            self._sections = (client, sections)
        return sections


def refusal(error: ErrorRecord) -> CommandOutcome:
    """Return an error of the wire as the outcome of a command."""
    reason = f"{error.message}; {error.next}" if error.next else error.message
    return CommandOutcome(
        ok=False,
        kind=_KINDS.get(error.kind, ""),
        reason=safe_line(reason),
        problems=tuple((name, SafeText(why)) for name, why in error.problems),
    )
