"""Mutants of what happens around a console: pastes, hosts that vanish, readings without an end."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/console/test_resilience.py"

MUTANTS = (
    Mutant(
        "paste-unbounded",
        "a field takes no more of a paste than it can show",
        "chasqui/console/widgets/field_input.py",
        "if len(event.text) > LONGEST:",
        "if False:",
        f"{TESTS}::test_a_paste_of_a_million_characters_into_any_field_is_bounded_and_harmless",
    ),
    Mutant(
        "vanished-under-a-worker",
        "a host that vanishes while a worker is looked at ends nothing",
        "chasqui/console/screens/worker_detail.py",
        "        except Exception as error:  # no answer, or a bug in drawing it: the screen is stale\n"
        "            self._session.poller.note(error)\n",
        "        except ValueError as error:\n            self._session.poller.note(error)\n",
        f"{TESTS}::test_a_host_that_vanishes_in_the_midst_of_any_screen_ends_nothing",
    ),
)
