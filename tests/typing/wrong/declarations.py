"""What cannot be a task type is refused where it is declared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from chasqui import Context, task


@task
def add(a: int, b: int = 2) -> int:
    return a + b


def an_option_that_does_not_exist() -> None:
    """Raises TypeError: a task type has no tiemout=; it takes name, retry, time_limit"""
    task(tiemout=3)  # refused


def a_misspelt_policy() -> None:
    """Raises TypeError: a task type has no prioriti=; did you mean priority=?"""
    task(prioriti=3)  # refused


def a_retry_that_is_a_number() -> None:
    """Raises InvalidTaskType: retry must be a Retry, such as Retry(), got 3"""
    task(retry=3)(add.function)  # refused


def a_rate_that_cannot_be_read() -> None:
    """Raises InvalidTaskType: a rate is written as 10/s, 100/m or 10/s burst 20, got '10/x'"""
    task(rate="10/x")(add.function)


def a_name_that_is_no_word() -> None:
    """Raises InvalidTaskType: 'a-b' cannot name a task type; use letters, digits and _"""
    task(name="a-b")(add.function)


def a_number() -> None:
    """Raises InvalidTaskType: it is not a function; @task goes above a def"""
    task(3)  # refused


def a_task_type_of_a_task_type() -> None:
    """Raises InvalidTaskType: it is a task type already"""
    task(add)


def a_generator() -> None:
    """Raises InvalidTaskType: it is a generator function, whose body would never run"""

    @task
    def rows(count: int) -> Iterator[int]:
        yield count

    del rows


def a_lambda() -> None:
    """Raises InvalidTaskType: it is a lambda"""
    task(lambda: 1)


def a_partial() -> None:
    """Raises InvalidTaskType: it is a partial; write a function that calls it"""
    task(partial(int, "3"))


def a_class() -> None:
    """Raises InvalidTaskType: it is a class; write a function that makes an instance"""
    task(dict)


def a_builtin() -> None:
    """Raises InvalidTaskType: it is not written in Python; write a function that calls it"""
    task(print)


def a_method() -> None:
    """Raises Exception: method"""

    class Mailer:
        @task
        def send(self, to: str) -> str:
            return to

    del Mailer


def an_object_that_can_be_called() -> None:
    """Raises InvalidTaskType: it is"""

    class Sender:
        def __call__(self, to: str) -> str:
            return to

    task(Sender())


def any_number_of_arguments() -> None:
    """Raises InvalidTaskType: list"""

    @task
    def total(*numbers: int) -> int:
        return sum(numbers)

    del total


def any_keywords() -> None:
    """Raises InvalidTaskType: dict"""

    @task
    def total(**numbers: int) -> int:
        return sum(numbers.values())

    del total


def a_context_that_is_not_first() -> None:
    """Raises InvalidTaskType: parameter 'ctx' takes the context and is not the first; put it"""

    @task
    def resize(path: str, ctx: Context) -> str:
        return path

    del resize


def a_context_that_may_be_none() -> None:
    """Raises InvalidTaskType: ctx"""

    @task
    def resize(ctx: Context | None, path: str) -> str:
        return path

    del resize


def every_wrong_parameter() -> None:
    """Raises InvalidTaskType: 'a'"""

    @task
    def resize(a, *b: int, **c: int) -> str:  # refused
        return ""

    del resize
