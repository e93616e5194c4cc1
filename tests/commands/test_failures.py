"""`chasqui-tui failures`: to read, and as lines that run again."""

from __future__ import annotations

import json
import stat

import pytest

from chasqui.commands import exits

ROW = {
    "number": 17,
    "type": "demo.fail",
    "params": {"message": "x"},
    "state": "failed",
    "attempts": 1,
    "result": None,
    "error": {"type": "RuntimeError", "message": "x"},
    "waited": 0.1,
    "ran": 0.2,
}


def pages(args):
    """Two rows, in two answers."""
    if args.get("cursor"):
        return {"rows": [{**ROW, "number": 18}], "cursor": 0}
    return {"rows": [ROW], "cursor": 17}


def listed(args):
    asked = args["query"]["failures_of"].get("filter")
    row = {"number": 17, "type": "demo.fail", "at": 1.0, "error": "RuntimeError: \x1b[2J"}
    return {
        "revision": 1,
        "sections": {
            "at": 61.0,
            "failure_page": {"rows": [row], "total": 1},
            "filter_note": "no field is named 'x'" if asked == "x=1" else "",
        },
    }


def test_they_are_aligned_and_harmless(chasqui, host):
    host(snapshot=listed)
    lines = chasqui("failures").stdout.decode().splitlines()

    assert ["TASK", "TYPE", "STATE", "AGO"] == lines[0].split()[:4]
    assert ["17", "demo.fail", "1m00s"] == lines[1].split()[:3]
    assert lines[1].isprintable()


def test_a_filter_that_is_not_understood_is_refused(chasqui, host):
    host(snapshot=listed, rows=lambda _: {"note": "no field is named 'x'"})

    for words in ([], ["--json"]):
        done = chasqui("failures", "--filter", "x=1", *words)
        assert (exits.USAGE, b"") == (done.returncode, done.stdout)
        assert b"no field is named 'x'" in done.stderr


@pytest.mark.slow
def test_a_host_that_still_looks_for_matches_is_asked_again(chasqui, host):
    looking = iter([True, True])

    def found_late(args):
        answer = listed(args)
        if next(looking, False):
            answer["sections"] |= {"failure_page": {"is_partial": True}, "filter_note": ""}
        return answer

    host(snapshot=found_late)
    refused = chasqui("failures", "--filter", "x=1")
    looking = iter([True, True])
    lines = chasqui("failures", "--filter", "type=demo.fail").stdout.decode().splitlines()

    assert exits.USAGE == refused.returncode
    assert "17" == lines[1].split()[0]


def test_all_of_them_are_lines_of_json(chasqui, host):
    fake = host(rows=pages)
    done = chasqui("failures", "--json", "--filter", "type=demo.fail")

    assert [17, 18] == [json.loads(line)["number"] for line in done.stdout.splitlines()]
    assert {"type=demo.fail"} == {args["filter"] for verb, args in fake.asked if verb == "rows"}


@pytest.mark.slow
def test_an_export_is_private_and_runs_again(chasqui, host, tmp_path, rows):
    host(rows=pages)
    done = chasqui("failures", "--export", "again.jsonl")
    again = chasqui("run", "--jobs", "again.jsonl")

    assert (exits.DONE, b"") == (done.returncode, done.stdout)
    assert b"2 failures written to again.jsonl" in done.stderr
    assert 0o600 == stat.S_IMODE((tmp_path / "again.jsonl").stat().st_mode)
    assert [{"message": "x"}] * 2 == [row["params"] for row in rows(again)]


def test_an_export_may_go_to_a_pipe(chasqui, host):
    host(rows=pages)

    assert 2 == len(chasqui("failures", "--export", "-").stdout.splitlines())


def test_an_export_that_cannot_be_written_says_so(chasqui, host):
    host(rows=pages)
    done = chasqui("failures", "--export", "no/such/folder")

    assert exits.USAGE == done.returncode
    assert b"no/such/folder: cannot be written: No such file or directory" in done.stderr
