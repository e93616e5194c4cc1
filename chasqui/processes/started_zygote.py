"""A zygote as its host knows it: its process, its socket, and the thread that hears it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import threading
from typing import Final

from chasqui import loggers
from chasqui.pool.complaint import complain
from chasqui.processes.child import GONE, Child
from chasqui.processes.frames import Frames
from chasqui.processes.messages import (
    ChildExited,
    ChildOutput,
    Drained,
    Fork,
    Forked,
    Prepare,
    ToZygote,
    Unborn,
    encode,
    from_zygote,
)
from chasqui.processes.spawning import command

log = loggers.named("chasqui.processes")

END: Final = 30.0  # seconds for a zygote to end, imports included
TAIL: Final = 2000  # bytes of what a zygote has written that are shown


class StartedZygote:
    """A zygote that was started by this process."""

    def __init__(self) -> None:
        with contextlib.ExitStack() as undo:  # should it not start
            ours, theirs = socket.socketpair()
            undo.callback(ours.close)
            self._errors = undo.enter_context(tempfile.TemporaryFile())
            with theirs:
                self._process = subprocess.Popen(
                    command("zygote", {"control": theirs.fileno()}),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    start_new_session=True,
                )
            undo.pop_all()
        self._frames = Frames(ours)
        self._children: dict[int, Child] = {}
        self.is_alive = True
        self.is_proven = False
        """Whether it has made a child since it was last told what to import."""
        threading.Thread(target=self._listen, name="chasqui-zygote", daemon=True).start()

    def make(self, child: Child, order: Fork) -> None:
        """Have a child made; `Child.made` is set in the end."""
        self._children[child.number] = child
        try:
            self._frames.send(encode(order), child.passed)
        except OSError:
            self._lose(child)
        child.sent()
        if not self.is_alive:  # it may have ended before this child was listed
            self._lose(child)

    def say(self, message: ToZygote) -> None:
        """Send a message."""
        if isinstance(message, Prepare):
            self.is_proven = False
        try:
            self._frames.send(encode(message))
        except OSError:
            return  # it is gone, which its own thread sees to

    def end(self) -> None:
        """Have it end with all its children, and wait for that."""
        self._shut()
        try:
            self._process.wait(END)
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
                self.is_proven = True
                child.lives(message.pid)
            elif isinstance(message, ChildOutput):
                try:
                    child.on_output(message.text)
                except Exception as error:  # of what keeps lines: the children need this thread
                    complain(log, error, "output of process %d is lost", child.pid)
            elif isinstance(message, Drained):
                child.drained.set()
            else:
                self._children.pop(message.child, None)
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
