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
        "chasqui/console/widgets/snap_table.py",
        "        event.prevent_default()\n        self.has_focus",
        "        self.has_focus",
        REPAINTS,
    ),
    Mutant(
        "digit-key-reads",
        "a digit key reads nothing where its pane is on screen",
        "chasqui/console/screens/main.py",
        "if was_shown and not self.pane.needs_rows:",
        "if False:",
        REPAINTS,
    ),
    Mutant(
        "hidden-pane-not-read",
        "a digit key reads the rows of a pane that was not on screen",
        "chasqui/console/screens/main.py",
        "was_shown = self._panes[index].display\n        self._activate(index)\n",
        "self._activate(index)\n        was_shown = self._panes[index].display\n",
        REPAINTS,
    ),
    Mutant(
        "focus-without-a-frame",
        "the frame says which pane has the focus",
        "chasqui/console/panes/pane.py",
        'self._restyle(self.has_focus_within, "-focused")\n',
        "",
        REPAINTS,
    ),
)
