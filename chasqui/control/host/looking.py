"""The handlers of the verbs that look."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

import msgspec

from chasqui.control.host.aside import Aside
from chasqui.control.host.connection import Connection
from chasqui.control.host.faults import internal
from chasqui.control.host.listing import listed
from chasqui.control.host.service import Service
from chasqui.control.host.status import QUERY, status_of
from chasqui.control.host.streaming import EventStream
from chasqui.control.safe_text import safe_line
from chasqui.control.wire.looking import (
    AuditArgs,
    CheckArgs,
    CompleteAnswer,
    CompleteArgs,
    DetailAnswer,
    DetailArgs,
    EventsAnswer,
    EventsArgs,
    NoArgs,
    RowsArgs,
    SnapshotArgs,
    StackAnswer,
    StackArgs,
    TypesAnswer,
)
from chasqui.control.wire.messages import PROTOCOL, WireError
from chasqui.control.wire.permanent import Hello, HelloArgs, NoArgsEver
from chasqui.engine.engine import BaseEngine
from chasqui.plugins.engine import Engine
from chasqui.version import VERSION

WAITING: Final = 200
"""Calls that may wait for a thread aside; more are refused as busy."""


def hello(service: Service, client: Connection, id: int, args: HelloArgs) -> None:
    """Say who the host is, and grant a role."""
    client.client = safe_line(args.client, 60)
    client.protocol = args.protocol
    client.role = "operate" if args.role == client.most == "operate" else "observe"
    facts, engine = service.facts, service.engine
    caps = msgspec.structs.replace(
        service.port.caps, embedded=False, read_only=client.role != "operate"
    )
    answer = Hello(
        host=facts.name,
        version=VERSION,
        protocol=PROTOCOL,
        engine=safe_line(engine.name),
        pid=os.getpid(),
        started=facts.started,
        role=client.role,
        caps=caps,
        folder=safe_line(facts.folder),
        python=facts.python,
        path=safe_line(facts.path),
        plugins=plugins_of(engine),
        log=safe_line(facts.log),
        beside=facts.beside,
    )
    client.answer(id, answer)


def plugins_of(engine: BaseEngine) -> tuple[tuple[str, str], ...]:
    """Return the plugins that are loaded, each with its version."""
    if not isinstance(engine, Engine):
        return ()
    infos = engine.plugins.infos_loaded()
    return tuple((safe_line(info.name), safe_line(info.version)) for info in infos)


def status(service: Service, client: Connection, id: int, args: NoArgsEver) -> None:
    """Answer the status record, which shows what any client has changed before.

    The next command of a script is another client.
    """
    read = service.readings.snapshot(QUERY, monotonic(), service.changed)
    client.answer(id, status_of(service.engine, read, service.loop.clients))


def snapshot(service: Service, client: Connection, id: int, args: SnapshotArgs) -> None:
    """Answer the sections of a reading that have changed."""
    parts = service.readings.answer(args.query, args.since, monotonic(), client.changed)
    client.answer_parts(id, parts)


def detail(service: Service, client: Connection, id: int, args: DetailArgs) -> None:
    """Answer what is known of a task."""
    port = service.port
    aside(
        service,
        client,
        id,
        lambda: DetailAnswer(detail=port.detail(args.number, args.log_after)),
    )


def stack(service: Service, client: Connection, id: int, args: StackArgs) -> None:
    """Answer where a worker's task is in its code."""
    port = service.port
    aside(service, client, id, lambda: StackAnswer(stack=port.stack(args.worker, args.pool)))


def types(service: Service, client: Connection, id: int, args: NoArgs) -> None:
    """Answer the task types."""
    aside(service, client, id, lambda: TypesAnswer(types=tuple(service.port.types())))


def check(service: Service, client: Connection, id: int, args: CheckArgs) -> None:
    """Check texts of a form."""
    aside(
        service,
        client,
        id,
        lambda: service.port.check(args.type, args.params),
        thread=service.checking,
    )


def complete(service: Service, client: Connection, id: int, args: CompleteArgs) -> None:
    """Answer the words that may stand where a command line is typed."""
    # Who may only look has no use for paths, and need not know which files exist.
    of_paths = client.role == "operate"
    thread = service.checking  # as for a check: a disk may not answer
    aside(service, client, id, lambda: candidates(service, args, of_paths), thread=thread)


def candidates(service: Service, args: CompleteArgs, of_paths: bool) -> CompleteAnswer:
    """Find the types, the parameters of a type, or what a parameter may be."""
    infos = {info.name: info for info in service.port.types()}
    if not args.type:
        begun = args.words[-1] if args.words else ""
        found = [(name, info.help) for name, info in infos.items() if name.startswith(begun)]
        return CompleteAnswer(candidates=tuple(found))
    info = infos.get(args.type)
    if info is None:
        return CompleteAnswer(candidates=())
    word = args.words[-1] if args.words else ""
    name, equals, value = word.partition("=")
    given = {one.partition("=")[0] for one in args.words[:-1]}
    answer = []
    for one in info.parameters:
        if equals and one.name == name:
            options = one.choices or (("true", "false") if one.kind == "boolean" else ())
            fit: Sequence[str] = [choice for choice in options if choice.startswith(value)]
            if of_paths:
                fit = fit or service.port.complete(args.type, name, value)
            answer += [(f"{name}={choice}", one.help) for choice in fit]
        elif not equals and one.name.startswith(name) and one.name not in given:
            answer.append((f"{one.name}=", one.help))
    return CompleteAnswer(candidates=tuple(answer))


def rows(service: Service, client: Connection, id: int, args: RowsArgs) -> None:
    """Answer rows of a list."""
    aside(service, client, id, lambda: listed(service.engine, args))


def audit(service: Service, client: Connection, id: int, args: AuditArgs) -> None:
    """Answer who changed what."""
    client.answer(id, service.audit.after(args.after))


def events(service: Service, client: Connection, id: int, args: EventsArgs) -> None:
    """Send what happens from now on."""

    def send() -> None:
        while not client.is_closed and client.unsent < 65536 and (some := stream.take()):
            client.answer(id, some, more=True)
        if client.is_closed:
            return
        if missed := stream.missed():
            client.gap(id, missed)
        if stream.has_more:
            service.loop.later(0.1, send)

    stream = EventStream(args.filter, lambda: service.loop.post(send))
    bus = service.engine.bus
    bus.subscribe(stream)
    client.open[id] = lambda: bus.unsubscribe(stream)
    client.answer(id, EventsAnswer(), more=True)  # from now on nothing is missed


def aside(
    service: Service,
    client: Connection,
    id: int,
    call: Callable[[], msgspec.Struct],
    *,
    changes: bool = False,
    thread: Aside | None = None,
) -> None:
    """Answer with what a call returns, which is made on another thread."""
    if thread is None:
        thread = service.changing if changes else service.looking
    if len(thread) >= WAITING:
        raise WireError("busy", "too many requests wait already", "ask again in a moment")

    def make() -> None:
        answer: bytes | WireError
        try:
            answer = msgspec.json.encode(call())
        except WireError as error:
            answer = error
        except Exception as error:
            answer = internal(error)
        service.loop.post(lambda: deliver(answer))

    def deliver(answer: bytes | WireError) -> None:
        if changes:
            client.changed = service.changed = monotonic()
        if isinstance(answer, WireError):
            client.refuse(id, answer)
        else:
            client.answer(id, answer)

    thread.put(make)
