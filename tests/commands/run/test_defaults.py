"""The table [run]: what a run does unless its arguments say otherwise."""

from __future__ import annotations

from argparse import Namespace

import pytest

from chasqui.cli import _parser
from chasqui.commands.run.defaults import take_defaults
from chasqui.engine.config.loading import read
from chasqui.engine.config.places import user_config


@pytest.fixture
def users():
    """Write the user's file, and return the config."""

    def users(text):
        file = user_config()
        file.parent.mkdir(parents=True)
        file.write_text(text)
        return read(None, file)[0]

    return users


def given(*words):
    args: Namespace = _parser(["run"]).parse_known_args(words)[0]
    return args


@pytest.fixture
def taken(tmp_path):
    """Return the arguments of a run with what the project's and the user's file say."""

    def taken(*words, project="", users=""):
        file = user_config()
        file.parent.mkdir(parents=True)
        file.write_text(users)
        (tmp_path / "config.toml").write_text(f"[engine]\n{project}")
        config, problems = read(tmp_path / "config.toml", file)
        assert ([], ()) == (problems, config.ignored)
        args = given("run", "demo.sleep", *words)
        take_defaults(args, config)
        return args.workers, args.output

    return taken


MINE = "[run]\nworkers = '50%'\noutput = 'text'\n"


def test_what_no_one_says_is_built_in(taken):
    assert (None, "rows") == taken()


def test_a_users_file_says_it(taken):
    assert ("50%", "text") == taken(users=MINE)


def test_the_project_counts_more_and_the_arguments_most(taken):
    project = "[run]\nworkers = 3\n"

    assert ("3", "text") == taken(users=MINE, project=project)


def test_the_arguments_count_most(taken):
    words = ("--workers", "2", "--output", "rows")

    assert ("2", "rows") == taken(*words, users=MINE, project="[run]\nworkers = 3\n")


@pytest.mark.parametrize(
    ("project", "workers"),
    [
        ("[pools.default]\nworkers = 3\n", None),
        ("[pools.default]\nqueue_size = 3\n", "50%"),
        ("[pools.default]\nworkers = 3\n[run]\nworkers = '+2'\n", "+2"),
    ],
)
def test_the_pools_of_the_project_count_more_than_a_users_workers(taken, project, workers):
    assert (workers, "text") == taken(users=MINE, project=project)


def test_what_does_not_go_with_the_arguments_is_left_out(taken):
    assert ("50%", None) == taken("--journal", "j", users=MINE)


def test_a_users_file_says_what_a_terminal_shows_meanwhile(users):
    config = users("[run]\nprogress = 'bar'\n")
    args, other = given("run", "demo.sleep"), given("run", "demo.sleep", "--progress", "no")
    take_defaults(args, config)
    take_defaults(other, config)

    assert ("bar", "no") == (args.progress, other.progress)


def test_a_users_file_says_whether_there_is_a_summary(taken):
    assert ("50%", "rows") == taken(users="[run]\nworkers = '50%'\nsummary = 'no'\n")


def test_workers_are_those_of_one_pool(taken):
    words = ("--jobs", "f")

    assert (None, "text") == taken(*words, users=MINE, project="[pools.cpu]\nqueue_size = 3\n")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("workers = 0", 'run.workers: must be a number from 1 to 10,000, or such as "50%" or "+2"'),
        ("workers = 'many'", "run.workers: must be a number from 1 to 10,000"),
        ("workers = '0%'", "run.workers: must be a number"),
        ("workers = 1.5", "run.workers: must be a number"),
        ("workers = true", "run.workers: must be a number"),
        ("output = 'xml'", "run.output: must be one of rows, text, csv, tsv"),
        ("worker = 1", "unknown key run.worker; did you mean run.workers?"),
    ],
)
def test_a_wrong_value_is_one_line_with_the_files_name(line, why):
    file = user_config()
    file.parent.mkdir(parents=True)
    file.write_text(f"[run]\n{line}\n")
    config, _ = read(None, file)

    (said,) = config.ignored
    assert said.startswith(f"{file}: {why}")


@pytest.mark.parametrize("text", ["1", "10000", "50%", "+0", "+2", "007"])
def test_what_workers_may_be_is_what_the_option_takes(text):
    from chasqui.commands.run.plan import workers

    file = user_config()
    file.parent.mkdir(parents=True)
    file.write_text(f"[run]\nworkers = '{text}'\n")
    config, _ = read(None, file)

    assert () == config.ignored
    assert 1 <= workers(str(config.run.workers)) <= 10_000
