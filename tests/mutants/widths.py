"""Mutants of what stays on screen where it is narrow, and of how words and durations are cut."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

WIDTHS = "tests/console/test_widths.py"
MODELS = "tests/console/test_models.py"
DURATIONS = "tests/test_durations.py"
COLUMNS = "chasqui/console/model/columns.py"
SUMMARY = "chasqui/console/model/summary.py"

MUTANTS = (
    Mutant(
        "needed-column-dropped",
        "a column that is needed is narrowed rather than dropped",
        COLUMNS,
        "ESSENTIAL = 2 ",
        "ESSENTIAL = 0 ",
        WIDTHS,
    ),
    Mutant(
        "columns-over-the-edge",
        "columns are narrowed until all of them fit",
        COLUMNS,
        "more = max(0, min(spare, column.width - column.narrowest))",
        "more = column.width - column.narrowest",
        WIDTHS,
    ),
    Mutant(
        "name-first-to-go",
        "at eighty columns the name is shortened and not dropped",
        "chasqui/console/widgets/status_bar.py",
        "drop_first=self.size.width < WHOLE",
        "drop_first=True",
        WIDTHS,
    ),
    Mutant(
        "wrong-unsaid",
        "what is wrong is on the status line",
        SUMMARY,
        "    if snapshot.wrong:\n",
        "    if False:\n",
        WIDTHS,
    ),
    Mutant(
        "wrong-dropped",
        "what is wrong is shortened, and never dropped",
        SUMMARY,
        'yield Span(words[0], "warn", priority=KEEP, shorter=tuple(words[1:]))',
        'yield Span(words[0], "warn", priority=3, shorter=tuple(words[1:]))',
        WIDTHS,
    ),
    Mutant(
        "full-in-turns-unsaid",
        "a backlog that producers fill in turns is called full",
        SUMMARY,
        "full = snapshot.full_for > 0 or",
        "full = False or",
        "tests/console/test_status.py",
    ),
    Mutant(
        "stop-unmarked",
        "a task that does not stop is marked in its worker's row",
        "chasqui/console/panes/workers.py",
        "    if worker.asked_at is not None:",
        "    if False:",
        WIDTHS,
    ),
    Mutant(
        "left-out-unmarked",
        "a type whose schedule left out turns is marked",
        "chasqui/console/model/types.py",
        'f"{glyphs.warning} {row.name}" if row.note else row.name',
        "row.name",
        WIDTHS,
    ),
    Mutant(
        "reasons-cut-alike",
        "reasons that are cut can be told apart",
        "chasqui/console/model/reasons.py",
        " and len(cut) == shown",
        "",
        MODELS,
    ),
    Mutant(
        "cut-like-a-masked-part",
        "what stands for a part that varies is not what stands for a cut",
        "chasqui/control/failure_views.py",
        'FOLDED = "▒▒▒"',
        'FOLDED = "…"',
        "tests/control/test_lists.py",
    ),
    Mutant(
        "something-is-nothing",
        "a rate that is not nothing is never shown as nothing",
        "chasqui/console/model/format.py",
        "    if 0 < per_second < 0.05:",
        "    if False:",
        MODELS,
    ),
    Mutant(
        "hours-in-minutes",
        "a duration has at most two units",
        "chasqui/durations.py",
        "    if whole < HOUR:\n",
        "    if whole < 10 * HOUR:\n",
        DURATIONS,
    ),
    Mutant(
        "micro-not-in-ascii",
        "a microsecond is us where there is ASCII only",
        "chasqui/console/model/format.py",
        'str.maketrans("…·–µ•▒⏎", "~--u*# ")',
        'str.maketrans("…·–•▒⏎", "~--*# ")',
        MODELS,
    ),
    Mutant(
        "pattern-shown",
        "a pattern is said in words where it has a form in words",
        "chasqui/engine/types/patterns.py",
        "if not parts or len(parts) > PARTS or not all(parts):",
        "if True:",
        "tests/engine/types/test_patterns.py",
    ),
    Mutant(
        "pattern-as-if-whole",
        "of a pattern that asks for a part it is said that it does",
        "chasqui/engine/types/patterns.py",
        "    if begins and ends:\n",
        "    if True:\n",
        "tests/engine/types/test_patterns.py",
    ),
    Mutant(
        "pattern-of-msgspec",
        "what msgspec says of a pattern is said in words",
        "chasqui/engine/types/texts.py",
        "    if found := _PATTERN.fullmatch(reason):",
        "    if found := None:",
        "tests/engine/types/test_patterns.py",
    ),
    Mutant(
        "remembered-unsaid",
        "a resize says that it is remembered, and where",
        "chasqui/console/steering.py",
        "self.apply(make, told, remembered=True)",
        "self.apply(make, told)",
        "tests/console/test_remembering.py",
    ),
    Mutant(
        "demo-forgets-unsaid",
        "the demo says at once what it forgets",
        "chasqui/console/screens/main.py",
        "        if self.session.caps.forgets:\n",
        "        if False:\n",
        "tests/console/test_remembering.py",
    ),
    Mutant(
        "words-cut",
        "a text is broken between words",
        "chasqui/console/model/line.py",
        "        if 2 * blank > len(line):",
        "        if False:",
        MODELS,
    ),
)
