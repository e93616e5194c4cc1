"""`chasqui-tui help`."""

from __future__ import annotations

import sys

import pytest

from chasqui.help import topics


def test_help_alone_lists_every_topic_with_its_title(chasqui):
    shown = chasqui("help").stdout.decode()

    for topic, title in topics().items():
        assert f"  {topic} " in shown
        assert title in shown


def test_help_shows_a_page_as_plain_text(chasqui):
    shown = chasqui("help", "exit-status").stdout.decode()

    assert shown.startswith("Exit statuses of every command\n====")
    assert "130     interrupted (Ctrl+C) with work left" in shown


def test_help_in_a_narrow_terminal_is_as_wide_as_the_terminal(terminal):
    screen = terminal(sys.executable, "-m", "chasqui", "help", "batches")
    screen.end()

    assert 80 >= max(map(len, screen.text.splitlines()))


def test_help_needs_no_working_config(chasqui, config):
    config("nonsense = 1\n")

    assert (0, b"") == (chasqui("help", "config").returncode, chasqui("help", "run").stderr)


@pytest.mark.parametrize(
    ("word", "pages"),
    [
        ("plugin", b"authors or config"),
        ("Plugins", b"authors or config"),
        ("settings", b"authors or config"),
        ("secrets", b"parameters or authors"),
        ("joblog", b"run"),
        (":::", b"run"),
        ("progress", b"run"),
        ("templates", b"run"),
        ("parallel", b"xargs"),
    ],
)
def test_a_word_without_a_page_of_its_own_names_the_pages_about_it(chasqui, word, pages):
    done = chasqui("help", word)

    assert (2, b"chasqui-tui: no help on '%s'; see %s\n" % (word.encode(), pages)) == (
        done.returncode,
        done.stderr,
    )


@pytest.mark.parametrize("command", ["run", "submit"])
def test_the_options_of_a_command_that_takes_lists_say_what_these_are(chasqui, command):
    said = b" ".join(chasqui(command, "--help").stdout.split())

    assert b"::: VALUE ... makes a task of each value, :::: FILE ... of each line of files" in said


def test_an_unknown_topic_names_the_nearest(chasqui):
    done = chasqui("help", "exit-statuses")

    assert 2 == done.returncode
    assert b"chasqui-tui: no help on 'exit-statuses'; did you mean exit-status?\n" == done.stderr
