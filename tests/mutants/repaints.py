"""Rules of what a key or a reading repaints."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

REPAINTS = "tests/console/test_repaints.py"

MUTANTS = (
    Mutant(
        "focus-repaints-all",
        "a new focus repaints two frames and two cursors",
        "chasqui/console/screens/main.py",
        "Reactive(None, repaint=False)",
        "Reactive(None)",
        REPAINTS,
    ),
    Mutant(
        "frame-repaints-the-pane",
        "a frame is repainted without what it holds",
        "chasqui/console/panes/pane.py",
        "if not regions and not layout and",
        "if False and",
        REPAINTS,
    ),
    Mutant(
        "cursor-repaints-the-list",
        "a list that gets the focus repaints its cursor only",
        "chasqui/console/widgets/quiet_focus.py",
        "        event.prevent_default()\n        self.has_focus",
        "        self.has_focus",
        REPAINTS,
    ),
    Mutant(
        "digit-key-reads",
        "a digit key reads nothing where its pane is on screen",
        "chasqui/console/acting/panes.py",
        "if self._panes.in_use.needs_rows or not was_shown:",
        "if True:",
        REPAINTS,
    ),
    Mutant(
        "hidden-pane-not-read",
        "a digit key reads the rows of a pane that was not on screen",
        "chasqui/console/acting/panes.py",
        "was_shown = self._panes[index].display\n        self._activate(index)\n",
        "self._activate(index)\n        was_shown = self._panes[index].display\n",
        REPAINTS,
    ),
    Mutant(
        "focus-without-a-frame",
        "the frame says which pane has the focus",
        "chasqui/console/panes/pane.py",
        'self._restyle({"-focused": self.has_focus_within})\n',
        "",
        REPAINTS,
    ),
    Mutant(
        "all-rows-made",
        "only the rows on screen are made",
        "chasqui/console/model/columns.py",
        "        self._made: dict[int, TableRow] = {}\n",
        "        self._made: dict[int, TableRow] = dict(enumerate(map(make, items)))\n",
        f"{REPAINTS}::test_rows_off_the_screen_are_not_made",
    ),
    Mutant(
        "margin-for-no-row",
        "rows far off the screen are read only to follow a row that was chosen",
        "chasqui/console/widgets/snap_table.py",
        "WHEEL_ROWS if is_sized and not self.selection.chosen else MARGIN_ROWS",
        "MARGIN_ROWS",
        f"{REPAINTS}::test_rows_far_off_the_screen_are_read_only_once_a_row_was_chosen",
    ),
    Mutant(
        "unchosen-row-searched",
        "a row that was not chosen is not looked for",
        "chasqui/console/widgets/snap_table.py",
        "was_here and self.selection.chosen and",
        "was_here and",
        f"{REPAINTS}::test_a_row_that_was_not_chosen_is_not_looked_for",
    ),
    Mutant(
        "gap-of-its-own",
        "a cell and the gap after it are sent as one",
        "chasqui/console/widgets/row_strip.py",
        "if look == style or (text.isspace() and look.bgcolor == style.bgcolor):",
        "if look == style:",
        f"{REPAINTS}::test_a_cell_and_the_gap_after_it_are_drawn_as_one",
    ),
    Mutant(
        "gap-in-another-ground",
        "a gap has the ground of its row",
        "chasqui/console/widgets/row_strip.py",
        "(text.isspace() and look.bgcolor == style.bgcolor)",
        "text.isspace()",
        f"{REPAINTS}::test_the_gap_after_a_cell_has_the_ground_of_the_row",
    ),
    Mutant(
        "first-page-in-part",
        "a list about to be shown is read as far as it may reach",
        "chasqui/console/widgets/snap_table.py",
        "is_sized = self.size.height > 0",
        "is_sized = True",
        f"{REPAINTS}::test_rows_far_off_the_screen_are_read_only_once_a_row_was_chosen",
    ),
    Mutant(
        "first-reading-late",
        "the first reading begins while the widgets are being made",
        "chasqui/console/screens/main.py",
        '        """Make every widget that this screen ever has; the first reading is under way '
        'meanwhile."""\n        self._reader.begin()\n',
        "",
        "tests/console/test_starting.py",
    ),
    Mutant(
        "answer-before-the-screen",
        "an answer that comes before the widgets waits for them",
        "chasqui/console/screens/main.py",
        "        if not self._is_made:\n            return\n",
        "",
        "tests/console/test_starting.py",
    ),
    Mutant(
        "form-imported-at-the-start",
        "a console is imported without the screens that keys open",
        "chasqui/console/screens/sizes.py",
        "from textual.geometry import Size\n",
        "from textual.geometry import Size\n\nimport chasqui.console.screens.submit\n",
        "tests/console/test_starting.py",
    ),
)
