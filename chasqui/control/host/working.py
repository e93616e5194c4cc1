"""The handlers of the verbs that give an engine work, wait for it, and steer it."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Final

from chasqui import numbers
from chasqui.control.commands import LOOKING, CommandOutcome, Shutdown, SubmitTasks
from chasqui.control.host.audit import FILTERED, described, tasks_of, types_of
from chasqui.control.host.awaiting import Awaiting
from chasqui.control.host.connection import Connection
from chasqui.control.host.feeding import Feed
from chasqui.control.host.looking import aside
from chasqui.control.host.service import Service
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import StopAnswer, StopArgs
from chasqui.control.wire.working import NUMBERS, TASKS, ApplyArgs, AwaitArgs, SubmitArgs
from chasqui.pool.task import Task

KEPT: Final = 50_000
"""Tasks that a client may have submitted to await them, and not awaited yet."""


def only_looks(args: ApplyArgs) -> bool:
    """Tell whether a command changes nothing."""
    return isinstance(args.command, LOOKING)


def what_of(args: ApplyArgs | SubmitArgs | StopArgs) -> SafeText:
    """Say what a request that changes something is about."""
    if isinstance(args, ApplyArgs):
        return described(args.command)
    if isinstance(args, SubmitArgs):
        return tasks_of(args.tasks)
    return safe_line(args.mode)


def apply(service: Service, client: Connection, id: int, args: ApplyArgs) -> None:
    """Carry out a command."""
    if only_looks(args):
        aside(service, client, id, lambda: service.port.apply(args.command))
        return

    def carry_out() -> CommandOutcome:
        command = args.command
        outcome = service.port.apply(command)
        if isinstance(command, SubmitTasks):  # one entry of the audit for all that follow
            types, count = types_of(command.tasks), len(command.tasks)
            service.audit.submitted(client, types, count, len(outcome.numbers), args.reason)
            return outcome
        what = described(args.command, done=outcome.ok)
        note(service, client, "apply", what, outcome, args.reason)
        service.port.events.sign(args.command, signature(client, args.reason))
        return outcome

    aside(service, client, id, carry_out, changes=True)


def signature(client: Connection, reason: str) -> str:
    """Say which client has asked for something, and why."""
    why = f": {reason}" if reason else ""
    return f"{client.client or 'a client'}, uid {client.peer.uid}{why}"


def note(
    service: Service, client: Connection, verb: str, what: str, outcome: CommandOutcome, reason: str
) -> None:
    """Put a command into the audit."""
    said = "done" if outcome.ok else "not done"
    if outcome.problems:  # their reasons may quote values
        said += f": wrong {', '.join(name for name, _ in outcome.problems)}"
    elif not outcome.ok and outcome.reason and FILTERED not in what:  # it may quote the filter
        said += f": {outcome.reason}"
    if outcome.count:
        said = f"{outcome.count:,} done"
    if outcome.skipped_count:
        said += f", {outcome.skipped_count:,} skipped"
    service.audit.note(client, verb, what, said, reason)


def drain(service: Service, client: Connection, id: int, args: StopArgs) -> None:
    """Stop the engine once its work is done."""
    _stop(service, client, id, "drain", Shutdown(mode="drain", timeout=args.timeout), args.reason)


def shutdown(service: Service, client: Connection, id: int, args: StopArgs) -> None:
    """Stop the engine."""
    command = Shutdown(mode=args.mode, timeout=args.timeout)
    _stop(service, client, id, "shutdown", command, args.reason)


def _stop(
    service: Service, client: Connection, id: int, verb: str, command: Shutdown, reason: str
) -> None:
    if command.timeout is not None:
        try:
            numbers.duration("timeout", command.timeout)
        except ValueError as error:
            raise WireError("invalid", str(error)) from None

    def stop() -> StopAnswer:
        outcome = service.port.apply(command)
        note(service, client, verb, described(command), outcome, reason)
        service.port.events.sign(command, signature(client, reason))
        return StopAnswer(accepted=outcome.ok, reason=outcome.reason)

    aside(service, client, id, stop, changes=True)


def submit(service: Service, client: Connection, id: int, args: SubmitArgs) -> None:
    """Submit tasks, waiting for room as long as the client wants."""
    if len(args.tasks) > TASKS:
        raise WireError("usage", f"a submit has at most {TASKS:,} tasks, got {len(args.tasks):,}")
    wait = _seconds("wait_room", args.wait_room)
    if args.keep and len(client.kept) + len(args.tasks) > KEPT:
        raise WireError(
            "busy", f"{len(client.kept):,} tasks of this client are not awaited", "await them first"
        )

    def submitted(tasks: Sequence[Task]) -> None:
        if args.keep:
            client.kept.update((task.number, task) for task in tasks)

    def is_open() -> bool:
        # The client may have used the number again for another request.
        return client.open.get(id) == feed.step_back

    def ring() -> None:
        service.loop.post(go_on)

    def go_on() -> None:
        if not is_open():
            return
        if client.has_left:  # what gets in now would never be acknowledged
            service.loop.dismiss(client, "it left while it waited for room")
        elif feed.go_on():
            finish()

    def give_up() -> None:
        if is_open():
            if not feed.go_on():
                feed.give_up()
            finish()

    def finish() -> None:
        client.is_held = False
        answer = feed.answer()
        accepted = sum(1 for one in answer.results if isinstance(one, int))
        tasks = args.tasks
        service.audit.submitted(client, types_of(tasks), len(tasks), accepted, args.reason)
        client.changed = monotonic()
        client.answer(id, answer)

    feed = Feed(service.engine, args.tasks, str(client), ring, submitted)
    client.open[id] = feed.step_back
    if feed.go_on():
        finish()
    elif wait > 0:
        client.is_held = True
        service.loop.later(wait, give_up)
    else:
        feed.give_up()
        finish()


def wait_for(service: Service, client: Connection, id: int, args: AwaitArgs) -> None:
    """Send the fates of tasks as they end."""
    if len(args.numbers) > NUMBERS:
        count = len(args.numbers)
        raise WireError("usage", f"an await names at most {NUMBERS:,} tasks, got {count:,}")
    timeout = None if args.timeout is None else _seconds("timeout", args.timeout)
    find = service.engine.pools.find
    kept = {number: client.kept.pop(number) for number in args.numbers if number in client.kept}
    tasks = {number: kept.get(number) or find(number) for number in args.numbers}

    awaiting = Awaiting(service, client, id, tasks, kept)
    if timeout is not None:
        service.loop.later(timeout, awaiting.late)
    awaiting.go_on()


def _seconds(name: str, value: float) -> float:
    try:
        return numbers.duration(name, value)
    except ValueError as error:
        raise WireError("invalid", safe_line(str(error))) from None
