"""Completion of what a host knows: its types and parameters, its tasks, failures and pools."""

from __future__ import annotations

import pytest

from tests.commands.hosting import SLEEP, STATUS

PAINT = {
    "name": "app.paint",
    "plugin": "app",
    "help": "Paint.",
    "parameters": [
        {"name": "color", "kind": "choice", "required": True, "choices": ["red", "blue"]},
        {"name": "file", "kind": "path", "required": False, "default": "x"},
    ],
}
ROWS = {
    "failures": [{"number": 17, "type": "app.paint"}, {"number": 18, "type": "demo.sleep"}],
    "backlog": [{"number": 21, "type": "demo.sleep"}],
}


@pytest.fixture
def complete(chasqui, host):
    """Complete a line at its end, and return the words with their help."""
    host(
        types=lambda _: {"types": [SLEEP, PAINT]},
        status=lambda _: {**STATUS, "pools": {"default": {**POOL}, "cpu": {**POOL}}},
        rows=lambda args: {"rows": ROWS[args["what"]]},
    )

    def complete(*words: str) -> list[str]:
        done = chasqui("complete", "fish", "--", "chasqui-tui", *words)
        assert b"" == done.stderr
        lines: list[str] = done.stdout.decode().splitlines()
        return lines[4:]

    return complete


POOL = {
    "state": "running",
    "backend": "threads",
    "workers": 1,
    "busy": 0,
    "queue_size": 1,
    "queued": 0,
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["submit", "app."], ["app.paint\tPaint."]),
        (["pause", "demo."], ["demo.sleep\tSleep."]),
        (["submit", "app.paint", "c"], ["color=\t"]),
        (["submit", "app.paint", "color=b"], ["color=blue\t"]),
        (["submit", "app.paint", "--each", "f"], ["file\t"]),
        (["run", "--host", "app."], ["app.paint\tPaint."]),
        (["resize", "3", "--pool", "c"], ["cpu\t"]),
        (["retry", "17", "18"], ["18\tdemo.sleep"]),
        (["discard", ""], ["17\tapp.paint", "18\tdemo.sleep"]),
        (["cancel", "2"], ["21\tdemo.sleep"]),
        (["status", "--pane", "fa"], ["failures\t"]),
    ],
)
def test_what_the_host_knows_is_offered(complete, words, expected):
    assert expected == complete(*words)


@pytest.mark.slow
def test_a_run_of_its_own_asks_no_host(complete):
    assert [] == complete("run", "app.")
    assert ["demo.sleep\tSleep for a while, and stop when asked to."] == complete("run", "demo.s")


def test_without_a_host_nothing_is_offered_and_nothing_is_said(chasqui, runtime):
    done = chasqui("complete", "fish", "--", "chasqui-tui", "pause", "")

    assert (0, b"") == (done.returncode, done.stderr)
    assert 4 >= len(done.stdout.splitlines())
