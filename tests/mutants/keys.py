"""What the palette and other keys for actions promise."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

KEYMAP = "tests/console/test_keymap.py"
PALETTE = "tests/console/test_palette.py"

MUTANTS = (
    Mutant(
        "keys-may-clash",
        "no config gives two actions the same key in one place",
        "chasqui/console/model/keymap.py",
        "if shared and files and meet and one.id != other.id:",
        "if False:",
        KEYMAP,
    ),
    Mutant(
        "clash-in-a-list-unseen",
        "a key of the screen clashes with one of the list within it",
        "chasqui/console/model/keymap.py",
        '({"main", "list", pane})',
        '({"main", pane})',
        f"{KEYMAP}::test_a_list_and_the_screen_around_it_share_no_key",
    ),
    Mutant(
        "old-key-still-acts",
        "an action has the key that the config gives it and no other",
        "chasqui/console/actions/table.py",
        "            id=action.id,  # by which a keymap gives it other keys\n",
        "",
        KEYMAP,
    ),
    Mutant(
        "palette-offers-refused",
        "a read-only palette offers nothing that is refused",
        "chasqui/console/acting/palette.py",
        "if not refusal_of(action, self._session.caps):",
        "if True:",
        f"{PALETTE}::test_a_read_only_palette_offers_nothing_that_is_refused",
    ),
    Mutant(
        "palette-of-other-panes",
        "the palette offers what can be done in the pane in use",
        "chasqui/console/acting/palette.py",
        "or is_hidden or not is_here:",
        "or is_hidden:",
        f"{PALETTE}::test_a_command_of_another_pane_is_not_offered",
    ),
    Mutant(
        "number-beyond-the-wire",
        "a number that no task can have goes nowhere",
        "chasqui/console/model/palette.py",
        "return number if number <= LARGEST else None",
        "return number",
        f"{PALETTE}::test_what_is_no_number_of_a_task_goes_nowhere",
    ),
    Mutant(
        "help-of-another-pane",
        "the help opens at the pane in use",
        "chasqui/console/acting/looking.py",
        "topic or self._screen.pane.KIND",
        "topic",
        "tests/console/test_help.py",
    ),
    Mutant(
        "topic-keeps-its-place",
        "each topic of the help begins at its first line",
        "chasqui/console/screens/help.py",
        "        view.start_over()\n",
        "",
        "tests/console/test_help.py",
    ),
    Mutant(
        "user-over-project",
        "the project's config counts more than the user's own file",
        "chasqui/commands/appearance.py",
        "for file in (user_config(), config):",
        "for file in (config, user_config()):",
        "tests/commands/test_users_config.py",
    ),
    Mutant(
        "users-file-sizes-pools",
        "a user's own file says how consoles look, and nothing of engines",
        "chasqui/engine/config/loading.py",
        "if only and name not in only]",
        "if only and not name]",
        "tests/commands/test_users_config.py",
    ),
    Mutant(
        "deutan-green",
        "the states of the theme for those who do not tell red from green stay apart",
        "chasqui/console/themes.py",
        'success="#4a9df0"',
        'success="#b8c43c"',
        "tests/console/test_themes.py",
    ),
    Mutant(
        "tritan-green",
        "the states of the theme for those who do not tell blue from green stay apart",
        "chasqui/console/themes.py",
        'success="#2cbfc7"',
        'success="#a9b4a0"',
        "tests/console/test_themes.py",
    ),
    Mutant(
        "picture-shows-parameters",
        "a picture without data has no parameters",
        "chasqui/console/acting/picturing.py",
        "self._screen.draw(redacted(snapshot))",
        "self._screen.draw(snapshot)",
        "tests/console/test_pictures.py::test_f9_saves_it_without_the_data_and_shows_it_as_before",
    ),
    Mutant(
        "picture-shows-filters",
        "a picture without data has no filter",
        "chasqui/console/acting/picturing.py",
        "            self._mask_filters()\n",
        "",
        "tests/console/test_pictures.py::test_a_filter_is_data_as_well",
    ),
    Mutant(
        "picture-for-all",
        "pictures are private files",
        "chasqui/console/pictures.py",
        "os.O_EXCL, 0o600)",
        "os.O_EXCL, 0o644)",
        "tests/console/test_pictures.py",
    ),
    Mutant(
        "picture-fetches",
        "a picture fetches nothing from a server",
        "chasqui/console/pictures.py",
        '_FETCHED.sub("", console.export_svg(title="chasqui"))',
        'console.export_svg(title="chasqui")',
        "tests/console/test_pictures.py",
    ),
)
