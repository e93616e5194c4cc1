"""Every error of the packages reaches another process, and can be copied there and here."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import pkgutil
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator

import pytest

from chasqui import (
    BacklogFull,
    ChasquiError,
    ConfigError,
    InvalidParameters,
    PoolClosed,
    TimeLimit,
    UnknownPool,
    UnknownType,
    WouldDeadlock,
)
from chasqui.errors import TryLater
from chasqui.pickling import ErrorSummary

PACKAGES = ("chasqui", "chasqui_files", "chasqui_http", "chasqui_shell", "chasqui_hello")
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def _walk(name: str) -> Iterator[str]:
    """Give the names of a package's modules."""
    package = importlib.import_module(name)
    yield name
    for found in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{name}."):
        if not found.name.endswith("__main__"):
            yield found.name


AWKWARD = "chasqui.testing.conformance."


def error_classes() -> list[type[BaseException]]:
    """Find every class of errors that is defined in one of the packages.

    Those that the tests of backends raise are left out: some are meant to be as bad as can be.
    """
    found: dict[type[BaseException], None] = {}
    for package in PACKAGES:
        for name in (one for one in _walk(package) if not one.startswith(AWKWARD)):
            for one in vars(importlib.import_module(name)).values():
                if not (inspect.isclass(one) and issubclass(one, BaseException)):
                    continue
                if one.__module__.partition(".")[0] in PACKAGES:
                    found[one] = None
    return list(found)


class Custom(ChasquiError):
    """As users derive their own: its __init__ takes what its args do not hold."""

    __slots__ = ("slot",)

    def __init__(self, number: int, *, handle: object) -> None:
        super().__init__(f"number {number} failed")
        self.number, self.handle, self.slot = number, handle, f"slot {number}"


class Missing(ChasquiError, FileNotFoundError):
    """Of two families."""


class Frozen(ChasquiError):
    """Refuses to be changed."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} cannot be set")


class Several(ChasquiError, ExceptionGroup[Exception]):
    """A group of errors."""


class Unreadable(Exception):
    """Can be pickled, and not unpickled, as many errors with an __init__ of their own."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


class Numbered:
    """Stands for the handle of a task."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.lock = threading.Lock()  # which cannot be pickled


def examples() -> list[ChasquiError]:
    return [
        BacklogFull("task queue is full"),
        PoolClosed("closed", [Numbered(1)], Numbered(2)),
        WouldDeadlock("it would", [Numbered(3)]),
        TimeLimit(0.5),
        TryLater(3),
        UnknownType("a.b", ["a.c"]),
        UnknownPool("p", ["q"]),
        InvalidParameters("a.b", {"width": "is required"}),
        ConfigError(["one", "two"]),
        Custom(7, handle=threading.Lock()),
    ]


@pytest.mark.parametrize("kind", error_classes(), ids=lambda kind: kind.__qualname__)
def test_every_class_of_errors_can_be_pickled_with_its_text_its_attributes_and_its_notes(kind):
    error = kind.__new__(kind)
    error.args = ("what happened",)  # an OSError with an __init__ takes them there
    error.detail = [1, "two"]
    error.add_note("a note")

    for protocol in PROTOCOLS:
        there = pickle.loads(pickle.dumps(error, protocol))

        assert (kind, ("what happened",)) == (type(there), there.args)
        assert ([1, "two"], ["a note"]) == (there.detail, there.__notes__)


@pytest.mark.parametrize("error", examples(), ids=lambda error: type(error).__name__)
def test_an_error_as_it_is_raised_is_pickled_and_copied_with_its_text_and_attributes(error):
    for protocol in PROTOCOLS:
        there = pickle.loads(pickle.dumps(error, protocol))

        assert (type(error), str(error)) == (type(there), str(there))
        assert vars(error).keys() == vars(there).keys()
    for here in (copy.copy(error), copy.deepcopy(error)):
        assert (type(error), str(error)) == (type(here), str(here))
        assert vars(error) == vars(here)


def test_an_error_of_a_submission_takes_the_numbers_of_its_tasks_along():
    error = BacklogFull("full", [Numbered(4), Numbered(5)], Numbered(2))

    there = pickle.loads(pickle.dumps(error))

    assert ((4, 5), 2) == (there.accepted, there.batch)


def test_a_copy_keeps_the_tasks_themselves():
    error = BacklogFull("full", [Numbered(4)])

    assert error.accepted == copy.copy(error).accepted == copy.deepcopy(error).accepted


def test_what_cannot_be_pickled_goes_as_its_text():
    error = Custom(7, handle=[threading.Lock(), 3])

    there = pickle.loads(pickle.dumps(error))

    assert (7, "slot 7", 3) == (there.number, there.slot, there.handle[1])
    assert "lock" in there.handle[0]


def test_an_attribute_that_can_be_written_and_not_read_goes_as_its_text():
    error = Custom(7, handle=Unreadable(1, 2))

    there = pickle.loads(pickle.dumps(error))

    assert isinstance(there.handle, ErrorSummary)
    assert "Unreadable: 1 and 2" == str(there.handle)


def test_a_deep_copy_does_not_share_what_can_be_copied():
    handle: list[int] = []
    error = Custom(7, handle=handle)

    twin = copy.deepcopy(error)
    assert isinstance(twin.handle, list)
    twin.handle.append(1)
    twin.add_note("only here")

    assert ([], False) == (error.handle, hasattr(error, "__notes__"))
    assert "slot 7" == twin.slot


def test_a_copy_has_notes_of_its_own_and_the_same_traceback():
    try:
        raise ChasquiError("broken")
    except ChasquiError as raised:
        error = raised
    error.add_note("first")

    twin = copy.copy(error)
    twin.add_note("second")

    assert ["first"] == error.__notes__
    assert error.__traceback__ is twin.__traceback__


def test_the_cause_travels_and_one_that_cannot_is_told_by_its_class_and_text():
    error, other = ChasquiError("broken"), ChasquiError("broken too")
    error.__cause__ = KeyError("host")
    other.__cause__ = Unreadable(1, 2)

    there, far = pickle.loads(pickle.dumps(error)), pickle.loads(pickle.dumps(other))

    assert "KeyError('host')" == repr(there.__cause__)
    assert "Unreadable: 1 and 2" in "".join(traceback.format_exception(far))


def test_an_error_that_is_its_own_cause_travels():
    error, other = ChasquiError("one"), ChasquiError("two")
    error.__cause__, other.__cause__ = other, error
    error.itself = error  # type: ignore[attr-defined]

    there = pickle.loads(pickle.dumps(error))

    assert ("one", "two") == (str(there), str(there.__cause__))
    assert "ChasquiError: one" == str(there.itself)


def test_a_long_chain_of_causes_is_cut_and_takes_no_time():
    error = ChasquiError("0")
    for number in range(1, 200):
        error, error.__cause__ = ChasquiError(str(number)), error

    there = pickle.loads(pickle.dumps(error))
    chain = []
    while there is not None:
        chain.append(str(there))
        there = there.__cause__

    assert ["199", "198", "197"] == chain[:3]
    assert "ChasquiError: 183" == chain[-1]


class Counting:
    """Counts how often it is pickled."""

    count = 0

    def __reduce__(self):
        Counting.count += 1
        return Counting, ()


def test_an_error_within_errors_is_pickled_once():
    error: ChasquiError = Custom(1, handle=Counting())
    for number in range(5):
        error, error.__cause__ = ChasquiError(str(number)), error

    pickle.dumps(error)

    assert 1 == Counting.count


def test_an_error_that_is_an_oserror_too_keeps_its_number_and_its_file():
    error = Missing(2, "No such file", "a.txt")

    for there in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (2, "a.txt", str(error)) == (there.errno, there.filename, str(there))


def test_a_group_of_errors_travels_though_one_of_them_cannot():
    error = Several("some failed", [ValueError("one"), Unreadable(1, 2)])

    there = pickle.loads(pickle.dumps(error))

    assert ["ValueError", "ErrorSummary"] == [type(one).__name__ for one in there.exceptions]


def test_an_error_that_refuses_to_be_changed_travels():
    error = Frozen("cold")

    for there in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (Frozen, "cold") == (type(there), str(there))


PROGRAM = """
import concurrent.futures, multiprocessing
from chasqui import InvalidParameters

def child():
    raise InvalidParameters("app.add", {"a": "is required"})

def raised(result):
    try:
        result()
    except InvalidParameters as error:
        return f"{error} {error.problems}"

if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(1) as pool:
        print(raised(lambda: pool.apply_async(child).get(timeout=30)))
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as executor:
        print(raised(lambda: executor.submit(child).result(timeout=30)))
"""


def test_an_error_raised_in_another_process_is_raised_here(tmp_path):
    # A program of its own: a process that has spawned others keeps one to look after them.
    (tmp_path / "main.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert ["app.add: a is required {'a': 'is required'}"] * 2 == done.stdout.splitlines()
