"""The backends of this package pass the tests that every backend passes, and bad ones do not."""

from __future__ import annotations

import pytest

from chasqui.pool.backend import BackendCapabilities
from chasqui.pool.backends import BACKENDS
from chasqui.pool.threads import ThreadBackend
from chasqui.testing import backend_tests
from chasqui.testing.conformance import PARTS

TestThreads = backend_tests("threads")
# In place of a second: a slow machine can stand still for that long.
TestProcesses = backend_tests("processes", settings={"kill_after": 5})


class Boastful(ThreadBackend):
    """Threads that claim to measure what a task uses."""

    capabilities = BackendCapabilities(kills=False, shares_memory=True, measures_memory=True)


class Mute(ThreadBackend):
    """Threads that never say where they are."""

    def stack(self, worker):
        return ""


class Greedy(ThreadBackend):
    """Threads that take settings, and need one."""

    def __init__(self, setup):
        assert {"depth": 3} == dict(setup.settings)
        super().__init__(type(setup)(setup.pool, setup.start_thread))


def run(tests, sentence):
    """Run one of the tests of a backend, as pytest would."""
    tests.setup_class()
    try:
        suite = tests()
        suite.setup_method()
        try:
            getattr(suite, f"test_{sentence}")()
        finally:
            suite.teardown_method()
    finally:
        tests.teardown_class()


def test_a_backend_that_is_not_what_it_says_fails(monkeypatch):
    monkeypatch.setitem(BACKENDS, "boastful", Boastful)

    with pytest.raises(AssertionError):
        run(backend_tests("boastful"), "a_task_knows_what_it_has_used_if_that_is_measured")


@pytest.mark.slow
def test_a_backend_whose_stacks_are_empty_fails(monkeypatch, tmp_path):
    monkeypatch.setitem(BACKENDS, "mute", Mute)
    tests = backend_tests("mute")
    name = "test_the_stack_of_a_running_body_is_its_own_code"
    body = getattr(tests, name)
    setattr(tests, name, lambda suite: body(suite, tmp_path))

    with pytest.raises((AssertionError, IndexError)):
        run(tests, name.removeprefix("test_"))
    (tmp_path / "gate").touch()


def test_a_backend_is_tested_with_its_settings(monkeypatch):
    monkeypatch.setitem(BACKENDS, "greedy", Greedy)

    run(backend_tests("greedy", settings={"depth": 3}), "a_result_comes_back")


def test_no_sentence_of_one_part_replaces_that_of_another():
    parts = [
        {name for name in vars(part) if name.startswith("test_")}
        for part in backend_tests("threads").__bases__
    ]

    assert len(PARTS) == len(parts)
    assert sum(map(len, parts)) == len(set.union(*parts)) >= 60
