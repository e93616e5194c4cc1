"""Mutants of prompts: no key typed into one reaches a command."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

PROMPTS = "tests/console/test_prompts.py"

MUTANTS = (
    Mutant(
        "key-through-the-prompt",
        "no key of the main screen is carried out while something is typed",
        "chasqui/console/screens/main.py",
        "return self.prompt is None and super()",
        "return super()",
        PROMPTS,
    ),
    Mutant(
        "prompt-focused-late",
        "what follows at once on the key that opens the filter is typed into it",
        "chasqui/console/widgets/filter_prompt.py",
        "        self.screen.set_focus(self)\n",
        "        self.focus()\n",
        f"{PROMPTS}::test_what_follows_at_once_on_the_key_that_opens_a_prompt_is_typed_into_it",
    ),
    Mutant(
        "list-focused-late",
        "keys of a burst find the screen as the key before has left it",
        "chasqui/console/screens/main.py",
        "        self.set_focus(self.pane.table)  # at once: the next key may have arrived already\n",
        "        self.pane.table.focus()\n",
        f"{PROMPTS}::test_keys_of_a_burst_find_the_screen_as_the_key_before_has_left_it",
    ),
    Mutant(
        "question-on-its-way-answered",
        "no command is carried out while a question is being counted",
        "chasqui/console/screens/main.py",
        'if self.is_asking and action == "act" and parameters[0] in DANGEROUS:',
        "if False:",
        f"{PROMPTS}::test_what_follows_at_once_on_a_question_that_is_being_counted_is_no_command",
    ),
    Mutant(
        "prompt-lost-with-the-focus",
        "a terminal that loses the focus closes no prompt",
        "chasqui/console/widgets/filter_prompt.py",
        "if self.screen.focused is not None and self.screen.focused is not self:",
        "if True:",
        PROMPTS,
    ),
    Mutant(
        "tab-completes-nothing",
        "Tab completes a filter",
        "chasqui/console/widgets/filter_prompt.py",
        "            self.replace(offer.options[self._chosen], offer.start, end)\n",
        "",
        f"{PROMPTS}::test_tab_completes_a_filter_and_tab_again_offers_the_next",
    ),
    Mutant(
        "clicked-by-place",
        "a type that was clicked is taken by its name, not by its place in a list that may change",
        "chasqui/console/screens/picker.py",
        "self.dismiss(self.named(str(event.option_id)))",
        "self.dismiss(self._shown[event.option_index])",
        "tests/console/test_type_picker.py",
    ),
    Mutant(
        "tab-leaves-the-picker",
        "the field of the type picker always has the keys",
        "chasqui/console/screens/picker.py",
        "            entries.can_focus = False\n",
        "",
        PROMPTS,
    ),
    Mutant(
        "ctrl-q-in-a-prompt",
        "ctrl+q in a prompt leaves nothing",
        "chasqui/console/app.py",
        "        if self.main.prompt is not None if on_main else "
        'self.screen.query("Input, TextArea"):\n',
        "        if on_main and False:\n",
        PROMPTS,
    ),
    Mutant(
        "answered-twice",
        "an answer that a burst gives twice counts once",
        "chasqui/console/screens/dialog.py",
        "if self._is_closed or not self.is_current:",
        "if False:",
        f"{PROMPTS}::test_an_answer_that_is_given_twice_in_a_burst_counts_once",
    ),
    Mutant(
        "prompt-lost-by-a-resize",
        "a terminal that is resized without the focus leaves the keys to the prompt",
        "chasqui/console/screens/main.py",
        "            if prompt is None:\n",
        "            if True:\n",
        f"{PROMPTS}::test_a_prompt_is_kept_while_the_terminal_has_no_focus_and_while_it_is_too_small",
    ),
    Mutant(
        "run-time-of-nothing",
        "before a task has ended there is a dash in place of how long tasks run",
        "chasqui/console/model/summary.py",
        " if run.count else glyphs.dash",
        "",
        "tests/console/test_status.py",
    ),
    Mutant(
        "keys-of-no-list",
        "a click beside a prompt gives the list the keys",
        "chasqui/console/screens/main.py",
        "                return\n            self.refocus()\n        await self.run_action",
        "                return\n        await self.run_action",
        f"{PROMPTS}::test_a_click_beside_a_prompt_closes_it_and_gives_the_list_the_keys",
    ),
    Mutant(
        "judged-by-another",
        "what is found of values is said of these alone",
        "chasqui/console/screens/form_problems.py",
        "if values == values_of(self._fields):",
        "if values is not None:",
        "tests/console/test_checker.py"
        "::test_what_is_found_of_values_is_not_said_of_a_letter_that_is_still_on_its_way",
    ),
)
