"""The roster of running commands, as another process reads it."""

from __future__ import annotations

import os
import subprocess

import pytest

from chasqui_shell.roster import LINE, LINES, Roster


@pytest.fixture(params=["in memory", "in a file"])
def roster(request, monkeypatch):
    if request.param == "in a file":
        monkeypatch.delattr(os, "memfd_create", raising=False)
    roster = Roster()
    yield roster
    roster.close()


def read(roster):
    """Return what another process reads, from the start."""
    done = subprocess.run(
        ["sh", "-c", 'while read -r a b c; do [ "$a" != + ] || echo "$b $c"; done <&1 >&2'],
        stdout=roster.fileno(),
        stderr=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    os.lseek(roster.fileno(), 0, os.SEEK_SET)  # the reader has shared the position
    return done.stderr.decode().splitlines()


def test_a_line_is_read_from_when_a_command_enters_it_until_it_leaves(roster):
    first, second = roster.reserve(), roster.reserve()
    assert [] == read(roster)

    roster.enter(second, 4_194_304, "0123456789abcdef")
    assert ["4194304 0123456789abcdef"] == read(roster)
    roster.enter(first, 7, "x")
    assert ["7 x", "4194304 0123456789abcdef"] == read(roster)
    roster.leave(second)
    assert ["7 x"] == read(roster)


def test_a_line_that_was_left_is_kept_for_another_command(roster):
    lines = [roster.reserve() for _ in range(LINES)]
    roster.enter(lines[3], 10_000_000, "old")

    roster.leave(lines[3])
    assert lines[3] == roster.reserve()
    roster.enter(lines[3], 5, "new")

    assert ["5 new"] == read(roster)


def test_there_is_a_line_for_each_of_any_number_of_commands(roster):
    lines = [roster.reserve() for _ in range(5 * LINES)]
    for line in lines:
        roster.enter(line, line + 1, f"mark{line}")

    assert len(set(lines)) == len(lines)
    assert [f"{line + 1} mark{line}" for line in sorted(lines)] == read(roster)


def test_what_does_not_fit_in_a_line_is_refused_and_changes_nothing(roster):
    line = roster.reserve()
    roster.enter(line, 1, "mark")

    with pytest.raises(ValueError, match="too long for a line"):
        roster.enter(line, 1, "m" * 19)

    assert ["1 mark"] == read(roster)


def test_a_line_says_nothing_while_it_is_written(roster):
    """The sign comes last: a process that is killed before it has named no wrong group."""
    stored = []

    class Recorded:
        def __init__(self, memory):
            self.memory = memory

        def __setitem__(self, at, what):
            stored.append(at)
            self.memory[at] = what

        def close(self):
            self.memory.close()

    line = roster.reserve()
    roster._memory = Recorded(roster._memory)
    roster.enter(line, 12345, "mark")
    roster.leave(line)

    at = line * LINE
    assert [slice(at + 1, at + LINE), at, at] == stored
