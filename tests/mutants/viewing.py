"""Rules of freezing the view, and of how often the engine is read."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FREEZING = "tests/console/test_freezing.py"
CADENCE = "tests/console/test_cadence.py"
MODEL = "chasqui/console/model/cadence.py"

MUTANTS = (
    Mutant(
        "frozen-panes-go-on",
        "a frozen pane stays as it was",
        "chasqui/console/screens/main.py",
        "        if self._freezing.frozen is None:\n            self._panes.show",
        "        if True:\n            self._panes.show",
        f"{FREEZING}::test_frozen_metrics_keep_their_numbers",
    ),
    Mutant(
        "hidden-panes-not-frozen",
        "panes that were not on screen are frozen at the same moment",
        "chasqui/console/freezing.py",
        "        self._panes.show(snapshot, hidden=True)\n",
        "",
        f"{FREEZING}::test_panes_that_were_not_on_screen_are_frozen_at_the_same_moment",
    ),
    Mutant(
        "frozen-page-only",
        "many rows around the selected one are kept",
        "chasqui/console/freezing.py",
        "        self._panes.look_around()\n",
        "",
        f"{FREEZING}::test_many_rows_around_the_selected_one_are_kept_and_what_is_beyond_says_so",
    ),
    Mutant(
        "frozen-without-its-list",
        "another list has to be read, so the view goes on",
        "chasqui/console/freezing.py",
        "            self.thaw()\n",
        "            return ViewQuery()\n",
        f"{FREEZING}::test_another_list_has_to_be_read_so_the_view_goes_on",
    ),
    Mutant(
        "frozen-without-an-answer",
        "a port that does not answer freezes nothing",
        "chasqui/console/freezing.py",
        "if not answered or",
        "if",
        f"{FREEZING}::test_a_port_that_does_not_answer_freezes_nothing",
    ),
    Mutant(
        "lateness-ignored",
        "a console that is woken late reads less often",
        MODEL,
        " or self._late > LATE_SECONDS",
        "",
        CADENCE,
    ),
    Mutant(
        "cost-ignored",
        "a console whose drawing takes too much reads less often",
        MODEL,
        "self._share > BUSY_SHARE or ",
        "",
        CADENCE,
    ),
    Mutant(
        "slow-for-good",
        "a calm console reads more often again",
        MODEL,
        "self.rate = min(faster, default=before)",
        "self.rate = before",
        CADENCE,
    ),
    Mutant(
        "slowed-by-a-burst",
        "a short burst changes nothing",
        MODEL,
        "BUSY_SECONDS: Final = 2.0",
        "BUSY_SECONDS: Final = 0.0",
        CADENCE,
    ),
)
