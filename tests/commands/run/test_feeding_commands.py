"""`run --stdin` and `run --pipe`: commands that read the input of the run."""

from __future__ import annotations

import gc
import hashlib
import warnings

import pytest


@pytest.mark.slow
def test_a_command_reads_its_line_with_the_end_that_it_has(chasqui, rows):
    done = chasqui("run", "-k", "--stdin", "--", "od", "-An", "-c", input=b"a b\n\ncaf\xe9")

    assert ["   a       b  \\n\n", "   c   a   f 351  \\n\n"] == [
        row["result"]["output"] for row in rows(done)
    ]
    done = chasqui("run", "-0", "--stdin", "--", "od", "-An", "-c", input=b"a\nb\0")
    assert ["   a  \\n   b  \\0\n"] == [row["result"]["output"] for row in rows(done)]


@pytest.mark.slow
def test_a_command_that_reads_its_line_may_have_fields_too(chasqui):
    words = ("--output=text", "-k", "--stdin", "--", "sh", "-c", 'echo "$0"; cat', "{#}:{}")
    done = chasqui("run", *words, input=b"a\nb\n")

    assert (0, b"1:a\na\n2:b\nb\n") == (done.returncode, done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "given", "read"),
    [
        (["--csv"], b'1, a\n"2\n",b\n', b'1, a\n"2\n",b\n'),
        (["--csv", "--header"], b"n,m\n1,2\n\n3,4\n", b"1,2\n3,4\n"),
        (["--tsv"], b"1\ta\xff\n", b"1\ta\xff\n"),
        (["--delimiter=;"], b"1;2", b"1;2\n"),
    ],
)
def test_a_command_reads_the_record_as_it_stands_in_the_input(chasqui, words, given, read):
    done = chasqui("run", *words, "--output=text", "-k", "--stdin", "--", "cat", input=given)

    assert (0, read) == (done.returncode, done.stdout)


@pytest.mark.slow
def test_a_big_input_goes_through_commands_unchanged(chasqui, tmp_path):
    content = b"".join(b"%d\xff\n" % number for number in range(400_000))
    (tmp_path / "big").write_bytes(content)

    done = chasqui("run", "-k", "--output=text", "--pipe", "big", "--", "cat")

    assert (0, hashlib.md5(content).digest()) == (
        done.returncode,
        hashlib.md5(done.stdout).digest(),
    ), done.stderr
    assert b"completed 3 " in done.stderr


@pytest.mark.slow
def test_what_a_chunk_fails_with_can_be_run_again(chasqui, rows):
    words = ("--pipe", "--block=4", "--failures=again", "--", "grep", "-q", "c")
    done = chasqui("run", *words, input=b"a\nb\nc\nd\n")
    again = chasqui("run", "--jobs=again")

    assert (1, 1) == (done.returncode, again.returncode)
    assert ["a\nb\n"] == [row["params"]["stdin"] for row in rows(again)]
    assert [1] == [row["error"]["details"]["status"] for row in rows(again)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--pipe", "--pipe is about the command after --"),
        ("--stdin", "--stdin is about the command after --"),
        ("--block 1k -- cat", "--block is the size of the chunks of --pipe"),
        ("--pipe --block x -- cat", "--block must be a number of bytes, such as 4096"),
        ("--pipe --block 17M -- cat", "--block may be from 1 byte to 16.0 MiB"),
        ("--pipe --block 0 -- cat", "--block may be from 1 byte to 16.0 MiB"),
        ("--pipe --csv -- cat", "leave out --csv"),
        ("--pipe --stdin -- cat", "leave out --stdin"),
        ("--pipe -- cat ::: a", "leave out :::"),
        ("--pipe -- echo {}", "'{}' has a field"),
        ("--stdin -- cat ::: a ::: b", "a record of several lists is none"),
        ("--stdin --link -- cat ::: a ::: b", "a record of several lists is none"),
        ("--stdin stdin=x -- cat", "is given twice, by stdin="),
        ("--host --pipe -- cat", "--pipe is not for --host"),
    ],
)
def test_what_does_not_go_together_is_refused_in_a_line(words, says, tmp_path, monkeypatch, capfd):
    from chasqui.cli import main

    monkeypatch.chdir(tmp_path)
    assert 2 == main(["run", *words.split()])
    with warnings.catch_warnings():  # what a refused run has open ends with its process, not here
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()

    out, errors = capfd.readouterr()
    assert ("", 1) == (out, errors.count("\n"))
    assert says in errors
