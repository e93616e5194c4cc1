"""Sends random requests to a host, and says what it did that it must not do."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections import Counter
from pathlib import Path
from typing import Any

from chasqui.control.wire.frames import REPLY_BYTES, FrameError, Splitter, framed
from chasqui.control.wire.verbs import VERBS
from tests.fuzz.requests import Input, Requests

ANSWER_SECONDS = 5.0  # for which a reply may take at the most
FORM = ("usage", "unknown_verb", "invalid")  # complaints about the form of a request
ENDING = ("drain", "shutdown")  # verbs after which there is nothing to try


class Ended(Exception):
    """The host ended the connection."""


class Raw:
    """A connection without any care: bytes out, replies in."""

    def __init__(self, path: Path, role: str) -> None:
        self._path, self._role = path, role
        self._open()

    def _open(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(ANSWER_SECONDS)
        self._connect()
        self._splitter, self._frames = Splitter(REPLY_BYTES), list[dict[str, Any]]()
        args = {"client": "fuzz", "role": self._role}
        self.send(framed(json.dumps({"id": 0, "verb": "hello", "args": args}).encode()))
        hello = self.reply(0)
        if hello.get("ok", {}).get("role") != self._role:
            raise Ended(f"hello was answered by {hello}")

    def _connect(self) -> None:
        until = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                self._socket.connect(str(self._path))
            except BlockingIOError:  # the accept queue is full
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def again(self) -> None:
        """Close it, and open another."""
        self._socket.close()
        self._open()

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes; an end by the host is found when a reply is read."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def reply(self, id: int | None) -> dict[str, Any]:
        """Return the last part of the reply with this number; raises Ended."""
        while True:
            part = self.part()
            if part.get("id") == id and not part.get("more"):
                return part

    def part(self) -> dict[str, Any]:
        """Return the next frame; raises Ended."""
        while not self._frames:
            try:
                data = self._socket.recv(1 << 18)
            except ConnectionResetError:
                raise Ended("reset") from None
            if not data:
                raise Ended("closed")
            try:
                self._frames += map(json.loads, self._splitter.feed(data))
            except (FrameError, ValueError) as error:
                raise Ended(f"it sent what is no frame: {error}") from None
        return self._frames.pop(0)


class Fuzz:
    """A run against one host, with types of the names in `requests.TYPES`.

    Args:
        path: the host's socket.
        seed: of the chance.
    """

    def __init__(self, path: Path, seed: int) -> None:
        self.reached: Counter[tuple[str, str]] = Counter()
        """How often each verb was answered how: ``ok``, or the kind of an error."""
        self.faults: list[str] = []
        self._acknowledged: set[int] = set()  # tasks, by number: an undone retry names them again
        self._requests = Requests(seed)
        self._operator, self._observer = Raw(path, "operate"), Raw(path, "observe")

    @property
    def accepted(self) -> int:
        """How many tasks were acknowledged."""
        return len(self._acknowledged)

    def run(self, count: int) -> None:
        """Send this many inputs, and leave."""
        for _ in range(count):
            try:
                self._try(self._requests.make())
            except (OSError, Ended) as error:
                self.faults.append(f"the host has gone: {error}")
                break
        self._operator.close()
        self._observer.close()

    def _try(self, one: Input) -> None:
        ends = one.verb in ENDING or b'"Shutdown"' in one.data
        side = self._observer if ends else self._operator
        try:
            side.send(one.data)
            if one.must == "close":
                self._expect_end(side, one)
                return
            # Of events the first part will do; a reply to noise may have no number.
            alone = one.verb in ("", "events")
            reply = side.part() if alone else side.reply(one.id)
        except Ended as error:
            self._fault(one, f"the connection ended: {error}")
            side.again()
            return
        except TimeoutError:
            self._fault(one, "there was no answer")
            side.again()
            return
        if one.verb in ("events", "hello"):
            side.again()  # the one goes on for ever, the other may have changed the role
        self._judge(one, reply, may_only_look=ends)

    def _expect_end(self, side: Raw, one: Input) -> None:
        try:
            for _ in range(3):
                side.part()
            self._fault(one, "the connection goes on")
        except Ended:
            pass
        except TimeoutError:
            self._fault(one, "the connection goes on")
        side.again()

    def _judge(self, one: Input, reply: dict[str, Any], *, may_only_look: bool) -> None:
        error = reply.get("error")
        kind = error["kind"] if error else "ok"
        self.reached[one.verb, kind] += 1
        complains = kind in FORM
        if kind == "ok" and one.verb == "submit":
            results = reply["ok"]["results"]
            self._acknowledged |= {one for one in results if isinstance(one, int)}
            complains = bool(results) and all(isinstance(one, dict) for one in results)
        if kind == "ok" and one.verb == "apply":
            self._acknowledged |= set(reply["ok"].get("made", ()))
            if b'"SubmitTasks"' in one.data:
                self._acknowledged |= set(reply["ok"].get("numbers", ()))
        if may_only_look and kind == "ok":
            self._fault(one, "was done for who may only look")
        elif kind in ("internal", "version"):
            self._fault(one, f"answered {error}")
        elif one.must == "refuse" and not complains and kind not in ("busy", "refused"):
            self._fault(one, f"was not refused: {str(reply)[:200]}")
        elif one.must == "answer" and kind in ("usage", "unknown_verb"):
            self._fault(one, f"was refused: {error}")

    def _fault(self, one: Input, what: str) -> None:
        self.faults.append(f"{one.verb or 'noise'} ({one.what}): {what}: {one.data[4:200]!r}")

    def unreached(self) -> list[str]:
        """List the verbs that were never answered as they should be."""
        good = {
            verb
            for verb, kind in self.reached
            if kind == "ok" or (verb in ENDING and kind == "refused")
        }
        return sorted(set(VERBS) - good)

    def table(self) -> str:
        """Return how often each verb was answered how."""
        lines = []
        for verb in ["", *VERBS]:
            kinds = {kind: often for (name, kind), often in self.reached.items() if name == verb}
            counts = ", ".join(f"{kind} {often:,}" for kind, often in sorted(kinds.items()))
            lines.append(f"{verb or 'noise':9} {counts}")
        return "\n".join(lines)
