"""`run`: retries, how often tasks start, how many workers, and niceness."""

from __future__ import annotations

import os
from argparse import ArgumentParser

import pytest

from chasqui.commands.given import Usage
from chasqui.commands.processors import usable
from chasqui.commands.run import arguments, control
from chasqui.commands.run.control import Control
from chasqui.commands.run.plan import workers
from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.rules import Policy, from_table
from chasqui.pool.rate import Rate

USUAL = Policy(retry=Retry(attempts=5, base=7, jitter=0), time_limit=30)


def read(*words: str) -> Control:
    parser = ArgumentParser()
    control.configure(parser)
    return Control.of(parser.parse_args(words))


def policy(*words: str, said: dict[str, object] | None = None) -> Policy:
    """Return what holds for a type of the policy `USUAL` of which the config says something."""
    table = read(*words).over({"a.b": said or {}}, ["a.b"])["a.b"]
    return USUAL.under(from_table(table, USUAL))


def test_without_options_types_are_as_they_are():
    assert not read().policy


def test_retries_count_all_tries_and_leave_the_rest_as_the_type_says():
    assert Retry(attempts=2, base=7, jitter=0) == policy("--retries", "2").retry
    assert 30 == policy("--retries", "2").time_limit


@pytest.mark.parametrize(("text", "base"), [("0", 0), ("0.5", 0.5), ("1m", 60)])
def test_a_backoff_is_the_pause_before_the_second_try(text, base):
    found = policy("--retries", "4", "--backoff", text, said={"retry": {"jitter": 0.3}}).retry

    assert Retry(attempts=4, base=base, jitter=0.3) == found


def test_a_rate_takes_the_place_of_what_the_config_says():
    assert Rate(10) == policy("--rate", "10/s", said={"rate": "1/h"}).rate
    assert Rate(1, 2.5, 1) == policy("--start-delay", "2.5s").rate


@pytest.mark.parametrize(
    "words",
    [
        *(["--retries=0"], ["--retries=x"], ["--backoff=1"], ["--retries=2", "--backoff=-1"]),
        *(["--rate=0/s"], ["--rate=often"], ["--start-delay=0"], ["--rate=1/s", "--start-delay=1"]),
        *(["--nice=40"], ["--nice=-21"], ["--nice=kind"], ["--nice="]),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(words):
    with pytest.raises(Usage, match=r"^--[^\n]+$") as refused:
        read(*words)

    assert words[-1].partition("=")[0] in str(refused.value)


@pytest.mark.parametrize("option", ["nice", "priority", "workers", "backoff", "block", "retries"])
def test_a_negative_number_is_the_value_of_an_option(option):
    parser = ArgumentParser()
    arguments.configure(parser)
    args = parser.parse_args([f"--{option}", "-1", "-0"])

    assert ("-1", True) == (getattr(args, option), args.nul)


def test_a_negative_number_by_itself_is_no_argument(chasqui):
    done = chasqui("run", "-1", "--", "true")

    assert (2, b"chasqui-tui: unknown argument '-1'\n") == (done.returncode, done.stderr)


def test_workers_are_a_number_a_share_of_the_processors_or_more_than_these():
    assert [7, int(usable() * 3)] == [workers("7"), workers("300%")]
    assert (1, True) == (workers("1%"), workers("+2") >= usable() + 2)


@pytest.mark.parametrize("text", ["0", "0%", "-1", "%", "+", "1.5%", "++2", "+10000000", "many"])
def test_other_workers_are_refused(text):
    with pytest.raises(Usage, match="--workers must be"):
        workers(text)


def test_a_nice_run_has_nice_tasks(chasqui, rows, plugin):
    plugin(
        "nice",
        "import os, chasqui\n@chasqui.task\ndef now() -> int:\n"
        "    return os.getpriority(os.PRIO_PROCESS, 0)\n"
        "@chasqui.hookimpl\ndef chasqui_tasks():\n    return [now]\n",
    )
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    (row,) = rows(chasqui("run", "nice.now", "--nice", str(min(19, mine + 3))))

    assert min(19, mine + 3) == row["result"]


@pytest.mark.slow
def test_each_type_of_the_lines_is_retried(chasqui, rows):
    words = ("run", "--jobs", "-", "--retries", "2", "--backoff", "0")
    done = chasqui(*words, input=b'{"type": "demo.fail"}\n{"type": "hello.greet"}\n')

    assert {"demo.fail": 2, "hello.greet": 1} == {
        row["type"]: row["attempts"] for row in rows(done)
    }
