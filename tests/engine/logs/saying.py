"""Works that say what a test has them say, and what is kept of it."""

from __future__ import annotations

import logging

from chasqui import Context

WAIT = 10.0
lib = logging.getLogger("somebody.else")


class Says:
    """A work whose body is a function of its context."""

    id = ""

    def __init__(self, body, name="says"):
        self.body, self.name = body, name

    def execute(self, ctx: Context):
        return self.body(ctx)


def log_of(engine, body, **policy):
    """Run a body and return its log."""
    if engine.state == "new":
        engine.start()
    done = engine.submit(Says(body), **policy)
    assert done.wait(WAIT)
    return engine.task_log(done.number)


def texts(page):
    return [line.text for line in page.lines]
