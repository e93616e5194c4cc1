"""Fingerprints: which failures are of one kind."""

from __future__ import annotations

import gc
import importlib.util
import json
import weakref
from typing import Any

import pytest

from chasqui import Engine, task
from chasqui.engine.failures.fingerprint import KNOWN, Origins, fold
from tests.present import present

WAIT = 10.0


@pytest.mark.parametrize(
    ("message", "folded"),
    [
        ("item 17 of 20.5 is broken", "item … of … is broken"),
        ("img_0012.png", "img_….png"),
        ("at 0x7f3a, 9f86d081884c7d65", "at …, …"),
        ("task 7a1b8c9d-1234-4321-abcd-0123456789ab is gone", "task … is gone"),
        ("task aabbccdd-abcd-abcd-abcd-abcdefabcdef is gone", "task … is gone"),
        ("no 'key one' in \"a\" or `b`", "no … in … or …"),
        ("can't open it, isn't there", "can't open it, isn't there"),
        ("the clerk's lists' end", "the clerk's lists' end"),
        ("the facade is decaf", "the facade is decaf"),
        ("10:30:01 and 1,000", "… and …"),
        ("first line 1\nsecond line", "first line …"),
        (
            "no b'raw' in rb'a' of r'b', but nib's lists' end",
            "no … in … of …, but nib's lists' end",
        ),
        ("-5 and +7 of [-3, 4], 1e-05 to 2.5E+9", "… and … of […, …], … to …"),
        ("a-1 to range(3)-4", "a-… to range(…)-…"),
        ("x" * 300, "x" * 200),
        ("", ""),
    ],
)
def test_what_varies_in_a_message_is_folded(message, folded):
    assert folded == fold(message)


def test_a_long_message_is_folded_before_it_is_cut():
    """The cut would else come elsewhere, or in a quotation, depending on what varies."""
    tail = "tried all addresses of the resolver, " * 9
    assert 200 == len(fold(f"host 7: {tail}")) and fold(f"host 7: {tail}") == fold(
        f"host 777: {tail}"
    )
    assert "no file …: gone" == fold(f"no file '{'/sub' * 80}': gone")


@task
def broken(how: str = "here", number: int = 0) -> None:
    HOW[how](number)


def here(number):
    raise ValueError(f"number {number}")


def there(number):
    raise ValueError(f"number {number}")


def other(number):
    raise KeyError(f"number {number}")


def deep(number):
    if number:
        deep(number - 1)
    raise ValueError("at the bottom")


def bottomless(number):
    bottomless(number)


def chained(number):
    try:
        here(number)
    except ValueError:
        raise ValueError("number 1") from None


def in_the_library(number):
    json.loads("{" * (number + 1))


HOW = {one.__name__: one for one in (here, there, other, deep, bottomless, chained, in_the_library)}


@pytest.fixture
def failed():
    """Fail in a way, for each number, and return the groups."""

    def failed(*ways):
        with Engine(1) as engine:
            engine.register(broken)
            for how, number in ways:
                engine.submit("app.broken", {"how": how, "number": number})
            engine.shutdown(WAIT)
            return engine.failures.groups()

    return failed


def test_failures_from_one_place_are_of_one_kind_whatever_their_numbers(failed):
    (group,) = failed(*[("here", number) for number in range(5)])

    assert (5, "number …", "ValueError", "app.broken") == (
        group.count,
        group.message,
        group.exception,
        group.type,
    )
    assert "here in test_fingerprint.py < broken in test_fingerprint.py" == group.where


def test_failures_from_other_functions_or_of_other_classes_are_of_other_kinds(failed):
    assert 3 == len(failed(("here", 1), ("there", 1), ("other", 1)))


def test_a_function_that_calls_itself_is_one_place(failed):
    (group,) = failed(*[("deep", number) for number in (1, 5, 30)])

    assert "deep in test_fingerprint.py < broken in test_fingerprint.py" == group.where


def test_the_innermost_places_of_a_deep_recursion_count(failed):
    (group,) = failed(("bottomless", 1), ("bottomless", 2))

    assert ("RecursionError", "bottomless in test_fingerprint.py") == (group.exception, group.where)


def test_what_the_library_does_inside_does_not_count(failed):
    (group,) = failed(("in_the_library", 0), ("in_the_library", 3))

    assert "in_the_library in test_fingerprint.py < broken in test_fingerprint.py" == group.where


def test_a_chained_error_has_its_places_too(failed):
    (group,) = failed(("chained", 7))

    assert group.where.startswith("chained in test_fingerprint.py")
    assert "direct cause" not in group.example.traceback
    assert group.example.traceback.endswith("ValueError: number 1\n")


def test_the_frames_of_the_engine_inside_a_body_do_not_count():
    with Engine(1) as engine:

        @task
        def asks() -> None:
            engine.submit("app.nothing")

        engine.register(asks)
        engine.submit("app.asks")
        engine.shutdown(WAIT)
        (group,) = engine.failures.groups()

    assert ("UnknownType", True) == (
        group.exception,
        group.where.endswith("asks in test_fingerprint.py"),
    )
    assert " < " not in group.where


def test_an_installed_type_has_its_own_package_as_its_own(tmp_path):
    site = tmp_path / "site-packages"
    code = "def fail():\n    helping.help()\n"
    helping = "def help():\n    lib.inner(helper)\n\ndef helper():\n    raise OSError('no')\n"
    lib = "def inner(back):\n    back()\n"
    for path, text in (("kind/code", code), ("kind/helping", helping), ("lib/lib", lib)):
        file = site / f"{path}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    modules: dict[str, Any] = {}
    for path in ("kind/code", "kind/helping", "lib/lib"):
        spec = present(importlib.util.spec_from_file_location(path[-4:], site / f"{path}.py"))
        modules[path] = importlib.util.module_from_spec(spec)
        present(spec.loader).exec_module(modules[path])
    modules["kind/code"].helping = modules["kind/helping"]
    modules["kind/helping"].lib = modules["lib/lib"]

    with Engine(1) as engine:
        engine.register(task(modules["kind/code"].fail))
        engine.submit("app.fail")
        engine.shutdown(WAIT)
        (group,) = engine.failures.groups()

    assert "helper in helping.py < help in helping.py < fail in code.py" == group.where


def test_where_nothing_is_own_the_innermost_places_count():
    with Engine(1, plugins=["demo"]) as engine:
        engine.submit("demo.fail", {"message": "no"})
        engine.shutdown(WAIT)
        (group,) = engine.failures.groups()

    assert "fail in demo.py" == group.where


def test_an_identity_is_the_same_in_every_process():
    origin = Origins().of("app.x", ValueError, ())

    assert "g-e881942033" == origin.fingerprint("no …")
    assert origin.fingerprint("no …") != origin.fingerprint("yes …")


def test_code_that_is_made_anew_each_time_does_not_pile_up():
    origins = Origins()
    for _ in range(KNOWN + 5):
        code = compile("1 / 0", "<made>", "exec")
        origins.of("app.x", ZeroDivisionError, ((code, 0),))

    assert 5 == len(origins._known)


@pytest.mark.slow
def test_an_origin_does_not_keep_code_alive():
    code = compile("1 / 0", "made.py", "exec")
    alive = weakref.ref(code)
    origins = Origins()
    origin = origins.of("app.x", ZeroDivisionError, ((code, 0),))

    del code, origins
    gc.collect()

    assert alive() is None
    assert "<module> in made.py" == origin.where
