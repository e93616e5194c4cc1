"""`run --halt`: after which ends a run stops, and how."""

from __future__ import annotations

import json
import os

import pytest

from chasqui.commands.given import Usage
from chasqui.commands.run.halt import FIRST_FAILURE, HaltCount, rule_of, rules_of
from chasqui.commands.run.stop import RunStop
from tests.commands.running import Running

FAILS = b"".join(b'{"type": "demo.fail"}\n' for _ in range(300))


def stops_after(text: str, ends: str) -> int | None:
    """Return which end stops a run: each is a letter, f for failed, s for completed, c else."""
    rule = rule_of(text)
    count = HaltCount([] if rule is None else [rule])
    for number, end in enumerate(ends, 1):
        if count.ended(failed=end == "f", completed=end == "s"):
            return number
    return None


@pytest.mark.parametrize(
    ("text", "ends", "number"),
    [
        ("soon,fail=1", "sssf", 4),
        ("soon,fail=3", "fsfsff", 5),
        ("soon,success=2", "ffsfs", 5),
        ("now,done=3", "fsc", 3),
        ("soon,fail=2", "cccccf", None),
        ("never", "ffff", None),
    ],
)
def test_the_end_that_makes_the_number_full_stops_it(text, ends, number):
    assert number == stops_after(text, ends)


@pytest.mark.parametrize(
    ("text", "ends", "number"),
    [
        ("soon,fail=10%", "fff", 3),
        ("soon,fail=10%", "ff", None),
        ("soon,fail=50%", "ssssssffffff", 12),
        ("soon,fail=25%", "ssfssssssfsf", 12),
        ("soon,fail=26%", "ssfssssssfsf", None),
        ("soon,success=100%", "sss", 3),
        ("soon,success=100%", "fsssssss", None),
    ],
)
def test_a_share_is_of_what_has_ended_and_counts_from_the_third_on(text, ends, number):
    assert number == stops_after(text, ends)


@pytest.mark.parametrize(
    "text",
    [
        *("", "sometimes", "soon", "later,fail=1", "soon,fail", "soon,fail=-1", "now,fail=1.5"),
        *("soon,fail=0", "soon,fail=0%", "soon,fail=101%", "soon,done=5%", "soon,fail=1,now"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(text):
    with pytest.raises(Usage, match=r"^--halt [^\n]+$"):
        rule_of(text)


def test_the_options_for_failures_are_rules_too():
    many = rule_of("soon,fail=3")
    assert many is not None

    rules = rules_of(["never", "soon,fail=3"], "7", on_failure=True)

    assert (many, many._replace(limit=7, said="--max-failures 7"), FIRST_FAILURE) == rules
    assert () == rules_of([], None, on_failure=False)


def test_only_one_end_is_the_one_that_stops_it():
    count = HaltCount(rules_of(["soon,fail=1"], None, on_failure=True))

    assert [True, False] == [count.ended(failed=True, completed=False) for _ in range(2)]


def test_the_end_that_stops_it_holds_all_others_before_its_worker_goes_on():
    stop = RunStop(rules_of(["soon,fail=2"], None, on_failure=False))
    held: list[bool] = []
    stop._hold = lambda: held.append(True)

    counts = []
    for state in ("failed", "completed", "failed", "failed"):
        stop.ended(state)
        counts.append(len(held))
    os.close(stop.wake)
    os.close(stop._writer)

    assert [0, 0, 1, 1] == counts


@pytest.mark.slow
def test_no_task_starts_after_the_end_that_stops_it(chasqui, rows):
    done = chasqui("run", "--jobs", "-", "--halt", "soon,fail=7", "--workers", "1", input=FAILS)

    assert (1, 7) == (done.returncode, len(rows(done)))
    assert b"stopping, since 7 tasks have failed (--halt soon,fail=7)\n" in done.stderr


@pytest.mark.slow
def test_a_halt_now_asks_running_tasks_to_stop(tmp_path):
    run = Running(tmp_path, "--jobs", "-", "--halt", "now,fail=1", "--workers", "2")
    run.feed(b'{"type": "demo.sleep", "params": {"seconds": 3600}}\n{"type": "demo.fail"}\n')
    code, out, errors = run.end()

    assert ["cancelled", "failed"] == sorted(json.loads(row)["state"] for row in out.splitlines())
    assert (1, True) == (code, b"(--halt now,fail=1): 1 running task is asked" in errors), errors


def test_a_run_that_has_the_successes_it_was_to_have_ends_with_0(chasqui, rows):
    jobs = b'{"type": "demo.fail"}\n' + b'{"type": "hello.greet"}\n' * 5
    done = chasqui("run", "--jobs", "-", "--halt", "soon,success=2", "--workers", "1", input=jobs)

    assert ["failed", "completed", "completed"] == [row["state"] for row in rows(done)]
    assert 0 == done.returncode, done.stderr


@pytest.mark.parametrize(
    "words", [("--halt", "sometimes"), ("--max-failures", "0"), ("--max-failures", "few")]
)
def test_a_mistake_is_named_before_anything_runs(chasqui, words):
    done = chasqui("run", "hello.greet", *words)

    assert (2, b"", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
    assert words[0].encode() in done.stderr
