"""What a type checker refuses of awaiting, and what would hang if it were not refused."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import cache
from typing import Any

import chasqui
from chasqui import Engine, Pool, Task, task


@task
def add(a: int, b: int = 2) -> int:
    return a + b


@cache
def engine() -> Engine:
    made = Engine(workers=1)
    made.register(add)
    return made


def run(body: Coroutine[Any, Any, object]) -> object:
    return asyncio.run(body)


def asyncio_wait() -> None:
    """Raises TypeError: give asyncio.wait({…}) what asyncio.ensure_future(task) returns"""

    async def main() -> None:
        await asyncio.wait({engine().call(add, 1)})  # refused

    run(main())


def asyncio_create_task() -> None:
    """Raises TypeError: a coroutine was expected, got"""

    async def main() -> None:
        await asyncio.create_task(engine().call(add, 1))  # refused

    run(main())


def a_result_of_another_type() -> None:
    async def main() -> str:
        return await engine().call(add, 1)  # refused

    run(main())


def a_text_as_a_timeout() -> None:
    """Raises TypeError: timeout must be a number of seconds, got 'soon'."""

    async def main() -> None:
        await engine().call(add, 1).wait_async(timeout="soon")  # refused

    run(main())


def a_plain_for_over_coroutines() -> None:
    for one in chasqui.as_completed([engine().call(add, 1)]):
        text: str = one.result()  # refused
        del text


def what_is_no_task() -> None:
    """Raises TypeError: tasks[0]"""
    chasqui.wait([3])  # refused


def what_is_no_list() -> None:
    """Raises TypeError: tasks must be"""
    chasqui.as_completed(3)  # refused


def a_word_that_does_not_exist() -> None:
    """Raises ValueError: return_when"""
    chasqui.wait([], return_when="ALL")  # refused


def a_misspelt_option() -> None:
    """Raises TypeError: a submission has no tiemout=; did you mean timeout=?"""

    async def main() -> None:
        await engine().submit_async(add.work(1), tiemout=3)  # refused

    run(main())


def a_function_that_is_submitted() -> None:
    """Raises TypeError: print is a function, not a Work: pool.call(print, ...) runs it."""

    async def main() -> None:
        await Pool(workers=1).submit_async(print)  # refused

    run(main())


def a_task_of_another_type() -> None:
    def takes(task: Task[str]) -> None:
        del task

    takes(engine().call(add, 1))  # refused
