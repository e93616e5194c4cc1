"""Limits, strikes and memories that do not exist."""

from __future__ import annotations

from functools import cache

from chasqui import Engine, task


@task(by="customer", concurrency=1)
def charge(customer: str, cents: int) -> int:
    return cents


@cache
def engine() -> Engine:
    made = Engine(workers=1)
    made.register(charge)
    return made


def a_memory_that_does_not_exist() -> None:
    """Raises InvalidTaskType: keep must be"""

    @task(keep="all")  # refused
    def work() -> None: ...

    del work


def a_parameter_that_is_a_number() -> None:
    """Raises InvalidTaskType: by must be"""

    @task(by=3, concurrency=1)  # refused
    def work(customer: str) -> None: ...

    del work


def a_parameter_that_does_not_exist() -> None:
    """Raises InvalidTaskType: custmer"""

    @task(by="custmer", concurrency=1)
    def work(customer: str) -> None: ...

    del work


def a_strike_of_nothing() -> None:
    """Raises TypeError: strike takes one parameter and its value"""
    engine().strike(charge)


def a_strike_of_a_misspelt_parameter() -> None:
    """Raises InvalidParameters: custmer is not a parameter of this task type"""
    engine().strike(charge, custmer="c7")


def a_debounce_without_a_key() -> None:
    """Raises ValueError: debounce= goes with key="""
    engine().submit(charge, {"customer": "c7"}, debounce=2)


def a_cooldown_that_is_misspelt() -> None:
    """Raises TypeError: did you mean cooldown="""
    engine().submit(charge, {"customer": "c7"}, key="c7", cooldwn=60)  # refused


def a_strike_of_a_type_that_does_not_exist() -> None:
    """Raises UnknownType: unknown task type 'app.chrge'; did you mean app.charge?"""
    engine().strike("app.chrge", customer="c7")


def a_limit_with_a_misspelt_argument() -> None:
    """Raises TypeError: Engine.limit has no concurency=3; did you mean concurrency=?"""
    engine().limit("app.charge", concurency=3)  # refused


def a_limit_of_a_text() -> None:
    """Raises TypeError: concurrency must be a whole number, got '3'"""
    engine().limit("app.charge", concurrency="3")  # refused


def a_limit_by_a_number() -> None:
    """Raises ValueError: by=3 is not a parameter of this task type; it takes customer, cents"""
    engine().limit("app.charge", by=3)  # refused


def a_number_of_a_task_that_is_a_text() -> None:
    """Raises TypeError: number must be a whole number, got '7'."""
    engine().row("7")  # refused


def a_field_that_does_not_exist() -> None:
    """Raises ValueError: stat=failed: no such field; the fields are"""
    engine().history.where(stat="failed")


def a_window_of_a_text() -> None:
    """Raises TypeError: limit must be a whole number, got 'all'."""
    engine().history.window(0, "all")  # refused
