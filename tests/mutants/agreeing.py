"""Mutants of what the console says beside what it shows: pages, tabs, lists, keys and words agree."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

CHOOSING = "tests/engine/waiting/test_choosing.py"

MUTANTS = (
    Mutant(
        "pages-without-age",
        "every page that covers the status line says that the host is gone",
        "chasqui/console/screens/lines.py",
        "            dialog.show_age(poller)\n",
        "            dialog.show_age\n",
        "tests/console/test_host.py",
    ),
    Mutant(
        "old-page-bright",
        "the page of a task is dimmed while it is old",
        "chasqui/console/screens/dialog.py",
        'frame.set_class(bool(self._old), "-stale")',
        'frame.set_class(False, "-stale")',
        "tests/console/test_host.py::test_the_page_of_a_task_is_dimmed_while_it_is_old",
    ),
    Mutant(
        "failures-of-this-life-only",
        "the tab of the failures counts those of earlier lives",
        "chasqui/console/model/failures.py",
        "max(snapshot.counts.failed, snapshot.ever_failed or 0,",
        "max(snapshot.counts.failed, 0,",
        "tests/console/test_failures.py",
    ),
    Mutant(
        "older-host-without-kinds",
        "over an older host the tab of the failures counts the kinds that are open",
        "chasqui/console/model/failures.py",
        "snapshot.ever_failed or 0, snapshot.open_kinds or 0)",
        "snapshot.ever_failed or 0)",
        "tests/console/test_failures.py",
    ),
    Mutant(
        "mark-with-nothing-open",
        "the tab of the failures is marked only while any is open",
        "chasqui/console/panes/failures.py",
        "if (failed if open_kinds is None else open_kinds) else",
        "if failed else",
        "tests/console/test_failures.py",
    ),
    Mutant(
        "finished-of-this-life-only",
        "the tab of the finished tasks counts what the list has of earlier lives",
        "chasqui/console/panes/finished.py",
        "max(_ended(snapshot), self._kept)",
        "_ended(snapshot)",
        "tests/console/test_finished.py",
    ),
    Mutant(
        "finished-of-another-host",
        "what another host has kept is not counted any more",
        "chasqui/console/panes/finished.py",
        "        super().forget_numbers()\n        self._kept = 0\n",
        "        super().forget_numbers()\n",
        "tests/console/test_finished.py",
    ),
    Mutant(
        "filtered-by-number",
        "what a filter selects is listed as it will start",
        "chasqui/engine/waiting/choosing.py",
        '    if (by := ORDERS.get(order.lstrip("-"))) is None:\n',
        '    if (by := ORDERS.get(order.lstrip("-") or "number")) is None:\n',
        CHOOSING,
    ),
    Mutant(
        "scheduled-first",
        "scheduled tasks come after those that could start now",
        "chasqui/engine/waiting/choosing.py",
        "return queued + others",
        "return others + queued",
        CHOOSING,
    ),
    Mutant(
        "types-without-turns",
        "tasks of a priority come in the turns of their types",
        "chasqui/engine/waiting/choosing.py",
        "places[number] = at, urgent, turn, index",
        "places[number] = at, urgent, index, turn",
        CHOOSING,
    ),
    Mutant(
        "scheduled-cut-first",
        "many types leave room for what is scheduled and parked",
        "chasqui/control/lane_pages.py",
        "room = max(window.limit - len(more), (window.limit + 1) // 2)",
        "room = window.limit",
        "tests/control/test_lanes.py",
    ),
    Mutant(
        "types-end-silently",
        "a last line says how many types are not listed",
        "chasqui/console/model/lanes.py",
        "if lanes and unlisted else lines",
        "if False else lines",
        "tests/console/test_lanes.py",
    ),
    Mutant(
        "lost-as-unkept",
        "the page of a task of the host before does not say that nothing is kept of it",
        "chasqui/console/following.py",
        "        if self._is_lost:\n            number",
        "        if False:\n            number",
        "tests/console/test_host.py",
    ),
)
