"""What a form is made of, without a screen: the command, lines, options, matches."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chasqui.console.model.command_line import quoted, run_command
from chasqui.console.model.fuzzy import match
from chasqui.console.model.layout import in_lines, in_one_line
from chasqui.control.option_texts import read_options, seconds, words_of
from chasqui.control.port import SubmitOptions
from tests.present import present

SHELLS = [shell for shell in ("bash", "zsh", "ksh") if shutil.which(shell)]
WORDS = [
    "plain",
    "a b",
    "it's",
    "~/x",
    '$HOME `id` \\ "q" !',
    "a\nb\tc\r",
    "\x1b[2J\x07",
    "\x0712",
    "caf\udce91\udcff",
    "日本 é",
    "\u202eright\u200b",
    "'\\\n1",
    "",
]


# The command


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("word", WORDS)
def test_a_shell_reads_each_value_back_byte_by_byte(shell, word):
    line = f"printf %s {quoted(word)}"
    read = subprocess.run([shell, "-c", line.encode()], capture_output=True, check=True).stdout

    assert word.encode("utf-8", "surrogateescape") == read


@given(
    st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("'\\\x1b\udce9")))
)
def test_the_command_is_printable_whatever_the_values_are(value):
    line = run_command("demo.sleep", {"x": value})

    assert line.isprintable()
    line.encode()


def test_the_command_has_the_type_and_each_value():
    line = run_command("files.copy", {"source": "a b", "times": "3"})

    assert "chasqui-tui run files.copy 'source=a b' times=3" == line


# Several lines


@pytest.mark.parametrize(
    ("text", "kind", "lines"),
    [
        ("[1,2]", "list", "[\n  1,\n  2\n]"),
        ('{"a": [], "b": {"c": 1.10}}', "json", '{\n  "a": [],\n  "b": {\n    "c": 1.10\n  }\n}'),
        ("a, b,c", "list", "a,\nb,\nc"),
        ("hello, you", "json", "hello, you"),
        ('{"a": [1', "json", '{\n  "a": [\n    1'),
        ("", "json", ""),
    ],
)
def test_each_value_gets_a_line_of_its_own(text, kind, lines):
    assert lines == in_lines(text, kind)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.slow
@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_lines_and_back_keep_every_value(value, indent, escaped):
    text = json.dumps(value, indent=indent, ensure_ascii=escaped)
    lines = in_lines(text, "json")

    assert value == json.loads(lines)
    assert value == json.loads(in_one_line(lines))
    assert "\n" not in in_one_line(lines)


@given(st.text(st.sampled_from('[]{},:" \n\\ab1')))
def test_a_text_in_one_line_stays_as_it_is_a_second_time(text):
    line = in_one_line(text)

    assert "\n" not in line
    assert line == in_one_line(line)


def test_numbers_keep_their_digits_and_doubled_names_stay():
    text = '{"a": 1.10, "a": 1e400, "b": 12345678901234567890123}'

    assert text == in_one_line(in_lines(text, "json"))


# Options


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", 90.0),
        ("1.5", 1.5),
        ("90s", 90.0),
        ("1h 30m", 5400.0),
        ("500ms", 0.5),
        ("1h30", 5400.0),
        ("1m30", 90.0),
        ("1w", 604_800.0),
    ],
)
def test_a_time_limit_is_seconds_or_a_duration(text, expected):
    assert expected == seconds(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1s5",
        "30ms5",
        "-5",
        "0",
        "0s",
        "1e3",
        "inf",
        "nan",
        "1h x",
        "m",
        "1e400",
        "9" * 400,
        "9" * 400 + "h",
    ],
)
def test_what_is_no_time_limit_is_refused(text):
    with pytest.raises(ValueError, match=r"^must (be|have) "):
        seconds(text)


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1.5", "1e3", "x", "9" * 20, "9" * 5000, "-" + "9" * 20]
)
def test_what_is_no_priority_is_refused(text):
    assert ["priority"] == list(read_options({"priority": text})[1])


def test_options_are_read_together_and_each_wrong_one_is_named():
    assert (SubmitOptions(), {}) == read_options({})
    assert (SubmitOptions(), {}) == read_options({"priority": " ", "key": ""})
    assert (SubmitOptions(priority=-3, time_limit=60.0), {}) == read_options(
        {"priority": "-3", "time_limit": "1m"}
    )
    _, problems = read_options({"priority": "high", "time_limit": "soon"})
    assert ["priority", "time_limit"] == list(problems)
    assert ["key"] == list(read_options({"key": "k" * 201})[1])


@pytest.mark.parametrize(("delay", "expires"), [("1h", "1h"), ("10m", "5")])
def test_a_task_that_expires_before_it_may_start_is_refused(delay, expires):
    _, problems = read_options({"delay": delay, "expires": expires})

    assert {"expires": "must be longer than the delay, or the task never starts"} == problems


def test_the_words_of_a_command_line_say_the_same_options():
    texts = {"pool": "slow", "priority": "-7", "time_limit": "1m30s", "key": "a b", "delay": " "}

    assert ["--priority=-7", "--time-limit=1m30s", "--key=a b", "--pool=slow"] == words_of(texts)


# Matches


NAMES = ["demo.sleep", "files.hash", "files.verify", "http.fetch", "http.head", "reports.daily_sum"]


def ranked(typed, names=NAMES, beside=""):
    found = [(match(typed, name, beside), name) for name in names]
    return [name for how, name in sorted((how.rank, n) for how, n in found if how is not None)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("he", ["http.head"]),
        ("files", ["files.hash", "files.verify"]),
        ("ds", ["demo.sleep", "reports.daily_sum"]),
        ("HASH", ["files.hash"]),
        ("sum rep", ["reports.daily_sum"]),
        ("", NAMES),
        ("zz", []),
    ],
)
def test_letters_find_names(typed, expected):
    found = ranked(typed)

    assert set(expected) <= set(found)
    assert expected[:1] == found[:1] or typed == ""
    assert bool(expected) == bool(found)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("hash", "hash.files"),
        ("hash.files", "files.hash"),
        ("files.hash", "rehash.all"),
        ("rehash.all", "http.as_html"),
        ("http.a_s_h", "hxxt.a_xx_s_xx_h"),
        ("files.hash", "files.hash_all"),
    ],
)
def test_the_likelier_name_comes_first(better, worse):
    assert [better, worse] == ranked("hash", [worse, better])


def test_words_beside_the_name_count_least():
    by_name, beside = match("hash", "files.hash", ""), match("hash", "sum.all", "hash files")

    assert present(by_name).rank < present(beside).rank
    assert match("hsh", "sum.all", "hash files") is None


def test_a_match_says_where_its_letters_are():
    assert (6, 7) == present(match("ha", "files.hash")).at
    assert (0, 6) == present(match("fh", "files.hash")).at
    assert () == present(match("x", "files.hash", "x")).at


@settings(max_examples=200)
@given(st.text(st.sampled_from("ab. "), max_size=8), st.text(st.sampled_from("ab."), max_size=12))
def test_every_match_has_its_letters_in_their_order(typed, name):
    found = match(typed, name)
    words = typed.split()

    if found is not None and len(words) == 1:
        assert list(words[0]) == [name[at] for at in found.at]
