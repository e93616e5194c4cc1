"""Exporting: failures as lines that make the tasks again."""

from __future__ import annotations

import io
import json
import math

import pytest

from tests.engine.failures.failing import WAIT, Plain, fail


def test_an_export_has_the_lines_that_make_the_tasks_again(engine, tmp_path):
    first, second = fail(engine, "fragile", count=2, value={"x": math.nan}, number=2)
    plain = engine.submit(Plain())
    plain.wait(WAIT)
    file = tmp_path / "failed.jsonl"
    outcome = engine.failures.export(file, [second, first, plain.number, 999])

    assert (first, second) == outcome.numbers
    assert {plain.number, 999} == {number for number, _ in outcome.skipped}
    job = {"type": "app.fragile", "params": {"value": {"x": {"number": "NaN"}}, "number": 2}}
    assert [job, job] == [json.loads(line) for line in file.read_text().splitlines()]
    assert 0o600 == file.stat().st_mode & 0o777


@pytest.mark.parametrize("what", ["typ=app.other", "g-0123456789", [998, 999], " ", ["typ=f", 999]])
def test_an_export_that_finds_nothing_of_what_it_was_told_leaves_the_file_alone(
    engine, tmp_path, what
):
    fail(engine)
    file = tmp_path / "failed.jsonl"
    file.write_text("yesterday's\n")
    outcome = engine.failures.export(file, what)
    engine.failures.export(tmp_path / "fresh", what)

    assert ((), False) == (outcome.numbers, outcome.ok)
    assert "yesterday's\n" == file.read_text()
    assert not (tmp_path / "fresh").exists()


def test_an_export_of_a_clear_filter_that_fits_nothing_is_an_empty_file(engine, tmp_path):
    fail(engine)
    file = tmp_path / "failed.jsonl"
    file.write_text("yesterday's\n")

    assert engine.failures.export(file, "type=app.nope").ok
    assert "" == file.read_text()


def test_an_export_may_go_into_an_open_file(engine):
    fail(engine, "other", number=3)
    into = io.BytesIO()
    engine.failures.export(into, engine.failures.where())

    assert b'{"type":"app.other","params":{"number":3}}\n' == into.getvalue()
