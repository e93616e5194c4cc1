"""What an engine cannot be asked for is refused where it is asked, in words, and all at once."""

from __future__ import annotations

from typing import Any

import pytest

from chasqui import Dispatcher, Engine, InvalidParameters, PoolConfig, UnknownType, task

WAIT = 10.0


class Job:
    id = name = "job"

    def execute(self, ctx):
        return "done"


class Rows(Job):
    def execute(self, ctx):
        yield 1


@task
def add(a: int, b: int = 0) -> int:
    return a + b


@task
def nothing() -> None: ...


@pytest.fixture
def engine():
    engine = Engine(1, 10)
    engine.register(add)
    engine.register(nothing)
    yield engine
    engine.shutdown(WAIT)


WRONG = {
    "a function": (
        print,
        "print is a function, not a task type or a Work: engine.pool.call(",
    ),
    "a number": (3, "a task type, its name or a work is needed, got 3"),
    "nothing": (None, "a task type, its name or a work is needed, got None"),
    "a class": (Job, "Job is a class, not a Work: submit an instance, such as Job()"),
    "a generator function": (Rows(), "is a generator function, whose body would never run"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize(
    "door",
    [
        Engine.submit,
        Engine.try_submit,
        lambda engine, wrong: engine.batch([wrong]),
    ],
    ids=["submit", "try_submit", "batch"],
)
def test_what_cannot_be_submitted_is_refused_and_told_what_it_is(engine, door, name):
    wrong, words = WRONG[name]

    with pytest.raises(TypeError) as refused:
        door(engine, wrong)

    assert words in str(refused.value)
    assert (0, ()) == (engine.metrics().accepted, engine.batches())


@pytest.mark.parametrize("wrong", [5, "text", [1], [("a", 1)], {1, 2}])
def test_parameters_that_are_no_mapping_are_refused(engine, wrong):
    with pytest.raises(TypeError, match="params must be a mapping of names, got "):
        engine.submit("app.add", wrong)
    with pytest.raises(TypeError, match=r"many\[0\]: params must be a mapping of names, got "):
        engine.submit_batch("app.add", [wrong])
    with pytest.raises(TypeError, match=r"entries\[0\]: params must be a mapping of names, got "):
        engine.batch([("app.add", wrong)])


@pytest.mark.parametrize("wrong", [{"a": 1}, "app.add", 5, None])
def test_many_that_are_no_list_are_refused_by_name(engine, wrong):
    with pytest.raises(TypeError, match="many must be a list, got "):
        engine.submit_batch("app.add", wrong)
    with pytest.raises(TypeError, match="entries must be a list, got "):
        engine.batch(wrong)


def test_of_many_all_with_wrong_parameters_are_named_and_nothing_is_accepted(engine):
    with pytest.raises(InvalidParameters) as wrong:
        engine.submit_batch("app.add", [{"a": 1}, {"a": "x"}, {"a": 2}, {"c": 3}])

    assert ["many[1]: a", "many[3]: a", "many[3]: c"] == list(wrong.value.problems)
    assert str(wrong.value).startswith(
        "app.add: many[1]: a must be a whole number, got 'x'; many[3]: a is "
    )
    assert 0 == engine.metrics().accepted


def test_of_a_batch_all_entries_that_are_wrong_are_named(engine):
    with pytest.raises(TypeError, match=r"entries\[0\]: .* got 3; entries\[2\]: .*print"):
        engine.batch([3, Job(), print])
    with pytest.raises(InvalidParameters) as wrong:
        engine.batch([("app.add", {}), Job(), ("app.nothing", {"x": 1})])

    assert ["entries[0]: a", "app.nothing: entries[2]: x"] == list(wrong.value.problems)


@pytest.mark.parametrize(
    ("word", "nearest"), [("tiemout", "timeout"), ("delya", "delay"), ("prioriti", "priority")]
)
def test_a_misspelt_option_is_told_the_nearest_and_all_there_are(engine, word, nearest):
    with pytest.raises(TypeError) as wrong:
        engine.submit("app.nothing", **{word: 1})

    assert f"no {word}=; did you mean {nearest}=? it takes timeout, delay, at, key, retry, " in str(
        wrong.value
    )


def test_try_submit_does_not_wait_and_says_so(engine):
    with pytest.raises(TypeError, match="try_submit has no timeout=, since it does not wait"):
        engine.try_submit("app.nothing", timeout=3)


@pytest.mark.parametrize("wrong", [print, "app.add", 3, None, Job()])
def test_what_is_no_task_type_cannot_be_registered(engine, wrong):
    with pytest.raises(TypeError, match="a task type is registered, got "):
        engine.register(wrong)


def test_an_unknown_type_is_told_the_nearest_or_those_there_are(engine):
    with pytest.raises(UnknownType, match=r"unknown task type 'app.ad'; did you mean app\.add\?"):
        engine.submit("app.ad")
    with pytest.raises(UnknownType, match=r"unknown task type 'zzz'; there are app\.add, app\.not"):
        engine.submit("zzz")


def test_an_engine_without_types_says_so():
    with pytest.raises(UnknownType) as unknown:
        raise UnknownType("app.add", [])

    assert "unknown task type 'app.add'; no type is registered" == str(unknown.value)


def test_of_very_many_types_the_first_are_listed():
    unknown = UnknownType("zzz", [f"app.t{number:02}" for number in range(30)])

    assert str(unknown).endswith("app.t07 and 22 more")


def test_a_dispatcher_over_an_engine_needs_a_type(engine):
    with pytest.raises(TypeError, match="needs type=, the name of the type of the tasks"):
        Dispatcher(engine)


def test_wrong_parameters_in_a_source_cost_those_beside_them_nothing(engine):
    engine.start()
    dispatcher = Dispatcher(engine, type="app.add", batch_size=4)
    dispatcher.start()
    dispatcher.process([{"a": 1}, {"a": "x"}, {"a": 2}, {"c": 3}])

    report = dispatcher.shutdown(WAIT)

    assert (2, ({"a": "x"}, {"c": 3})) == (report.accepted, report.left)
    assert [InvalidParameters] * 2 == [type(error) for error in report.errors]


def test_arguments_beside_a_type_are_refused_with_the_call_that_takes_them(engine):
    wrong: Any = 1

    with pytest.raises(TypeError, match=r"got 1; call\(add, \.\.\.\) takes arguments$"):
        engine.submit(add, wrong)


def test_a_misspelt_option_beside_a_work_is_not_taken_for_a_parameter(engine):
    wrong: Any = {"prioriti": 3}

    for what, said in (("app.add", True), (add, True), (add.work(1), False)):
        with pytest.raises(TypeError, match=r"did you mean priority=\?") as refused:
            engine.submit(what, **wrong)
        assert said is ("go into the mapping" in str(refused.value))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"journal": ""}, "journal must be a path, got ''; for no journal give None"),
        ({"name": ""}, "name must not be empty"),
        ({"pools": {"": PoolConfig()}}, "the name of a pool must not be empty"),
    ],
)
def test_an_empty_text_is_no_name_and_no_path(given, says):
    with pytest.raises(ValueError) as refused:
        Engine(1, **given)

    assert says == str(refused.value)
