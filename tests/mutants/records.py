"""What the engine keeps of its tasks: failures, logs and figures."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "failures-unbounded-in-bytes",
        "kept failures are bounded by their bytes",
        "chasqui/engine/failures/log.py",
        "while self._shared.size > most:",
        "while False:",
        "tests/engine/failures",
    ),
    Mutant(
        "mistyped-filter-acts-on-all",
        "nothing is done to what a mistyped filter chooses",
        "chasqui/engine/failures/selection.py",
        "    if what.notes:",
        "    if False:",
        "tests/engine/failures",
    ),
    Mutant(
        "empty-filter-acts-on-all",
        "an empty filter chooses nothing to act on",
        "chasqui/engine/failures/selection.py",
        "    elif not what.strip():",
        "    elif False:",
        "tests/engine/failures",
    ),
    Mutant(
        "retried-twice",
        "a failure is retried once",
        "chasqui/engine/failures/remedies.py",
        '"retried", among=OPEN)',
        '"retried", among=(*OPEN, "retried"))',
        "tests/engine/failures",
    ),
    Mutant(
        "revealed-secret-kept",
        "parameters with a revealed secret are not kept for a retry",
        "chasqui/engine/failures/failure.py",
        "    if longest_revealed() and",
        "    if False and",
        "tests/engine/failures",
    ),
    Mutant(
        "messages-of-a-record-class",
        "a record class with messages of its own is asked for them",
        "chasqui/engine/logs/capture.py",
        'if foreign.said(type(record), "getMessage") is not _GET_MESSAGE:',
        "if False:",
        "tests/engine/logs/test_routing.py",
    ),
    Mutant(
        "tasklog-late-attempt",
        "an abandoned body logs for its own attempt",
        "chasqui/pool/log_sinks.py",
        "    if task.worker == worker.name:\n",
        "    if True:\n",
        "tests/engine/logs/test_task_log.py",
    ),
    Mutant(
        "tasklog-secret-in-pieces",
        "a revealed secret that is printed in pieces is in no line",
        "chasqui/engine/logs/task_log.py",
        "_cut(masked(_seen(last.text + text)))",
        "last.text + _cut(masked(_seen(text)))",
        "tests/engine/logs/test_task_log.py",
    ),
    Mutant(
        "tasklog-unbounded-in-all",
        "all logs together keep no more bytes than they may",
        "chasqui/engine/logs/task_log.py",
        "if self._bytes > self._rules.bytes_in_all:",
        "if False:",
        "tests/engine/logs/test_task_log.py",
    ),
    Mutant(
        "meter-holds-its-lock",
        "the meter asks the pools without its lock",
        "chasqui/engine/metrics/sampler.py",
        "        looks = self._look(awake)\n",
        "        with self._changed:\n            looks = self._look(awake)\n",
        "tests/engine/metrics/test_sampler.py",
    ),
    Mutant(
        "gathered-twice",
        "a duration is gathered once",
        "chasqui/pool/tally.py",
        "        other.runs.clear()\n",
        "",
        "tests/pool/test_gathering.py",
    ),
    Mutant(
        "open-kind-of-no-failure",
        "a kind of which no failure is open is not counted as open",
        "chasqui/engine/failures/kept.py",
        "        if before is not None:\n            self._count(before, -1)\n",
        "",
        "tests/engine/failures/test_open_kinds.py",
    ),
)
