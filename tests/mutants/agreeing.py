"""Mutants of what the console says beside what it shows: pages, tabs, lists, keys and words agree."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

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
)
