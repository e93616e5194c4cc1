"""What a type checker refuses of pools and dispatchers; most of it is refused at run time too."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from chasqui import Breaker, Dispatcher, Engine, Pool, PoolConfig, Rate, Retention, Retry, task


class Job:
    id = name = "job"

    def execute(self, ctx: object) -> int:
        return 1


class Mute:
    id = name = "mute"


@task
def add(a: int, b: int = 1) -> int:
    return a + b


def length(text: str) -> int:
    return len(text)


async def fetch(url: str) -> str:
    return url


@cache
def pool() -> Pool:
    return Pool(workers=1)


def a_function() -> None:
    """Raises TypeError: print is a function, not a Work: pool.call(print, ...) runs it."""
    pool().submit(print)  # refused


def nothing() -> None:
    """Raises TypeError: a work is needed, an object with id, name and execute(ctx), got None."""
    pool().submit(None)  # refused


def a_class() -> None:
    """Raises TypeError: Job is a class, not a Work: submit an instance, such as Job()."""
    pool().submit(Job)  # refused


def a_class_for_one() -> None:
    """Raises TypeError: Mute is a class, not a Work."""
    pool().submit(Mute)  # refused


def no_execute() -> None:
    """Raises TypeError: a work is needed, an object with id, name and execute(ctx), got"""
    pool().submit(Mute())  # refused


def a_task_type() -> None:
    """Raises TypeError: got the task type add; submit add.work(...)."""
    pool().submit(add)  # refused


def a_lambda() -> None:
    """Raises TypeError: is a function, not a Work: pool.call(fn, ...) runs it."""
    pool().submit(lambda: 1)  # refused


def a_coroutine_function() -> None:
    """Raises TypeError: fetch is a coroutine function, not a Work: pool.call(fetch, ...)."""
    pool().submit(fetch)  # refused


def a_name() -> None:
    """Raises TypeError: a work is needed, an object with id, name and execute(ctx), got 'add'."""
    pool().submit("add")  # refused


def a_misspelt_option() -> None:
    """Raises TypeError: Pool.submit has no tiemout=3; did you mean timeout=?"""
    pool().submit(Job(), tiemout=3)  # refused


def a_text_as_priority() -> None:
    """Raises TypeError: priority must be a whole number, got '5'."""
    pool().submit(Job(), priority="5")  # refused


def a_text_as_timeout() -> None:
    """Raises TypeError: timeout must be a number of seconds, got '5'."""
    pool().submit(Job(), timeout="5")  # refused


def try_submit_with_a_timeout() -> None:
    """Raises TypeError: try_submit has no timeout=, since it does not wait; use submit."""
    pool().try_submit(Job(), timeout=3)  # refused


def one_work_as_a_batch() -> None:
    """Raises TypeError: works must be a list, got"""
    pool().submit_batch(Job())  # refused


def functions_as_a_batch() -> None:
    """Raises TypeError: nothing was accepted: works[0]: print is a function, not a Work."""
    pool().submit_batch([print])  # refused


def a_result_of_another_type() -> None:
    result: str = pool().call(length, "abc").result()  # refused
    del result


def a_call_with_a_wrong_argument() -> None:
    pool().call(length, 3)  # refused


def a_call_with_too_many_arguments() -> None:
    pool().call(length, "abc", 3)  # refused


def a_call_with_too_few_arguments() -> None:
    pool().call(length)  # refused


def a_call_with_a_misspelt_argument() -> None:
    pool().call(length, txet="abc")  # refused


def a_call_of_a_coroutine_is_no_coroutine() -> None:
    result: Callable[[], str] = pool().call(fetch, "a").result()  # refused
    del result


def a_call_of_nothing() -> None:
    """Raises TypeError: fn must be a function, got 3."""
    pool().call(3)  # refused


def a_map_over_items_of_another_type() -> None:
    pool().map(length, [1, 2])  # refused


def a_map_with_a_misspelt_option() -> None:
    """Raises TypeError: Pool.map has no tiemout=3; did you mean timeout=?"""
    pool().map(length, ["a"], tiemout=3)  # refused


def a_callback_that_cannot_be_called() -> None:
    """Raises TypeError: callback must be a function, got 3."""
    pool().submit(Job()).add_done_callback(3)  # refused


def a_text_as_a_timeout_of_result() -> None:
    """Raises TypeError: timeout must be a number of seconds, got '3'."""
    pool().submit(Job()).result(timeout="3")  # refused


def a_pool_with_a_misspelt_argument() -> None:
    """Raises TypeError: Pool has no wokers=3; did you mean workers=?"""
    Pool(wokers=3)  # refused


def a_pool_with_a_text_for_a_number() -> None:
    """Raises TypeError: workers must be a whole number, got '3'."""
    Pool(workers="3")  # refused


def a_pool_with_a_number_for_a_name() -> None:
    """Raises TypeError: name must be a text, got 3."""
    Pool(name=3)  # refused


def a_shutdown_with_a_text_for_a_flag() -> None:
    """Raises TypeError: drain must be True or False, got 'no'."""
    pool().shutdown(drain="no")  # refused


def a_limit_with_a_misspelt_argument() -> None:
    """Raises TypeError: Pool.limit has no concurency=3; did you mean concurrency=?"""
    pool().limit("a", concurency=3)  # refused


def a_dispatcher_over_an_engine_without_a_type() -> None:
    """Raises TypeError: needs type=, the name of the type of the tasks."""
    Dispatcher(Engine())  # refused


def a_dispatcher_over_a_pool_with_a_type() -> None:
    """Raises TypeError: takes works, which have no type: leave type='add' out."""
    Dispatcher(pool(), type="add")  # refused


def a_dispatcher_over_something_else() -> None:
    """Raises TypeError: target must be a pool or an engine, got 3."""
    Dispatcher(3)  # refused


def a_dispatcher_with_a_misspelt_argument() -> None:
    """Raises TypeError: Dispatcher has no bath_size=3; did you mean batch_size=?"""
    Dispatcher(pool(), bath_size=3)  # refused


def a_dispatcher_of_functions() -> None:
    """Raises TypeError: nothing was accepted: works[0]: print is a function, not a Work."""
    dispatcher = Dispatcher(pool())
    with dispatcher:
        dispatcher.dispatch_batch([print])  # refused


def a_dispatcher_that_reads_a_number() -> None:
    """Raises TypeError: source must be an iterable or a queue, got 3."""
    with Dispatcher(pool()) as dispatcher:
        dispatcher.process(3)  # refused


def a_dispatcher_of_works_over_an_engine() -> None:
    dispatcher = Dispatcher(Engine(), type=add)
    dispatcher.process([Job()])  # refused


def a_retry_with_a_misspelt_argument() -> None:
    """Raises TypeError: Retry has no attemps=3; did you mean attempts=?"""
    Retry(attemps=3)  # refused


def a_retry_on_a_text() -> None:
    """Raises ValueError: on must hold classes of errors, got 'ValueError'."""
    Retry(on="ValueError")  # refused


def a_retry_on_an_error_that_was_made() -> None:
    """Raises ValueError: on must hold classes of errors, got ValueError()."""
    Retry(on=ValueError())  # refused


def a_breaker_with_a_text() -> None:
    """Raises TypeError: failures must be a whole number, got '3'."""
    Breaker(failures="3")  # refused


def a_rate_with_a_text() -> None:
    """Raises TypeError: a rate's count must be a number, got '10/s'."""
    Rate("10/s")  # refused


def a_retention_with_a_misspelt_argument() -> None:
    """Raises TypeError: Retention has no keep_day=3; did you mean keep_days=?"""
    Retention(keep_day=3)  # refused


def a_pool_config_with_a_text() -> None:
    """Raises TypeError: workers must be a whole number, got 'many'."""
    PoolConfig(workers="many")  # refused
