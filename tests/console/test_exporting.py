"""Exporting the listed failures to a file."""

from __future__ import annotations

import json

import pytest

from chasqui.console.export_file import ExportFile
from chasqui.control.port import Capabilities, Chosen, CommandOutcome, CountFailures, ReadFailures
from chasqui.control.safe_text import SafeText
from tests.console.rows import changes, counted, flaky, kind, port_with


def read(*numbers, more=0):
    lines = tuple(json.dumps({"number": number}) for number in numbers)
    return CommandOutcome(ok=True, numbers=numbers, lines=lines, more=more)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state" / "chasqui" / "exported"


def exported(folder):
    """Return the numbers in each file."""
    return {
        file.name: [json.loads(line)["number"] for line in file.read_text().splitlines()]
        for file in sorted(folder.iterdir())
    }


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_an_export_comes_in_parts_into_a_private_file_that_is_named(drive, folder, size):
    async def steps(console):
        await console.press("4", "E")
        await console.until(lambda: ".jsonl" in console.lines[-2])
        assert "3 failures" in console.text
        (name,) = [file.name for file in folder.iterdir()]
        assert name.startswith("failures-default-20")
        assert name in console.lines[-2]

    rows = flaky(1, 2, 3)
    answers = {ReadFailures: [read(1, 2, more=1), read(3)]}
    port = port_with(*rows, groups=[kind()], answers=answers, caps=Capabilities(read_only=True))
    drive(port, steps, size)
    assert [[1, 2, 3]] == [*exported(folder).values()]
    chosen = Chosen(numbers=(1, 2, 3))
    assert [ReadFailures(chosen=chosen), ReadFailures(chosen=chosen, after=2)] == [
        command for command in changes(port) if isinstance(command, ReadFailures)
    ]
    (file,) = folder.iterdir()
    assert 0o600 == file.stat().st_mode & 0o777


def test_the_failures_of_the_listed_kind_are_exported(drive, folder):
    async def steps(console):
        await console.press("4", "enter", "E")
        await console.until(lambda: ".jsonl" in console.lines[-2])

    port = port_with(*flaky(1, 2), groups=[kind()], answers={ReadFailures: read(1, 2)})
    drive(port, steps)
    assert CountFailures(chosen=Chosen(group="g1")) in port.commands


@pytest.mark.slow
def test_a_failure_that_is_dropped_meanwhile_is_missed_by_number(drive, folder):
    async def steps(console):
        await console.press("4", "E")
        await console.until(lambda: "(1 is no longer kept)" in console.lines[-2])

    port = port_with(*flaky(1, 2), groups=[kind()], answers={ReadFailures: read(2)})
    drive(port, steps, (160, 48))


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({CountFailures: CommandOutcome(ok=False, reason=SafeText("typ is no field"))}, "typ is"),
        ({CountFailures: counted()}, "none of these failures is kept any more"),
        ({ReadFailures: CommandOutcome(ok=False, reason=SafeText("the host is gone"))}, "is gone"),
    ],
)
def test_an_export_that_fails_says_why_and_leaves_no_file(drive, folder, answers, words):
    async def steps(console):
        await console.press("4", "E")
        await console.until(lambda: words in console.lines[-2])

    drive(port_with(*flaky(1), groups=[kind()], answers=answers), steps)
    assert not folder.exists() or [] == [*folder.iterdir()]


def test_a_folder_that_cannot_be_written_is_said(drive, folder):
    async def steps(console):
        folder.parent.mkdir(parents=True)
        folder.write_text("in the way")
        await console.press("4", "E")
        await console.until(lambda: "not exported: " in console.lines[-2])

    drive(port_with(*flaky(1), groups=[kind()], answers={ReadFailures: read(1)}), steps)


def test_two_exports_within_a_second_get_two_files(folder):
    for number in (1, 2):
        with ExportFile("failures", "pröd/eu", 1_700_000_000.0) as file:
            file.write([json.dumps({"number": number})])
            file.finish()
    first, second = exported(folder).items()
    assert ([1], [2]) == (second[1], first[1]) or ([1], [2]) == (first[1], second[1])
    assert first[0].startswith("failures-pröd-eu-")
