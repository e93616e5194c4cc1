"""The filters of workers and of types."""

from __future__ import annotations

import pytest

from chasqui.control import row_filters
from chasqui.control.completing import TYPE_FIELDS, WORKER_FIELDS
from chasqui.control.port import ViewQuery, Window
from chasqui.engine.filters.terms import FIELDS
from tests.present import present


def workers(port, filter, **window):
    query = ViewQuery(workers=Window(**window), workers_of=filter)
    return present(port.snapshot(query).worker_page)


def types(port, filter, **window):
    shot = port.snapshot(ViewQuery(types=Window(**window), types_of=filter))
    return present(shot.type_page), shot.idle_types


def test_the_fields_of_both_lists_are_those_that_their_rows_are_read_by():
    assert set(WORKER_FIELDS) == row_filters.WORKERS.keys() - {""}
    assert set(TYPE_FIELDS) == row_filters.TYPES.keys() - {""}
    assert set(FIELDS) >= {*WORKER_FIELDS, *TYPE_FIELDS}


def test_workers_are_selected_by_what_they_run_and_by_words(board):
    engine, port, clock = board
    number = engine.submit("app.rest", {"seconds": 60}).number
    clock.await_sleepers(1)

    for filter in ("type=app.*", f"number={number}", "running", "half", "worker=w01"):
        assert ["w01"] == [row.name for row in workers(port, filter).rows], filter
    assert ["w02"] == [row.name for row in workers(port, "idle").rows]
    assert (2, 1) == (workers(port, "-stuck", limit=1).total, len(workers(port, "w", limit=1).rows))
    clock.advance(30)
    assert 1 == workers(port, "running age>20s").total
    assert 0 == workers(port, "running age>40s").total


@pytest.mark.parametrize("look", [workers, lambda port, filter: types(port, filter)[0]])
def test_a_field_that_the_list_lacks_is_noted(board, look):
    found = look(board[1], "err=x")

    assert (0, "err: this list has no such field") == (found.total, found.note)


def test_types_are_selected_by_name_plugin_and_state_and_those_at_rest_are_counted(board):
    engine, port, _ = board
    engine.pause("app.rest")
    everything, at_rest = types(port, "")
    paused, idle = types(port, "paused")

    assert (["app.rest"], 0) == ([row.name for row in paused.rows], idle)
    assert (everything.total, at_rest) == (types(port, "plugin=app")[0].total, at_rest)
    assert (1, 1) == (types(port, "type=*.single")[0].total, types(port, "type=*.single")[1])
