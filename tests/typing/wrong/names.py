"""Names that the package does not have, and arguments of an engine that it does not take."""

from __future__ import annotations

from datetime import date
from functools import cache

from chasqui import Engine, LogCapture, Secret, task


@task
def add(a: int, b: int = 1) -> int:
    return a + b


@cache
def engine() -> Engine:
    made = Engine(workers=1)
    made.register(add)
    return made


def a_misspelt_name() -> None:
    """Raises ImportError: cannot import name 'Pol' from 'chasqui'."""
    from chasqui import Pol  # refused

    del Pol


def a_misspelt_name_of_the_kit() -> None:
    """Raises ImportError: cannot import name 'Harnes' from 'chasqui.testing'."""
    from chasqui.testing import Harnes  # refused

    del Harnes


def a_misspelt_argument_of_an_engine() -> None:
    """Raises TypeError: Engine has no wokers=3; did you mean workers=?"""
    Engine(wokers=3)  # refused


def a_text_for_a_number() -> None:
    """Raises TypeError: workers must be a whole number, got 'many'."""
    Engine(workers="many")  # refused


def a_number_for_a_name() -> None:
    """Raises TypeError: name must be a text, got 3."""
    Engine(name=3)  # refused


def a_plugin_that_does_not_exist() -> None:
    """Raises ValueError: there is no plugin 'dmeo'; did you mean 'demo'?"""
    Engine(plugins=["dmeo"])


def a_text_for_plugins() -> None:
    """Raises TypeError: plugins must be True, False, or a list of names of plugins, got 'demo'."""
    Engine(plugins="demo")


def a_number_for_plugins() -> None:
    """Raises TypeError: plugins must be True, False, or a list of names of plugins, got 3."""
    Engine(plugins=3)  # refused


def a_policy_with_a_misspelt_key() -> None:
    """Raises ValueError: policies['app.add']: Retry has no attemps=3; did you mean attempts=?"""
    Engine(policies={"app.add": {"retry": {"attemps": 3}}})


def a_pool_that_is_no_config() -> None:
    """Raises TypeError: pools['slow'] must be a PoolConfig, got 3."""
    Engine(pools={"slow": 3})  # refused


def a_capture_of_a_level_that_does_not_exist() -> None:
    """Raises ValueError: level must be debug, info, warning or error, got 'warn'."""
    LogCapture(level="warn")  # refused


def a_flag_that_is_a_text() -> None:
    """Raises TypeError: prints must be True or False, got 'no'."""
    LogCapture(prints="no")  # refused


def a_function_that_is_registered() -> None:
    """Raises TypeError: a task type is registered, got <built-in function print>; decorate it."""
    engine().register(print)  # refused


def a_name_that_is_registered() -> None:
    """Raises TypeError: a task type is registered, got 'add'."""
    engine().register("add")  # refused


def a_function_that_is_submitted() -> None:
    """Raises TypeError: print is a function, not a task type or a Work: engine.pool.call(print,"""
    engine().submit(print)  # refused


def nothing_that_is_submitted() -> None:
    """Raises TypeError: a task type, its name or a work is needed, got None."""
    engine().submit(None)  # refused


def a_text_for_a_moment() -> None:
    """Raises TypeError: at must be a datetime, got '2026-13-01'."""
    engine().submit("app.add", {"a": 1}, at="2026-13-01")  # refused


def a_date_for_a_moment() -> None:
    """Raises TypeError: at must be a datetime, got datetime.date(2026, 1, 1)."""
    engine().submit("app.add", {"a": 1}, at=date(2026, 1, 1))  # refused


def a_text_for_parameters() -> None:
    """Raises TypeError: params must be a mapping of names, got 'a=1'."""
    engine().submit("app.add", "a=1")  # refused


def a_misspelt_type() -> None:
    """Raises UnknownType: unknown task type 'app.ad'; did you mean app.add?"""
    engine().submit("app.ad", {"a": 1})


def a_misspelt_parameter() -> None:
    """Raises InvalidParameters: app.add: aa is not a parameter of this task type"""
    engine().submit("app.add", {"a": 1, "aa": 2})


def a_schedule_that_has_no_such_word() -> None:
    """Raises ValueError: missed must be skip or once, got 'skp'."""
    engine().schedule("app.add", {"a": 1}, cron="* * * * *", missed="skp")  # refused


def a_schedule_without_a_cron() -> None:
    """Raises TypeError: cron"""
    engine().schedule("app.add", {"a": 1})  # refused


def a_text_as_the_number_of_a_task() -> None:
    """Raises TypeError: number must be a whole number, got '7'."""
    engine().find("7")  # refused


def a_secret_that_is_a_value() -> None:
    """Raises ValueError: must be a reference to a secret, env:NAME or file:PATH, not a value."""
    Secret[str]("hunter2")
