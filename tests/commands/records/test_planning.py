"""What the options of the input come to: the source, and the parameters of a record."""

from __future__ import annotations

import json
import subprocess
from argparse import ArgumentParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chasqui.commands.given import Usage
from chasqui.commands.records import arguments
from chasqui.commands.records.filling import CommandPattern, ShellPattern
from chasqui.commands.records.planning import planned
from chasqui.control.intake.lines import NEVER, InputLine, Until
from chasqui.control.intake.templates import UnknownField

KINDS = {"url": "text", "size": "integer", "env": "json", "command": "json"}


def plan_of(*words, tail=(), type="app.get"):
    parser = ArgumentParser()
    arguments.configure(parser)
    args, rest = parser.parse_known_args(words)
    args.words, args.tail, args.jobs, args.key, args.type = rest, list(tail), None, None, type
    arguments.settle(args)
    return planned(args, KINDS, Until())


def filled(*words, **more):
    plan = plan_of(*words, **more)
    return [plan.filling(line) for group in plan.source.groups(NEVER) for line in group]


def commands(*words, tail):
    return [json.loads(one["command"]) for one in filled(*words, tail=tail, type=None)]


def test_a_line_that_no_word_takes_is_the_last_word():
    assert [["ls", "-l", "a b"]] == commands(tail=["--", "ls", "-l", ":::", "a b"])
    assert [["x", "1", "{print $1}"]] == commands(tail=["--", "x", "{#}", "{print $1}", ":::", "a"])


def test_each_gives_names_to_lists_and_a_file_is_a_list(tmp_path):
    sizes = tmp_path / "sizes"
    sizes.write_text("1\n2\n")
    words = ("--each", "url", "--each", f"size=@{sizes}")

    expected = [{"url": url, "size": size} for url in ("a", "b") for size in ("1", "2")]
    assert expected == filled(*words, tail=[":::", "a", "b"])


def test_a_header_names_the_parameters_unless_templates_do(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("url,size\nu,1\n")

    assert [{"url": "u", "size": "1"}] == filled("--csv", "--header", str(file))
    assert [{"url": "u/1"}] == filled("--csv", "--header", "url={url}/{size}", str(file))


def test_a_value_of_json_is_filled_in_its_texts():
    (one,) = filled("--each", "url", 'env={"A": "{}"}', tail=[":::", 'q"'])

    assert {"A": 'q"'} == json.loads(one["env"])


def test_an_empty_object_is_no_template_and_asks_for_no_input():
    assert plan_of("env={}").source is None


def test_a_command_whose_input_is_said_before_it_may_have_the_word_of_lists():
    tail = [":::", "a", "--", "echo", ":::", "{}"]

    assert [["echo", ":::", "a"]] == commands(tail=tail)


@pytest.mark.parametrize(
    ("words", "tail", "said"),
    [
        (["--each", "url", "--delimiter", ";;"], [], "--delimiter must be one character"),
        (["--each", "url", "--header"], [], "--header names columns"),
        (["--each", "url", "--csv", "--tsv"], [], "leave out --csv"),
        (["--each", "url", "--csv", "-0"], [], "leave out -0"),
        (["--each", "url", "url=x"], [], "given twice"),
        (["--each", "url", "--each", "size"], [":::", "a"], "gives 2 names, and the input has 1"),
        (["--each", "url=a,b"], [], "takes @FILE"),
        (["--each", "url"], [":::+", "a"], "is the first"),
        (["--each", "url", "--glob", ""], [], "--glob is empty"),
        (["--each", "url", "--glob", "*.py", "--glob", ""], [], "--glob is empty"),
        (["--each", "url", "--link"], [":::", "a"], "give several"),
        (["--each", "url", "-0"], [":::", "a"], "-0 is about lines"),
        (["--shell", "--each", "url"], [], "--shell is about the command"),
        ([], [":::", "a"], "say which parameter takes the input"),
        ([], ["--"], "stands the command to run"),
        (["--shell"], ["--", "a", "b"], "takes one text"),
        (["to-ken=hunter2", "--each", "url"], [], "'to-ken=…' is not name=value"),
    ],
)
def test_options_that_do_not_go_together_are_one_sentence(words, tail, said):
    with pytest.raises(Usage, match=said):
        plan_of(*words, tail=tail)


def test_a_template_with_an_unknown_field_is_refused():
    with pytest.raises(UnknownField, match=r"\{nme\} is no field"):
        plan_of("url={nme}", tail=[":::", "a"])


@settings(max_examples=40)
@given(st.binary(max_size=12).filter(lambda raw: b"\0" not in raw))
def test_the_shell_gets_each_value_as_one_word(raw):
    line = InputLine(1, raw.decode("utf-8", "surrogateescape"), len(raw))
    command = json.loads(ShellPattern("printf %s {}", ("",)).fill(line))

    assert raw == subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


@pytest.mark.slow
@given(st.lists(st.text(), min_size=1, max_size=4))
def test_every_column_that_is_appended_is_a_word_of_its_own(values):
    line = InputLine(1, values[0], 1, values if len(values) > 1 else ())

    assert ["x", *values] == json.loads(CommandPattern(["x"], [""] * len(values)).fill(line))
