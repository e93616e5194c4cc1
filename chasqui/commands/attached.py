"""The console over a host, and what becomes of the host once the console is left.

A host that a console has started ends with the last console that is left on purpose while nothing
is to do. All else leaves it running: work that is left, another client, a lost terminal.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from typing import Final

from chasqui.commands import exits
from chasqui.commands.words import say
from chasqui.console.appearance import Appearance
from chasqui.console.ending import ConsoleExit
from chasqui.control.client.client import Client
from chasqui.control.client.remote import RemotePort
from chasqui.control.sockets.locking import wait_freed
from chasqui.control.sockets.place import lock_of
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import Hello, NoArgsEver, StopAnswer, StopArgs
from chasqui.control.wire.status import Status
from chasqui.errors import ChasquiError

ANSWER: Final = 5.0
ALONE_SECONDS: Final = 0.5
"""For the host to notice that the console has left."""
PAUSE: Final = 0.05
COLLECTED_EVERY: Final = 50_000
"""Objects. What a console imports stays for good: to search it for garbage every 700 objects takes
70 of the 330 ms in which it starts. A console runs no tasks, so little garbage can pile up."""
UNDER_WAY: Final = ("drain", "cancel", "abort", "stopped")
"""Reasons for which a console is left with a shutdown under way."""
BY_SIGNAL: Final = {
    "sigint": exits.INTERRUPTED,
    "sigterm": exits.TERMINATED,
    "sighup": exits.TERMINATED,
}


def show(client: Client, look: Appearance, folder: Path) -> int:
    """Show the console over a host until it is left, and return the exit status.

    Args:
        client: connected to the host.
        folder: where a report goes if the console fails.
    """
    port = RemotePort(client)
    left = _shown(port, look)
    hello = port.hello
    port.close()
    if left.message:
        say(left.message)
    if left.crash is not None:
        from chasqui.commands import crash

        crash.tell("the console has failed", left.crash, folder)
    failed = exits.UNHEALTHY if left.crash is not None else exits.DONE
    return exits.combined([failed, Departure(client, hello).status(left.reason)])


def _shown(port: RemotePort, look: Appearance) -> ConsoleExit:
    gc.set_threshold(COLLECTED_EVERY)
    import_asyncio()
    from chasqui.console.app import run_console

    gc.freeze()
    try:
        return run_console(port, look)
    except Exception as error:
        return ConsoleExit("crash", crash=error)


def import_asyncio() -> None:
    """Import asyncio without TLS: it does without, and to load that takes a twentieth of a start.

    What a console shows comes by the socket of its host, and no code of tasks runs in it.
    """
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]
    try:
        import asyncio  # noqa: F401
    finally:
        del sys.modules["ssl"]


class Departure:
    """What is done and said about the host once its console was left."""

    def __init__(self, before: Client, hello: Hello) -> None:
        self._before = before
        self._hello = hello
        self._name = hello.engine

    def status(self, reason: str) -> int:
        """See to the host, and return the exit status."""
        try:
            with self._before.again() as client:
                return self._seen_to(client, reason)
        except (WireError, ChasquiError):
            return self._gone(reason)

    def _seen_to(self, client: Client, reason: str) -> int:
        if client.hello.pid != self._hello.pid:
            return self._gone(reason)  # that one is another console's
        if reason in UNDER_WAY:
            return self._await_end(client)
        status = client.ask("status", NoArgsEver(), Status, ANSWER)
        goes = reason in ("quit", "sigint", "sigterm") and client.hello.role == "operate"
        if self._hello.beside and goes and self._is_needless(client, status):
            stop = StopArgs(mode="drain", reason="its console was left and nothing is to do")
            client.ask("drain", stop, StopAnswer, ANSWER)
            return self._await_end(client)
        if self._hello.beside or reason == "crash":
            say(
                f"engine {self._name} goes on in process {self._hello.pid}; `chasqui-tui` opens "
                "its console again, `chasqui-tui shutdown` stops it"
            )
        return BY_SIGNAL.get(reason, exits.DONE) if _work(status) else exits.DONE

    def _is_needless(self, client: Client, status: Status) -> bool:
        """Whether nothing is to do and no other client is there; a closed one is noticed soon."""
        until = time.monotonic() + ALONE_SECONDS
        while not _work(status) and status.clients > 1 and time.monotonic() < until:
            time.sleep(PAUSE)
            status = client.ask("status", NoArgsEver(), Status, ANSWER)
        return not _work(status) and status.clients <= 1

    def _await_end(self, client: Client) -> int:
        """Wait until the engine has stopped, and say what the host says of its end."""
        try:
            self._await_stop(client)
        except KeyboardInterrupt:  # "Ctrl+C ends it now"
            self._hasten(client)
            self._await_stop(client)
        except WireError as error:
            if error.kind != "gone":
                raise
        client.close()
        return self._gone("stopped")

    def _hasten(self, client: Client) -> None:
        """End a drain now; what waits is left if a journal keeps it, else cancelled."""
        status = client.ask("status", NoArgsEver(), Status, ANSWER)
        stop = StopArgs(mode="abort")
        if status.journal.mode != "off":
            stop = StopArgs(mode="drain", timeout=0)
        client.ask("shutdown", stop, StopAnswer, ANSWER)

    def _await_stop(self, client: Client) -> None:
        shown = time.monotonic()
        while True:
            status = client.ask("status", NoArgsEver(), Status, ANSWER)
            if status.state == "stopped":
                return
            if time.monotonic() - shown >= 1.0:
                shown = time.monotonic()
                counts = status.counts
                say(
                    f"draining: {counts.running:,} running, {counts.queued:,} queued "
                    "(Ctrl+C ends it now)"
                )
            time.sleep(PAUSE)

    def _gone(self, reason: str) -> int:
        """Say how a host has ended that was expected to, or that it has gone."""
        # Here, since they import much of the engine: 25 of 330 ms at the start of a console.
        from chasqui.commands import farewell, hostlog

        wait_freed(lock_of(self._before.path), self._hello.pid)
        log = Path(self._hello.log) if self._hello.log else None
        ended = farewell.found(log.parent, self._hello.pid) if log and self._hello.beside else None
        if ended is not None:
            for line in ended.lines:
                say(line.removeprefix("chasqui-tui: "))
            return ended.status
        if reason in UNDER_WAY and not self._hello.beside:
            return exits.DONE  # it says the rest where it was started
        last = hostlog.last_lines(log, 1) if log else []
        end = f"; the last line of its log: {last[0]}" if last else ""
        say(f"the host of engine {self._name}, process {self._hello.pid}, has gone{end}")
        return exits.UNREACHABLE


def _work(status: Status) -> int:
    """Count what is left to do; a schedule is something to do."""
    counts = status.counts
    waiting = counts.queued + counts.scheduled + counts.running + status.journal.waiting
    return waiting + status.schedules
