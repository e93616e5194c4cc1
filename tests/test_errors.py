"""Every public error: what it also is, what it carries, and that the manual describes it."""

from __future__ import annotations

import copy
import inspect
import pickle
import random
import re
from pathlib import Path

import pytest

import chasqui
from chasqui import (
    AlreadyHosted,
    BacklogFull,
    ChasquiError,
    Engine,
    Expired,
    InvalidParameters,
    InvalidTaskType,
    NeverRan,
    Pool,
    PoolClosed,
    PoolExecutor,
    Retry,
    SocketUnusable,
    TimeLimit,
    UnknownPool,
    UnknownType,
    WaitTimeout,
    errors,
    task,
)
from chasqui.help import page

PUBLIC = [
    one
    for name, one in vars(errors).items()
    if inspect.isclass(one) and issubclass(one, ChasquiError) and not name.startswith("_")
]
ROW = re.compile(r"^\| `(\w+)` \| (none|`\w+`) \| (.*) \|$", re.MULTILINE)
FIELDS = re.compile(r"Fields: (.*?)\.")
DESCRIBED = {name: (also.strip("`"), text) for name, also, text in ROW.findall(page("errors"))}


def builtin_of(kind: type) -> str:
    """Return the name of the builtin error that a class is too, "none" for a plain one."""
    names = [one.__name__ for one in kind.__mro__ if one.__module__ == "builtins"]
    return "none" if names[0] == "Exception" else names[0]


def fields_of(kind: type) -> set[str]:
    """Return the names of the attributes that a class and its bases set."""
    found: set[str] = set()
    for one in kind.__mro__:
        init = vars(one).get("__init__")
        if one.__module__.startswith("chasqui.") and init is not None:
            found.update(re.findall(r"self\.(\w+) =", inspect.getsource(init)))
    return found


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.__name__)
def test_the_page_of_errors_has_every_error_with_its_builtin_and_its_fields(kind):
    also, text = DESCRIBED[kind.__name__]
    fields = FIELDS.search(text)

    assert builtin_of(kind) == also
    assert fields_of(kind) == set(re.findall(r"`(\w+)`", fields[1] if fields else ""))


def test_the_page_of_errors_describes_nothing_else():
    assert set(DESCRIBED) == {kind.__name__ for kind in PUBLIC}


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.__name__)
def test_every_error_can_be_imported_from_the_package(kind):
    assert kind is getattr(chasqui, kind.__name__)
    assert kind.__name__ in chasqui.__all__


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.__name__)
def test_the_base_of_all_comes_before_the_builtin(kind):
    before = kind.__mro__[: kind.__mro__.index(ChasquiError)]

    assert "builtins" not in [one.__module__ for one in before]


def test_an_unknown_name_is_a_key_error_that_reads_as_it_was_written():
    for error in (UnknownType("a.b", ["a.c"]), UnknownPool("p", ["q"])):
        assert isinstance(error, KeyError)
        for one in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
            assert str(one).startswith("unknown ")


class NoStock(ChasquiError, KeyError):
    """As a plugin may derive its own."""

    def __init__(self, article: str, wanted: int) -> None:
        super().__init__(f"{article}: {wanted} are not in stock")
        self.article, self.wanted = article, wanted


class Quoting(ChasquiError, KeyError):
    """Makes its own text."""

    def __str__(self) -> str:
        return "as I say"


def test_an_error_of_a_plugin_that_is_a_key_error_reads_as_it_was_written_and_travels():
    error = NoStock("tea", 3)

    for one in (error, copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert "tea: 3 are not in stock" == str(one)
        assert ("tea", 3) == (one.article, one.wanted)
    assert "as I say" == str(Quoting("otherwise"))


class Nothing:
    """Work that does nothing."""

    id = name = "nothing"

    def execute(self, ctx):
        pass


def test_a_full_backlog_says_which_pool_is_full_and_how_much_waits():
    pool = Pool(workers=1, queue_size=1, name="images")
    pool.submit(Nothing())

    with pytest.raises(BacklogFull) as caught:
        pool.try_submit(Nothing())

    there = pickle.loads(pickle.dumps(caught.value))
    assert ("images", 1) == (there.pool, there.waiting)
    pool.shutdown(timeout=0, drain=False)
    with pytest.raises(PoolClosed) as closed:
        pool.submit(Nothing())
    assert "images" == closed.value.pool


def test_a_result_that_does_not_come_in_time_is_an_error_of_chasqui_and_a_timeout():
    pool = Pool(workers=1)
    one = pool.submit(Nothing())
    future = PoolExecutor(pool).submit(print)

    for wait in (one.result, future.result, future.exception):
        with pytest.raises(WaitTimeout) as caught:
            wait(timeout=0.001)
        assert isinstance(caught.value, TimeoutError)
        assert isinstance(caught.value, ChasquiError)
        assert (0.001, 1) == (caught.value.timeout, caught.value.left)
    pool.shutdown(timeout=0, drain=False)


def test_results_of_a_batch_that_do_not_come_in_time_say_how_many_are_left():
    engine = Engine(workers=1)
    engine.register(double)
    batch = engine.batch([double.work(number=1), double.work(number=2)])

    with pytest.raises(WaitTimeout) as caught:
        batch.results(timeout=0)

    assert (0, 2) == (caught.value.timeout, caught.value.left)
    engine.shutdown(timeout=0, drain=False)


@task
def double(number: int) -> int:
    return 2 * number


def test_a_wrong_submission_is_the_builtin_that_it_resembles():
    engine = Engine(workers=1)
    engine.register(double)

    with pytest.raises(KeyError, match=r"unknown task type 'app\.duoble'"):
        engine.submit("app.duoble", {})
    with pytest.raises(ValueError, match=r"app\.double: number is required"):
        engine.submit("app.double", {})
    with pytest.raises(TypeError, match="int: it is a class"):
        task(int)
    engine.shutdown(timeout=0, drain=False)


@pytest.mark.parametrize("error", [TimeLimit(3), WaitTimeout("not yet")], ids=lambda one: str(one))
def test_a_retry_on_os_errors_does_not_mean_a_time_that_is_over(error):
    chance = random.Random(1)

    assert None is Retry(on=OSError).delay(1, error, chance)
    assert None is Retry(on=(OSError, KeyError)).delay(1, error, chance)
    for on in (type(error), TimeoutError, (OSError, TimeoutError), Exception):
        assert None is not Retry(on=on).delay(1, error, chance)
    assert None is not Retry(on=OSError).delay(1, ConnectionResetError(), chance)
    assert None is not Retry(on=OSError).delay(1, TimeoutError("of a socket"), chance)


def test_the_text_of_a_system_error_is_the_text_it_was_given():
    error = SocketUnusable(Path("/run/a.sock"), "it is in the way")

    for one in (error, copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert "/run/a.sock: it is in the way" == str(one)
        assert Path("/run/a.sock") == one.path


def test_an_error_is_caught_by_the_builtin_that_it_resembles():
    for error, builtin in (
        (AlreadyHosted("default", 7), RuntimeError),
        (Expired("too late"), TimeoutError),
        (InvalidParameters("a.b", {"c": "is required"}), ValueError),
        (InvalidTaskType("f: it is a class"), TypeError),
        (NeverRan("a.b returned a generator"), TypeError),
    ):
        with pytest.raises(builtin):
            raise error
