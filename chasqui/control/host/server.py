"""The server: one thread that serves all clients of a host.

Sockets do not block; whole frames are handled as they come, and answers are sent at once as far as
the client reads. A client that does not read, sends what is no frame, or says nothing for too long
is dismissed, with the reason in the log; neither the engine nor other clients notice. What other
threads have for a client is posted, and a byte in a pipe wakes the thread.
"""

from __future__ import annotations

import contextlib
import selectors
import threading
import time
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

from chasqui import loggers
from chasqui.control.host.admission import CROWD_SECONDS, Admission
from chasqui.control.host.allowance import REST_SECONDS
from chasqui.control.host.calls import Calls
from chasqui.control.host.connection import Connection
from chasqui.control.host.faults import internal
from chasqui.control.host.handlers import handle
from chasqui.control.host.quiet import QuietLog
from chasqui.control.host.service import Service
from chasqui.control.sockets.listening import Listener
from chasqui.control.switching import QUICK_TURNS
from chasqui.control.wire.frames import FrameError
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import Role
from chasqui.errors import ChasquiError

log = loggers.named("chasqui.control.host")

FAULT_SECONDS: Final = 0.1
"""The rest after an error of the thread itself, which may come again at once."""
HELLO_SECONDS: Final = 5.0
IDLE_SECONDS: Final = 90.0
STUCK_SECONDS: Final = 2.0
"""For which a client may read nothing of what it is sent."""
TURN_SECONDS: Final = 0.005
"""After which others have their turn, whatever a client has asked."""
LOOK_SECONDS: Final = 0.5
"""How often clients are looked at, while there are any."""
PLACE_SECONDS: Final = 1.0
"""How often it is looked at whether the sockets are where clients look for them."""


class Server:
    """Serves clients on a thread of its own.

    Args:
        service: what the handlers work with.
        listeners: where clients come from, each with the role that it grants at most.
    """

    def __init__(self, service: Service, listeners: Sequence[tuple[Listener, Role]]) -> None:
        self._service = service
        self._listeners = list(listeners)
        self._selector = selectors.DefaultSelector()
        self._clients: set[Connection] = set()
        self._unfinished: set[Connection] = set()  # with requests for the next turn
        self._closed = False
        self._quiet = QuietLog(log)
        self._admission = Admission(self._quiet)
        self._calls = Calls()
        self._looked = self._placed = monotonic()
        service.loop = self
        self._thread = threading.Thread(target=self._run, name="chasqui-host", daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._selector.register(self._calls, selectors.EVENT_READ, None)
        for listener, most in self._listeners:
            self._listen(listener, most)
        self._thread.start()

    @property
    def clients(self) -> int:
        """How many clients have said hello."""
        return sum([one.role is not None for one in tuple(self._clients)])

    def post(self, call: Callable[[], object]) -> None:
        """Make a call on the server's thread, soon. Any thread, also with a lock held."""
        self._calls.post(call)

    def later(self, seconds: float, call: Callable[[], object]) -> None:
        """Make a call after some seconds; on the server's thread only."""
        self._calls.later(seconds, call)

    def close(self, timeout: float) -> None:
        """Send what is on its way, end all connections and the thread."""
        self._closed = True
        self.post(lambda: None)
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def forked(self) -> None:
        """Close the child's copies; the parent goes on to serve."""
        self._closed = True
        for client in self._clients:
            client.socket.close()
        self._selector.close()
        self._close_descriptors()

    # The loop

    def _run(self) -> None:
        while not self._closed:
            try:
                self._turn()
            except Exception as error:  # a fault here must not end the service of all others
                self._quiet.warning("an error in the host's thread", exc_info=error)
                time.sleep(FAULT_SECONDS)
        self._end()

    def _turn(self) -> None:
        for key, events in self._selector.select(self._wait()):
            if key.data is None:
                self._calls.drain()
            elif isinstance(key.data, Connection):
                self._served(key.data, events)
            else:
                for client in self._admission.arrivals(*key.data):
                    self._clients.add(client)
                    QUICK_TURNS.begin()
                    self._selector.register(client.socket, selectors.EVENT_READ, client)
                if self._admission.turns_away:
                    self._let_gather(*key.data)
        self._make_calls()
        for client in tuple(self._unfinished):
            self._go_on(client)
        now = monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            for client in tuple(self._clients):
                self._look(client, now)
        if now - self._placed >= PLACE_SECONDS:
            self._placed = now
            self._restore()

    def _wait(self) -> float:
        now = monotonic()
        until = self._placed + PLACE_SECONDS
        if self._clients:
            until = min(until, self._looked + LOOK_SECONDS)
        if (due := self._calls.due) is not None:
            until = min(until, due)
        return 0.0 if self._unfinished else max(0.0, until - now)

    def _make_calls(self) -> None:
        """Make the calls that are due, and see to the clients that they have something for."""
        if not self._calls.make():
            return
        for client in tuple(self._clients):
            if client.unsent or client.has_asked:
                self._go_on(client)

    # Clients

    def _served(self, client: Connection, events: int) -> None:
        """Serve a client; an error that is not expected ends only its own connection."""
        try:
            self._serve(client, events)
        except Exception as error:
            self.dismiss(client, internal(error).message)

    def _serve(self, client: Connection, events: int) -> None:
        """Read, handle and send as far as it goes."""
        if client.is_closed:
            return
        goes_on = True
        if events & selectors.EVENT_READ:
            client.heard = monotonic()
            try:
                goes_on = client.receive()
            except FrameError as error:
                client.refuse(None, WireError("usage", str(error)))
                self._go_on(client)
                self.dismiss(client, str(error))
                return
            except OSError as error:
                self.dismiss(client, error.strerror or str(error), quietly=True)
                return
        self._go_on(client)
        if not goes_on:
            self.dismiss(client, "cut off within a frame" if client.is_cut_off else "")

    def _go_on(self, client: Connection) -> None:
        """Handle what a client has asked, and send what there is for it."""
        self._unfinished.discard(client)
        until = monotonic() + TURN_SECONDS
        for data in client.requests():
            handle(self._service, client, data)
            if client.allowance.is_spent:
                self._rest(client)
            if monotonic() >= until:
                break
        self._send(client)
        if client.is_closed:
            return
        if client.has_asked and client.may_ask:
            self._unfinished.add(client)
        reads = selectors.EVENT_READ if client.may_ask and not client.has_asked else 0
        self._want(client, reads | (selectors.EVENT_WRITE if client.unsent else 0))

    def _rest(self, client: Connection) -> None:
        """Leave unread for a moment what a client asks that asks too much."""
        client.rests = True

        def go_on() -> None:
            client.rests = client.allowance.is_spent = False
            self._unfinished.add(client)

        self.later(REST_SECONDS, go_on)

    def _send(self, client: Connection) -> None:
        if client.is_closed:
            return
        try:
            client.send(monotonic())
        except OSError as error:
            self.dismiss(client, error.strerror or str(error), quietly=True)

    def _want(self, client: Connection, events: int) -> None:
        key = self._selector.get_map().get(client.socket)
        if key is None:
            if events:
                self._selector.register(client.socket, events, client)
        elif not events:
            self._selector.unregister(client.socket)
        elif key.events != events:
            self._selector.modify(client.socket, events, client)

    def _look(self, client: Connection, now: float) -> None:
        if client.role is None and now - client.opened > HELLO_SECONDS:
            self.dismiss(client, f"it said no hello for {HELLO_SECONDS:.0f} s")
        elif client.unsent and now - client.moved > STUCK_SECONDS:
            self.dismiss(client, f"it read nothing for {STUCK_SECONDS:.0f} s")
        elif not client.may_ask and client.has_left:
            self.dismiss(client, "it left before it was answered")
        elif not client.open and now - client.heard > IDLE_SECONDS:
            self.dismiss(client, f"it said nothing for {IDLE_SECONDS:.0f} s")

    def dismiss(self, client: Connection, why: str, *, quietly: bool = False) -> None:
        """End a connection, and say why in the log; without a reason it has left by itself."""
        if client.is_closed:
            return
        self._want(client, 0)
        try:
            client.close()
        finally:  # a client that is not counted any more waits for nothing
            self._clients.discard(client)
            self._unfinished.discard(client)
            QUICK_TURNS.end()
            self._admission.leaves(client)
            self._service.audit.forget(client)
        if why and not quietly:
            self._quiet.warning("%s was dropped: %s", client, why)

    # The sockets

    def _listen(self, listener: Listener, most: Role) -> None:
        with contextlib.suppress(KeyError, ValueError):  # it does already, or there is none
            self._selector.register(listener.socket, selectors.EVENT_READ, (listener, most))

    def _let_gather(self, listener: Listener, most: Role) -> None:
        """Accept nothing for a moment: to turn many away at once takes a third fewer calls."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(listener.socket)
        self.later(CROWD_SECONDS, lambda: self._listen(listener, most))

    def _restore(self) -> None:
        """Listen again where clients look, if the folder was removed meanwhile."""
        for listener, most in self._listeners:
            try:
                old = listener.socket
                if listener.is_in_place:
                    continue
                with contextlib.suppress(KeyError):  # a crowd gathers
                    self._selector.unregister(old)
                listener.restore()
                log.warning("%s was removed; the host listens there again", listener.path)
            except (ChasquiError, OSError) as error:
                self._quiet.warning("%s cannot be made again: %s", listener.path, error)
            if listener.fileno() >= 0:
                self._listen(listener, most)

    def _end(self) -> None:
        for client in tuple(self._clients):
            self._send(client)
            self.dismiss(client, "")
        self._selector.close()
        self._close_descriptors()

    def _close_descriptors(self) -> None:
        self._admission.close()
        self._calls.close()
