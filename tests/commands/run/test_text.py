"""`run --output=text`: what tasks returned or wrote, and what is said of those that failed."""

from __future__ import annotations

from typing import Any

import pytest

from chasqui.commands.rows import refused_row
from chasqui.commands.run.forms import Shown
from chasqui.commands.run.line_keys import ONLY, LineKey
from chasqui.commands.run.text import TextForm, tagged
from chasqui.commands.run.visible import visible
from chasqui.engine.values.marks import plain

LINE = LineKey(3, "", "the line")


def completed(result: object) -> dict[str, Any]:
    return {
        "line": 3,
        "number": 7,
        "type": "a.b",
        "state": "completed",
        "result": plain(result),
        "error": None,
    }


def failed(message: str, kind: str = "ValueError") -> dict[str, Any]:
    error = {"type": kind, "message": message}
    return {**completed(None), "state": "failed", "error": error}


def shown(row: dict[str, Any], **options: bool) -> Shown:
    return TextForm(**options).shown(LINE, row, b"")


def output(text: object, left_out: int = 0) -> dict[str, Any]:
    return {"status": 0, "output": text, "bytes": 9, "left_out": left_out, "seconds": 1}


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ("one", b"one\n"),
        ("two\n", b"two\n"),
        ("", b"\n"),
        (None, b""),
        (True, b"true\n"),
        (1.5, b"1.5\n"),
        ({"a": [1, "é"]}, '{"a":[1,"é"]}\n'.encode()),
        ("\udcff", b"\xff\n"),
        (b"\xfe\x00", b"\xfe\x00\n"),
        ({"output": "page.html"}, b'{"output":"page.html"}\n'),
    ],
)
def test_a_result_is_a_line_and_none_is_nothing(result, text):
    assert Shown(text) == shown(completed(result))


@pytest.mark.parametrize("text", ["", "a", "a\n", "a\nb", "\udcff\udc00"])
def test_the_output_of_a_command_is_its_bytes_without_a_newline_more(text):
    text = text.replace("\udc00", "")
    raw = text.encode("utf-8", "surrogateescape")

    assert Shown(raw) == shown(completed(output(text)))


def test_what_an_output_lacks_is_said_and_is_a_problem_of_the_run():
    form = TextForm()
    assert "" == form.problem

    one = form.shown(LINE, completed(output("a\n[5 bytes left out]\nb", 5)), b"")
    assert Shown(b"a\n[5 bytes left out]\nb", "line 3: 5 bytes of the output are left out") == one
    assert form.problem.startswith("1 output is not whole; keep_bytes=N")


def test_a_failure_is_one_line_that_names_the_input_line():
    assert Shown(b"", "line 3: a.b failed: ValueError: bad") == shown(failed("bad\nin many lines"))


def test_the_only_task_of_a_run_has_no_line_to_name():
    assert "a.b failed: ValueError: bad" == TextForm().shown(ONLY, failed("bad"), b"").said


def test_a_cancelled_task_is_named():
    row = {**failed("cancelled", "Cancelled"), "state": "cancelled"}

    assert Shown(b"", "line 3: a.b cancelled") == shown(row)


def test_of_a_refused_line_nothing_is_said_again():
    assert Shown(b"") == shown(refused_row(3, "a.b", "x", "InvalidLine", "is no number"))


def test_a_command_that_failed_has_its_output_and_no_part_of_it_in_what_is_said():
    row = failed("false exited with status 1; it wrote last:\nso\n", "CommandFailed")
    row["error"]["details"] = output(plain("so\n\udcff"))

    said = "line 3: a.b failed: CommandFailed: false exited with status 1"
    assert Shown(b"so\n\xff", said) == shown(row)


def test_an_error_with_other_details_has_no_output():
    row = failed("bad")
    row["error"]["details"] = {"output": "x"}

    assert b"" == shown(row).text


@pytest.mark.parametrize(
    ("text", "with_tags"),
    [
        (b"", b""),
        (b"a", b"t\ta"),
        (b"a\n", b"t\ta\n"),
        (b"a\n\nb", b"t\ta\nt\t\nt\tb"),
    ],
)
def test_a_tag_stands_before_each_line(text, with_tags):
    assert with_tags == tagged(text, "t")


def test_a_tag_is_the_bytes_of_the_line():
    assert (
        b"\xff\tone\n"
        == TextForm(tags=True).shown(LineKey(1, "", "\udcff"), completed("one"), b"").text
    )


def test_on_a_terminal_control_characters_are_visible_and_lines_and_tabs_stay():
    assert "a\tb\n␛[31m\nc".encode() == visible(b"a\tb\r\n\x1b[31m\nc")
    assert b"\\xff" == visible(b"\xff")
    assert "␛" in shown(completed("\x1bc"), visibly=True).text.decode()
    assert b"\x1bc\n" == shown(completed("\x1bc")).text


def test_a_long_line_is_not_cut_for_a_terminal():
    assert b"x" * 100_000 == visible(b"x" * 100_000)
