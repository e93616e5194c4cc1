"""The zygote: the process that makes, signals and reaps the children of a host.

It is a single thread with everything imported that children need, so that a child is a copy that
has its first result after two milliseconds. Only it signals children and reaps them: a process
number is free for another process once it has been reaped, so a signal from elsewhere could hit a
stranger. When its host ends, in whatever way, its socket ends, and it kills what is left.
"""

from __future__ import annotations

import array
import errno
import gc
import os
import select
import signal
import socket
import time
from struct import Struct
from typing import Final, NoReturn

from msgspec import Raw

from chasqui.plugins.loader import PluginHost
from chasqui.plugins.recipe import made_from
from chasqui.processes import kernel, references, script, serving
from chasqui.processes.frames import LENGTH, Frames
from chasqui.processes.messages import (
    AskToStop,
    ChildOutput,
    Drain,
    Drained,
    Fork,
    Forked,
    FromZygote,
    Nudge,
    Prepare,
    Unborn,
    encode,
    to_zygote,
)
from chasqui.processes.offspring import Offspring, begin, end_all, forked
from chasqui.processes.spawning import spawned

LOOK: Final = 0.5  # seconds between two looks, in an import, whether the host is there
WATCH: Final = 0.05  # seconds between two looks at the memory of children that are bounded
BEHIND: Final = 5  # milliseconds for which children's output waits when its host is slow to take it
DESCRIPTORS: Final = 3  # that come along with a child
AT_ONCE: Final = 64 * 1024
FD: Final = Struct("i").size
CLOSED_ON_EXEC: Final = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


class Zygote:
    """The process that makes children, in its only thread."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._frames = Frames(control)
        self._read = b""
        self._passed: list[list[int]] = []
        self._children: dict[int, Offspring] = {}
        self._plugins: dict[bytes, PluginHost] = {}
        self._has_passed_on = False
        """Whether there may be output that the host has not taken yet."""
        self._woken, waker = os.pipe()
        for descriptor in (self._woken, waker):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)  # it ends with its host, and not before

    def run(self) -> None:
        """Serve the host until it is gone; then leave nothing behind."""
        poll, urgent = select.poll(), select.poll()
        for descriptor in (self._control.fileno(), self._woken):
            poll.register(descriptor, select.POLLIN)
            urgent.register(descriptor, select.POLLIN)  # what does not wait behind output
        watched: dict[int, Offspring] = {}
        while True:
            some_ended = False
            is_behind = self._has_passed_on and kernel.unsent(self._control.fileno()) > 0
            self._has_passed_on = is_behind
            for descriptor, _ in urgent.poll(BEHIND) if is_behind else poll.poll(self._patience()):
                if descriptor == self._control.fileno():
                    if not self._take():
                        return end_all([*self._children.values()])
                elif descriptor == self._woken:
                    some_ended = bool(os.read(self._woken, AT_ONCE))
                elif not self._pass_on(watched[descriptor]):
                    poll.unregister(descriptor)  # the end of it, unless it was drained meanwhile
                    del watched[descriptor]
            self._look(time.monotonic())
            for one in self._reaped() if some_ended else ():
                if watched.pop(one.output, None) is not None:
                    poll.unregister(one.output)
            for child in self._children.values():
                if child.output not in watched and not child.is_silent:
                    watched[child.output] = child
                    poll.register(child.output, select.POLLIN)

    def _patience(self) -> float | None:
        """Return for how many milliseconds there is nothing to do but what comes."""
        now, children = time.monotonic(), self._children.values()
        first = min((min(one.kill_at, one.ask_at) for one in children), default=float("inf"))
        if any(child.memory for child in children):
            first = min(first, now + WATCH)
        return None if first == float("inf") else max(0.0, first - now) * 1000

    def _look(self, now: float) -> None:
        for child in self._children.values():
            if child.kill_at <= now:
                child.end("asked", now)
            elif child.ask_at <= now:
                child.ask_to_stop(now)
            child.watch_memory(now)

    def _reaped(self) -> list[Offspring]:
        """Reap the children that have ended, and report them; and what they had left."""
        gone = []
        for child in list(self._children.values()):
            exited = child.reap()
            if exited is not None:
                del self._children[child.number]
                gone.append(child)
                self._say(exited)
        known = {child.process for child in self._children.values()}
        for process in kernel.children_of(os.getpid()):
            if process not in known:
                self._reap_stranger(process)
        return gone

    def _reap_stranger(self, process: int) -> None:
        """Reap what a descendant has left to this process, once it has ended."""
        try:
            os.waitpid(process, os.WNOHANG)
        except ChildProcessError:
            return

    def _pass_on(self, child: Offspring) -> bool:
        """Send on what a child has written; False if that is nothing."""
        try:
            text = os.read(child.output, AT_ONCE)
        except BlockingIOError:
            return False
        if not text:
            child.is_silent = True  # it has closed its standard streams
            return False
        child.wrote(text)
        self._has_passed_on = True
        self._say(ChildOutput(child.number, text.decode(errors="replace")))
        return True

    # What the host asks

    def _take(self) -> bool:
        """Take what has come from the host; False when it is gone."""
        try:
            data, ancillary, flags, _ = self._control.recvmsg(
                AT_ONCE, socket.CMSG_SPACE(DESCRIPTORS * FD), CLOSED_ON_EXEC
            )
        except OSError:
            return False
        for level, kind, passed in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                numbers = array.array("i")
                numbers.frombytes(passed[: len(passed) - len(passed) % FD])
                self._passed.append([*numbers])
        if flags & socket.MSG_CTRUNC and not ancillary:
            self._passed.append([])  # there was no room for a single one
        if not data:
            return False
        self._read += data
        while len(self._read) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._read)
            end = LENGTH.size + length
            if len(self._read) < end:
                break
            message, self._read = self._read[LENGTH.size : end], self._read[end:]
            self._obey(message)
        return True

    def _obey(self, text: bytes) -> None:
        message = to_zygote(text)
        if isinstance(message, Prepare):
            self._prepare(message)
        elif isinstance(message, Fork):
            self._fork(message)
        elif (child := self._children.get(message.child)) is not None:
            if isinstance(message, Drain):
                self._pass_on(child)  # a single read takes all that a pipe holds
                self._say(Drained(child.number))
            elif isinstance(message, AskToStop):
                child.ask_to_stop(time.monotonic())
            elif isinstance(message, Nudge):
                child.nudge(message.signal)
            else:
                child.kill_at = min(child.kill_at, time.monotonic() + message.after)

    def _prepare(self, message: Prepare) -> None:
        """Import what children will need. What fails here fails again in a child, which says so."""
        signal.signal(signal.SIGALRM, self._end_with_host)  # an import may not return
        signal.setitimer(signal.ITIMER_REAL, LOOK, LOOK)
        try:
            if any(one.startswith(references.SCRIPT) for one in message.wanted):
                script.load(script.Script(*message.main))
            plugins = self._host(message.plugins)
            for one in message.wanted:
                references.resolve(one, plugins)
        except Exception:
            return
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        gc.collect()
        gc.freeze()  # what is here now stays, and its pages are shared by all children

    def _end_with_host(self, *_: object) -> None:
        """End in the middle of an import if the host is gone."""
        poll = select.poll()
        poll.register(self._control, 0)  # an end is reported always
        if poll.poll(0):
            end_all([*self._children.values()])
            os._exit(0)

    def _fork(self, message: Fork) -> None:
        passed, read, write = self._passed.pop(0), -1, -1
        try:
            if len(passed) < DESCRIPTORS:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            read, write = os.pipe()
            os.set_blocking(read, False)
            if message.spawns or kernel.threads_here() > 1:
                process = spawned(message, passed, write)
            else:
                zygote = os.getpid()
                process = forked(passed, write, lambda: self._be(message, zygote, *passed))
        except Exception as error:
            if read >= 0:
                os.close(read)
            why = error.strerror if isinstance(error, OSError) else None
            self._say(Unborn(message.child, why or f"{error}"))
            return
        finally:
            for descriptor in (write, *passed):
                if descriptor >= 0:
                    os.close(descriptor)
        self._children[message.child] = Offspring(message, process, read)
        self._say(Forked(message.child, process))

    def _be(self, message: Fork, zygote: int, stream: int, page: int, dump: int) -> NoReturn:
        """Be the child."""
        signal.set_wakeup_fd(-1)
        for ordinary in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ordinary, signal.SIG_DFL)
        begin(message.memory, zygote)
        plugins = self._host(message.plugins)
        serving.live(stream, page, dump, plugins, script.Script(*message.main))

    def _host(self, recipe: Raw) -> PluginHost | None:
        key = bytes(recipe)
        if key not in self._plugins:
            made = made_from(key)
            if made is None:
                return None
            self._plugins[key] = made
        return self._plugins[key]

    def _say(self, message: FromZygote) -> None:
        try:
            self._frames.send(encode(message))
        except OSError:
            return  # the host is gone, which the next look at its socket says


def main(descriptor: int) -> None:
    """Be the zygote of the host at the other end of a socket."""
    kernel.adopt_orphans()
    Zygote(socket.socket(fileno=descriptor)).run()
