"""The launcher: the host's end of the zygote. It has children made and signalled, and hears of
their ends.

A host has a single zygote, whatever pools and engines it has. It starts with the first pool of
processes and ends with the last, or with the host. If it dies, its children die with it, and the
next child starts another.
"""

from __future__ import annotations

import threading
from typing import Final

from msgspec import Raw

from chasqui.pool import forking
from chasqui.processes import script
from chasqui.processes.child import GONE, Child, said
from chasqui.processes.messages import AskToStop, Drain, Fork, Kill, Nudge, Prepare, ToZygote
from chasqui.processes.settings import ProcessSettings
from chasqui.processes.started_zygote import StartedZygote

DRAIN: Final = 1.0  # seconds for a zygote to answer
START: Final = 30.0  # seconds for a child to come to life, imports of the zygote included
NOT_MADE: Final = "a child process could not be made: "


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
            if prepare not in self._prepared:
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
        child = self._tried(settings, plugins)
        if child.exit is not None and child.exit.reason == GONE:
            child.close()
            child = self._tried(settings, plugins)  # by another zygote
        if child.refusal or child.exit is not None:
            reason = child.refusal or said(child.exit)
            child.close()
            raise ChildNotMade(NOT_MADE + reason)
        return child

    def _tried(self, settings: ProcessSettings, plugins: Raw) -> Child:
        try:
            with self._lock:
                if not self._users:  # its pool has come to its end meanwhile
                    raise ChildNotMade(NOT_MADE + "its pool is closed")
                zygote = self._locked_zygote()
                self._children += 1
                child = Child(self._children)
        except OSError as error:
            raise ChildNotMade(f"{NOT_MADE}{error.strerror or error}") from error
        order = Fork(child.number, settings.memory, settings.spawn, plugins, script.of_main())
        zygote.make(child, order)
        if not child.made.wait(START):
            zygote.end()  # what it imports does not return
            child.refused(f"it did not come to life within {START:g} s")
        if not child.pid and not zygote.is_alive and not zygote.is_proven:
            self._unsafe = True
        return child

    def ask_to_stop(self, child: Child) -> None:
        """Send a child the signal to stop, until it has ended."""
        self._say(AskToStop(child.number))

    def kill(self, child: Child, after: float = 0.0) -> None:
        """End a child with all that it has started, in ``after`` seconds."""
        self._say(Kill(child.number, after))

    def nudge(self, child: Child, signal: int) -> None:
        """Send a child a signal."""
        self._say(Nudge(child.number, signal))

    def drain(self, child: Child) -> None:
        """Wait until what a child has written until now has been handed on."""
        child.drained.clear()
        if not child.ended.is_set():
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


LAUNCHER: Final = Launcher()
"""The launcher of this process."""
