"""What a type checker refuses of calls and submissions of task types."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from chasqui import Context, Engine, Task, task


@task
def add(a: int, b: int = 2) -> int:
    return a + b


@task
def name_of(number: int) -> str:
    return str(number)


@task
def tick() -> None: ...


@task
def thumb(ctx: Context, path: Path, width: int = 256) -> str:
    return str(path)


@cache
def engine() -> Engine:
    made = Engine(workers=1)
    for one in (add, name_of, tick, thumb):
        made.register(one)
    return made


def engine_in_scope(workers: int = 1) -> Engine:
    made = Engine(workers=workers)
    made.register(add)
    return made


# Calls


def a_call_with_a_wrong_argument() -> None:
    """Raises InvalidParameters: a"""
    engine().call(add, "x")  # refused


def a_call_without_an_argument() -> None:
    """Raises InvalidParameters: a is required"""
    engine().call(add)  # refused


def a_call_with_a_misspelt_argument() -> None:
    """Raises InvalidParameters: c is not a parameter of this task type"""
    engine().call(add, 1, c=2)  # refused


def a_call_with_too_many_arguments() -> None:
    """Raises ValueError: app.add"""
    engine().call(add, 1, 2, 3)  # refused


def a_submission_with_a_wrong_argument() -> None:
    """Raises InvalidParameters: a"""
    with engine_in_scope():
        add.submit("x")  # refused


def a_submission_with_an_option() -> None:
    """Raises InvalidParameters: delay is not a parameter of this task type"""
    with engine_in_scope():
        add.submit(1, delay=3)  # refused


def a_call_by_name() -> None:
    """Raises TypeError: app.add"""
    engine().call("app.add", 1)  # refused


def a_call_of_a_function() -> None:
    """Raises TypeError: print"""
    engine().call(print, 1)  # refused


def a_call_with_an_option() -> None:
    """Raises InvalidParameters: delay is not a parameter of this task type"""
    engine().call(add, 1, delay=2)  # refused


def a_call_where_no_engine_is_in_scope() -> None:
    """Raises NoEngine: no engine is in scope for add.submit()"""
    add.submit(1)


def a_call_with_a_context() -> None:
    engine().call(thumb, Context, Path("a"))  # refused


def a_result_of_another_type() -> None:
    task: Task[str] = engine().call(add, 1)  # refused
    del task


def a_plain_call_without_its_context() -> None:
    thumb(Path("a"))  # refused


def a_plain_call_with_a_wrong_argument() -> None:
    add("a")  # refused


# Submissions


def a_misspelt_option() -> None:
    """Raises TypeError: a submission has no dealy=; did you mean delay=?"""
    engine().submit(add.work(1), dealy=3)  # refused


def a_misspelt_option_of_a_name() -> None:
    """Raises TypeError: a submission has no tiemout=; did you mean timeout=?"""
    engine().submit("app.tick", tiemout=3)  # refused


def a_work_with_a_wrong_parameter() -> None:
    """Raises InvalidParameters: a"""
    engine().submit(add.work("x"))  # refused


def a_work_with_a_misspelt_parameter() -> None:
    """Raises InvalidParameters: aa is not a parameter of this task type"""
    engine().submit(add.work(aa=1))  # refused


def parameters_beside_a_work() -> None:
    """Raises TypeError: params go with a task type or its name"""
    engine().submit(add.work(1), {"a": 1})  # refused


def a_list_of_parameters() -> None:
    """Raises TypeError: params must be a mapping of names, got [1]."""
    engine().submit("app.add", [1])  # refused


def a_text_as_priority() -> None:
    """Raises TypeError: priority must be a whole number, got '5'."""
    engine().submit("app.tick", priority="5")  # refused


def a_number_as_a_retry() -> None:
    """Raises TypeError: retry must be a Retry, such as Retry(), got 3."""
    engine().submit("app.tick", retry=3)  # refused


def a_number_as_a_key() -> None:
    """Raises TypeError: key must be a text, got 3."""
    engine().submit("app.tick", key=3)  # refused


def a_limit_of_a_submission() -> None:
    """Raises TypeError: concurrency can only be set for a type, in @task or the config."""
    engine().submit("app.tick", concurrency=3)  # refused


def a_timeout_of_try_submit() -> None:
    """Raises TypeError: try_submit has no timeout=, since it does not wait; use submit."""
    engine().try_submit(add.work(1), timeout=3)  # refused


# Many


def a_batch_of_numbers() -> None:
    """Raises TypeError: many[0]: params must be a mapping of names, got 1"""
    engine().submit_batch(add, [1])  # refused


def a_batch_of_functions() -> None:
    """Raises TypeError: nothing was accepted: entries[0]: print is a function"""
    engine().batch([print])  # refused


def a_batch_with_a_misspelt_option() -> None:
    """Raises TypeError: a submission has no tiemout=; did you mean timeout=?"""
    engine().batch([add.work(1)], tiemout=3)  # refused


def a_map_over_items_of_another_type() -> None:
    """Raises InvalidParameters: app.add"""
    engine().map(add, ["x"])  # refused


def a_map_over_paths() -> None:
    """Raises InvalidParameters: app.name_of"""
    engine().map(name_of, [Path("a")])  # refused


def a_map_of_a_type_that_takes_nothing() -> None:
    """Raises ValueError: app.tick"""
    engine().map(tick, [1])  # refused


def rows_of_another_type() -> None:
    """Raises InvalidParameters: app.add"""
    engine().batch_of(add, [("x", 1)])  # refused


def rows_that_are_too_long() -> None:
    """Raises ValueError: app.add"""
    engine().batch_of(add, [(1, 2, 3)])  # refused
