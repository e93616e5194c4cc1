"""Mutants of the port: its questions, its answers, and what a socket asks of both."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

LOG = "tests/control/test_log_views.py"
DETAIL = "tests/console/test_detail.py"

SETS = "tests/control/test_number_sets.py"

MUTANTS = (
    Mutant(
        "log-whole-every-time",
        "an answer has only the lines of a log after the cursor that it was asked with",
        "chasqui/control/local.py",
        "engine.task_log(number, log_after)",
        "engine.task_log(number)",
        "tests/control/test_contract.py",
    ),
    Mutant(
        "log-without-a-bound",
        "an answer has a bounded number of a log's rows",
        "chasqui/control/log_views.py",
        "len(rows) + len(views) > ROWS",
        "False",
        LOG,
    ),
    Mutant(
        "log-of-any-length",
        "an answer has a bounded length of a log's text",
        "chasqui/control/log_views.py",
        "characters > CHARACTERS)",
        "False)",
        LOG,
    ),
    Mutant(
        "log-cursor-past-the-rest",
        "the lines that an answer has no room for come with the next",
        "chasqui/control/log_views.py",
        "cursor = line.number - 1\n",
        "pass\n",
        LOG,
    ),
    Mutant(
        "console-asks-for-the-whole-log",
        "a page that follows a log asks for new lines only",
        "chasqui/console/screens/task_detail.py",
        "known.log_cursor if known else 0",
        "0",
        DETAIL,
    ),
    Mutant(
        "console-keeps-every-line",
        "a console keeps a bounded number of a log's lines",
        "chasqui/console/model/detail.py",
        "over = max(0, len(log) - LOG_KEPT)",
        "over = 0",
        DETAIL,
    ),
    Mutant(
        "rest-of-an-ended-log-is-left",
        "a log longer than an answer is read to its end, also when its task has ended",
        "chasqui/console/screens/task_detail.py",
        "and not known.log_more",
        "",
        f"{DETAIL}::test_a_log_longer_than_the_answers_of_a_reading_goes_on_at_the_next",
    ),
    Mutant(
        "outcome-lists-all",
        "an outcome lists a bounded number of its numbers",
        "chasqui/control/number_sets.py",
        "numbers=tuple(numbers[:NAMED])",
        "numbers=tuple(numbers)",
        SETS,
    ),
    Mutant(
        "outcome-lists-all-skipped",
        "an outcome lists a bounded number of those skipped",
        "chasqui/control/number_sets.py",
        "skipped=tuple(skipped[:NAMED])",
        "skipped=tuple(skipped)",
        SETS,
    ),
    Mutant(
        "token-for-those-listed",
        "a token names all numbers of an outcome",
        "chasqui/control/number_sets.py",
        "self._hold(numbers) if",
        "self._hold(numbers[:NAMED]) if",
        SETS,
    ),
    Mutant(
        "sets-held-for-ever",
        "the sets that tokens name are bounded in number",
        "chasqui/control/number_sets.py",
        "len(self._sets) > SETS or",
        "False or",
        SETS,
    ),
    Mutant(
        "sets-of-any-size",
        "the sets that tokens name are bounded in their numbers",
        "chasqui/control/number_sets.py",
        "self._held > HELD and",
        "False and",
        SETS,
    ),
    Mutant(
        "token-that-is-gone-chooses-all",
        "a token of which nothing is held is refused",
        "chasqui/control/number_sets.py",
        "                raise SetGone\n",
        "                return ()\n",
        SETS,
    ),
    Mutant(
        "console-acts-on-those-listed",
        "a console acts on all that it counted, not on those listed",
        "chasqui/console/bulk.py",
        "self._carry_out(deed, counted.chosen, count)",
        "self._carry_out(deed, Chosen(numbers=counted.numbers), count)",
        "tests/console/test_bulk.py",
    ),
    Mutant(
        "console-counts-those-listed",
        "a console names the count of all that it will act on",
        "chasqui/console/bulk.py",
        "count, deed = counted.count, wanted.deed",
        "count, deed = len(counted.numbers), wanted.deed",
        "tests/console/test_bulk.py",
    ),
)
