"""Rules of where the panes go."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TILES = "tests/console/test_tiles.py"
MODEL = "chasqui/console/model/tiles.py"

MUTANTS = (
    Mutant(
        "half-each",
        "a box gives the rows that it does not need to its neighbour",
        MODEL,
        "    rows = min(upper, max(height // 2, height - lower))\n",
        "    rows = height // 2\n",
        TILES,
    ),
    Mutant(
        "borders-that-move-with-every-row",
        "a box keeps the rows that it had for some seconds",
        MODEL,
        "if rows >= kept or now - self._since[pane] >= KEEP_SECONDS:",
        "if True:",
        f"{TILES}::test_a_box_keeps_the_rows_that_it_had_for_some_seconds",
    ),
    Mutant(
        "borders-that-stay",
        "a pane that needs more rows gets them at once",
        "chasqui/console/widgets/tiles.py",
        "            shown[0].refresh(layout=True)",
        "            self.refresh()",
        f"{TILES}::test_workers_give_the_rows_they_do_not_need_to_the_pane_below",
    ),
    Mutant(
        "four-tiles-at-110-columns",
        "at 110 columns a pane is as wide as the screen",
        MODEL,
        "SIDE_BY_SIDE = 150",
        "SIDE_BY_SIDE = 111",
        f"{TILES}::test_the_size_of_the_screen_says_how_many_panes_are_on_it",
    ),
    Mutant(
        "first-of-the-box-in-front",
        "of two panes in a box the one used last is in front",
        "chasqui/console/screens/panes.py",
        "        self._front[box_of(kind)] = kind\n",
        "",
        f"{TILES}::test_of_two_panes_in_a_box_the_one_used_last_is_in_front_and_both_are_named",
    ),
    Mutant(
        "zoom-without-its-rows",
        "a zoomed list reads the rows that it has room for",
        "chasqui/console/acting/panes.py",
        "        self._screen.read_once_drawn()\n",
        "        self._screen.tick()\n",
        f"{TILES}::test_a_zoomed_list_reads_the_rows_that_it_has_room_for",
    ),
    Mutant(
        "escape-does-not-leave-the-zoom",
        "Esc leaves the zoom once there is no filter to drop",
        "chasqui/console/acting/panes.py",
        "        elif self._panes.is_zoomed:\n",
        "        elif False:\n",
        f"{TILES}::test_escape_leaves_the_zoom_before_it_goes_back_to_the_kinds",
    ),
    Mutant(
        "count-cut-on-a-tab",
        "a tab whose count has no room shows a shorter one",
        "chasqui/console/widgets/tab_strip.py",
        "        yield Rank.LONG_COUNT,",
        "        yield Rank.COUNT,",
        f"{TILES}::test_a_tab_whose_count_has_no_room_shows_a_shorter_one",
    ),
)
