"""Hostile objects driven through an engine, and what must hold of it all the same.

What is wrong comes back in words: neither pytest nor Hypothesis must look at the objects.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from chasqui import Context, Engine, Retry, foreign, task
from chasqui.control.local import LocalPort
from chasqui.control.port import ViewQuery, Window
from tests.hostile.shapes import Lying

WAIT = 30.0
WINDOW = Window(offset=0, limit=10)
ALL = ViewQuery(
    workers=WINDOW, backlog=WINDOW, failures=WINDOW, groups=WINDOW, types=WINDOW, metrics=True
)
lib = logging.getLogger("hostile.library")
# What bodies log is heard as the records are made. Handlers are not Chasqui's: that of pytest
# raises where a line cannot be written, and the body would end with that.
lib.addFilter(lambda record: False)


class Rig:
    """An engine with one worker, whose tasks raise and return what they are told to."""

    def __init__(self) -> None:
        self._raised: dict[int, BaseException] = {}
        self._returned: dict[int, Any] = {}
        self._asked = 0
        # Texts of megabytes are kept in the tasks' own logs; a handler would only take its time.
        self._quiet = [logging.getLogger(name) for name in ("chasqui.task", "chasqui.engine")]
        for logger in self._quiet:
            logger.setLevel(logging.CRITICAL)
        self.engine = Engine(workers=1, queue_size=100)
        again = Retry(attempts=2, base=0.0, on=(BaseException,))

        @task(retry=again)
        def hostile(ctx: Context, number: int, given: Any, more: dict[str, Any]) -> Any:
            said, line, value = self._returned[number]
            ctx.log.warning("got %s and %d", line, given)
            lib.warning("got %s", line)
            ctx.progress(1, 2, said)
            if number in self._raised:
                raise self._raised[number]
            return value

        @task
        def waits() -> None:
            return None

        self.engine.register(hostile)
        self.engine.register(waits)
        self.port = LocalPort(self.engine)
        self.engine.start()

    def close(self) -> str:
        """End, and return the ledger."""
        for logger in self._quiet:
            logger.setLevel(logging.NOTSET)
        return str(self.engine.shutdown(WAIT))

    def wrong(
        self, make_error: Callable[[], BaseException] | None, makers: list[Callable[[], Any]]
    ) -> Iterator[str]:
        """Run a task with an error and five values, and say what went wrong.

        The values are two parameters, the words of a progress, an argument of log lines and what is
        returned.
        """
        self._asked += 1
        number = self._asked
        given, inner, *values = [make() for make in makers]
        value = values[-1]
        self._returned[number] = values
        error = None if make_error is None else make_error()
        if error is not None:
            self._raised[number] = error
        before = self.engine.metrics()
        total = self.engine.failures.total
        params = {"number": number, "given": given, "more": {"inner": inner}}
        self.engine.pause()
        # Not on the main thread, where a KeyboardInterrupt is a person's and goes through.
        key, found = Lying(f"key {number}"), []
        submitter = threading.Thread(
            target=lambda: found.append(self.engine.submit("app.hostile", params, key=key))
        )
        submitter.start()
        submitter.join()
        (accepted,) = found
        yield from self._looks(accepted.number, "waits")
        self.engine.resume()
        if not accepted.wait(WAIT):
            yield f"task {number} does not end: {accepted.state}"
            return
        yield from self._looks(accepted.number, "has ended")
        yield from self._ends(accepted, error, value, total)
        after = self.engine.metrics()
        if after.completed + after.failed != before.completed + before.failed + 1:
            yield "the counts are wrong"
        if after.accepted != after.queued + after.scheduled + after.running + after.processed:
            yield "the counts do not add up"
        if sum(pool.workers_lost for pool in self.engine.pools.values()):
            yield "a worker is lost"
        if not self.engine.task_log(accepted.number).lines:
            yield "no line is kept"
        del self._returned[number]
        self._raised.pop(number, None)

    def _ends(
        self, done: Any, error: BaseException | None, value: Any, total: int
    ) -> Iterator[str]:
        if error is None:
            if done.state != "completed" or done.result() is not value:
                yield f"{done.state} instead of completed: {foreign.repr_of(done.error)}"
            return
        if done.error is not error:
            yield f"{done.traceback} instead of {foreign.kind_of(error)}"
        if done.attempts != 2:
            yield f"{done.attempts} attempts"
        failure = self.engine.failures.find(done.number)
        if failure is None or self.engine.failures.total != total + 1:
            yield "the failure is not recorded"
        elif failure.given is None and not failure.kept_not:
            yield "why the parameters are not kept is not said"
        elif type(failure.traceback) is not str or type(failure.params) is not str:
            yield "the failure is not words"

    def _looks(self, number: int, when: str) -> Iterator[str]:
        try:
            snapshot, detail = self.port.snapshot(ALL), self.port.detail(number)
            msgspec.json.encode(snapshot)
            if detail is None:
                yield f"there is no detail of a task that {when}"
            else:
                msgspec.json.encode(detail)
        except BaseException as raised:
            yield f"a look at a task that {when} raises {foreign.text_of(raised)}"
