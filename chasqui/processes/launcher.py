"""The launcher: the host's end of the zygote. It has children made and signalled, and hears of
their ends.

A host has a single zygote, whatever pools and engines it has. It starts with the first pool of
processes and ends with the last, or with the host. If it dies, its children die with it, and the
next child starts another.
"""

from __future__ import annotations

import array
import socket
import subprocess
import tempfile
import threading
from typing import Final

from msgspec import Raw

from chasqui import loggers
from chasqui.pool import forking
from chasqui.processes import script
from chasqui.processes.child import Child
from chasqui.processes.frames import LENGTH, Frames
from chasqui.processes.messages import (
    ChildExited,
    ChildOutput,
    Drain,
    Drained,
    Fork,
    Forked,
    Kill,
    Nudge,
    Prepare,
    ToZygote,
    Unborn,
    encode,
    from_zygote,
)
from chasqui.processes.settings import ProcessSettings
from chasqui.processes.spawning import command

log = loggers.named("chasqui.processes")

DRAIN: Final = 1.0  # seconds for a zygote to answer
START: Final = 30.0  # seconds for a child to come to life, imports of the zygote included
TAIL: Final = 2000  # bytes of what a zygote has written that are shown


class ChildNotMade(RuntimeError):
    """A child process could not be made."""


class Launcher:
    """Makes children; any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._zygote: StartedZygote | None = None
        self._prepared: list[Prepare] = []
        self._children = 0
        self._unsafe = False
        """Whether a zygote has died of what it imported, so that the next imports nothing."""
        forking.watch(self)

    def enter(self, plugins: Raw, wanted: tuple[str, ...]) -> None:
        """Begin to use it, and have what children need imported.

        Args:
            plugins: how the host chose its plugins.
            wanted: references of types.
        """
        prepare = Prepare(plugins=plugins, wanted=wanted, main=script.of_main())
        with self._lock:
            self._users += 1
            self._prepared.append(prepare)
            if self._zygote is not None and self._zygote.is_alive and not self._unsafe:
                self._zygote.say(prepare)
            else:
                self._locked_zygote()

    def leave(self) -> None:
        """Use it no more; the last to leave ends the zygote."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            zygote, self._zygote = self._zygote, None
            self._prepared.clear()
            self._unsafe = False
        if zygote is not None:
            zygote.end()

    def make(self, settings: ProcessSettings, plugins: Raw) -> Child:
        """Make a child, and wait until it lives.

        Raises:
            ChildNotMade: it could not be made; the text says why.
        """
        with self._lock:
            zygote = self._locked_zygote()
            self._children += 1
            child = Child(self._children)
        order = Fork(child.number, settings.memory, settings.spawn, plugins, script.of_main())
        zygote.make(child, order)
        if not child.made.wait(START):
            zygote.end()  # what it imports does not return
            self._unsafe = True
            child.refused(f"it did not come to life within {START:g} s")
        if child.refusal or child.exit is not None:
            if child.exit is not None and child.exit.reason == GONE:
                self._unsafe = True
            reason = child.refusal or said(child.exit)
            child.close()
            raise ChildNotMade(f"a child process could not be made: {reason}")
        return child

    def kill(self, child: Child, after: float = 0.0) -> None:
        """End a child with all that it has started, in ``after`` seconds."""
        self._say(Kill(child.number, after))

    def nudge(self, child: Child, signal: int) -> None:
        """Send a child a signal."""
        self._say(Nudge(child.number, signal))

    def drain(self, child: Child) -> None:
        """Wait until what a child has written until now has been handed on."""
        child.drained.clear()
        self._say(Drain(child.number))
        child.drained.wait(DRAIN)

    def forked(self) -> None:
        """Forget all, in a forked copy of the host: the children are the host's."""
        zygote, self._zygote, self._users = self._zygote, None, 0
        self._prepared = []
        if zygote is not None:
            zygote.forget()

    def _say(self, message: ToZygote) -> None:
        zygote = self._zygote
        if zygote is not None:
            zygote.say(message)

    def _locked_zygote(self) -> StartedZygote:
        if self._zygote is None or not self._zygote.is_alive:
            self._zygote = StartedZygote()
            for prepare in () if self._unsafe else self._prepared:
                self._zygote.say(prepare)
        return self._zygote


GONE: Final = "zygote"  # why a child has ended, if that is its zygote's end


def said(exited: ChildExited | None) -> str:
    """Say in words how a child has ended."""
    if exited is None:
        return "it has ended"
    if exited.reason == GONE:
        words = "the process that makes and watches it has died"
    elif exited.status < 0:
        words = f"it was killed by {signal_name(-exited.status)}"
    else:
        words = f"it ended with exit status {exited.status}"
    wrote = exited.tail.strip()
    return f"{words}; it wrote: {wrote}" if wrote else words


def signal_name(number: int) -> str:
    """Return the name of a signal."""
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class StartedZygote:
    """A zygote that was started by this process."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        with theirs:
            self._process = subprocess.Popen(
                command("zygote", {"control": theirs.fileno()}),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                start_new_session=True,
            )
        self._frames = Frames(ours)
        self._sending = threading.Lock()
        self._children: dict[int, Child] = {}
        self.is_alive = True
        threading.Thread(target=self._listen, name="chasqui-zygote", daemon=True).start()

    def make(self, child: Child, order: Fork) -> None:
        """Have a child made; `Child.made` is set in the end."""
        self._children[child.number] = child
        text = encode(order)
        passed = array.array("i", child.passed).tobytes()
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)]
        try:
            with self._sending:
                data = LENGTH.pack(len(text)) + text
                sent = self._frames.socket.sendmsg([data], rights)
                self._frames.socket.sendall(data[sent:])
        except OSError:
            self._lose(child)
        child.sent()
        if not self.is_alive:  # it may have ended before this child was listed
            self._lose(child)

    def say(self, message: ToZygote) -> None:
        """Send a message."""
        text = encode(message)
        try:
            with self._sending:
                self._frames.socket.sendall(LENGTH.pack(len(text)) + text)
        except OSError:
            return  # it is gone, which its own thread sees to

    def end(self) -> None:
        """Have it end with all its children, and wait for that."""
        self._shut()
        try:
            self._process.wait(START)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Close what a forked copy of the host has of it, or it would outlive the host."""
        self._process.returncode = 0  # it is not the copy's to reap
        self._frames.socket.close()
        self.is_alive = False

    def _shut(self) -> None:
        try:
            self._frames.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is gone already

    def _listen(self) -> None:
        """Take what it reports, until it is gone; then none of its children lives."""
        while (text := self._frames.receive()) is not None:
            message = from_zygote(text)
            child = self._children.get(message.child)
            if child is None:
                continue
            if isinstance(message, Forked):
                child.lives(message.pid)
            elif isinstance(message, ChildOutput):
                child.on_output(message.text)
            elif isinstance(message, Drained):
                child.drained.set()
            else:
                del self._children[message.child]
                if isinstance(message, Unborn):
                    child.refused(message.reason)
                else:
                    child.gone(message)
        self.is_alive = False
        self._shut()
        for child in list(self._children.values()):
            self._lose(child)
        self._process.wait()
        self._frames.socket.close()
        with self._errors as file:
            file.seek(0)
            wrote = file.read().decode(errors="replace")[-TAIL:].strip()
        if self._process.returncode:
            log.error("the process that makes children has ended: %s", wrote or "it wrote nothing")

    def _lose(self, child: Child) -> None:
        self._children.pop(child.number, None)
        child.gone(ChildExited(child.number, 1, 0.0, 0, GONE, ""))


LAUNCHER: Final = Launcher()
"""The launcher of this process."""
