"""A program that asks what became of its tasks: by number, by filter, as a row for an endpoint."""

from __future__ import annotations

import json
from typing import Any, assert_type

from chasqui import Context, Engine, Finished, Retention, Task, TaskHistory, task


@task(keep="result")
def add(a: int, b: int = 2) -> int:
    return a + b


@task(keep="none")
def ping() -> None: ...


@task
def fail(ctx: Context, why: str) -> None:
    ctx.log.warning("about to fail: %s", why)
    raise ValueError(why)


def job(engine: Engine, number: int) -> dict[str, Any] | None:
    """Answer GET /jobs/NUMBER."""
    return engine.row(number)


def text_of(found: Task[Any] | Finished | None) -> str:
    if found is None:
        return "unknown"
    if isinstance(found, Finished):
        return f"{found.type} {found.state} after {found.ran or 0:.1f} s: {found.result}"
    return f"{found.type} {found.state} {dict(found.params)}"


def main() -> None:
    with Engine(workers=2, keep_history=Retention(keep=100)) as engine:
        for one in (add, ping, fail):
            engine.register(one)
        done = engine.call(add, 1)
        done.wait(10)
        failed = engine.call(fail, "no disk")
        failed.wait(10)
        engine.call(ping).wait(10)

        assert_type(done.params["a"], Any)
        assert dict(done.params) == {"a": 1} and done.type == "app.add"
        assert [line.text for line in failed.log] == ["about to fail: no disk"]
        row = job(engine, done.number)
        assert row is not None and row["result"] == 3 and json.dumps(row)
        assert text_of(engine.find(done.number)).endswith(": 3")
        assert text_of(engine.find(10**9)) == "unknown"

        history: TaskHistory = engine.history
        record = history.find(failed.number)
        assert_type(record, Finished | None)
        assert record is not None and record.error == "ValueError: no disk"
        assert [one.number for one in history.where(state="failed")] == [failed.number]
        assert [one.type for one in history] == ["app.fail", "app.add"]
        assert history.counts()["completed"] == 1
        assert history.window(0, 1)[0].number == failed.number


if __name__ == "__main__":
    main()
