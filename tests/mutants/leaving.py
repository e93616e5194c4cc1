"""Mutants of leaving: nothing ends in silence."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FINISHING = "tests/commands/test_finishing.py"
ALL_WAYS = f"{FINISHING}::test_what_is_not_completed_is_named_and_kept_whatever_ends_the_console"
CRASH = "tests/commands/test_crash.py"
HANG_UP = "tests/commands/run/test_hang_up.py"

MUTANTS = (
    Mutant(
        "failures-unnamed",
        "what failed is named when a console ends",
        "chasqui/commands/finishing.py",
        "            if failure.state in OPEN:\n",
        "            if False:\n",
        ALL_WAYS,
    ),
    Mutant(
        "cancelled-unnamed",
        "what was cancelled is named when a console ends",
        "chasqui/commands/finishing.py",
        "        self._cancelled.extend(tasks)\n",
        "",
        ALL_WAYS,
    ),
    Mutant(
        "drain-as-if-interrupted",
        "a shutdown that its time cuts short does not end as if it were interrupted",
        "chasqui/commands/finishing.py",
        "if self._caught is not None and (cut or not ledger.clean):",
        "if cut or not ledger.clean:",
        f"{FINISHING}::test_a_drain_that_its_time_cuts_short_ends_with_1_and_not_as_if_interrupted",
    ),
    Mutant(
        "cut-short-is-done",
        "work that a signal has cancelled counts as left",
        "chasqui/commands/finishing.py",
        "(cut or not ledger.clean):",
        "(not ledger.clean):",
        ALL_WAYS,
    ),
    Mutant(
        "cut-off-by-a-drain-is-done",
        "what the end of a drain's time cuts off counts as left",
        "chasqui/commands/finishing.py",
        "ledger.clean and not self._has_cut_off",
        "ledger.clean",
        f"{FINISHING}::test_a_drain_that_cuts_off_a_task_that_stops_when_asked_ends_with_1_too",
    ),
    Mutant(
        "cancelled-as-asked-is-cut-off",
        "a shutdown that was to cancel has cut nothing off",
        "chasqui/engine/pools.py",
        'any(state.stopped and state.stopping == "drain" for state in states)',
        "any(state.stopped for state in states)",
        "tests/commands/test_serve.py::"
        "test_a_shutdown_that_was_to_cancel_ends_host_and_client_with_0",
    ),
    Mutant(
        "cancelled-by-hand-is-cut-off",
        "what is cancelled while a host drains is not cut off",
        "chasqui/engine/pools.py",
        'any(state.stopped and state.stopping == "drain" for state in states)',
        'any(state.stopping == "drain" for state in states)',
        "tests/commands/test_serve.py::"
        "test_what_is_cancelled_by_hand_while_a_host_drains_is_not_cut_off",
    ),
    Mutant(
        "drain-cut-off-in-silence",
        "who waits for a drain learns what was cut off",
        "chasqui/commands/shutdown.py",
        "                cut_off = counts.cancelled - cancelled\n",
        "",
        "tests/commands/test_steering.py",
    ),
    Mutant(
        "cut-off-in-one-pool-is-lost",
        "what was cut off counts from the first pool on that has stopped",
        "chasqui/commands/shutdown.py",
        '            elif not any(pool.state == "stopped" for pool in status.pools.values()):\n',
        "            else:\n",
        "tests/commands/test_steering.py",
    ),
    Mutant(
        "abandoned-unnamed",
        "what does not stop when asked is named",
        "chasqui/commands/finishing.py",
        '    yield from ((one, "abandoned") for one in ledger.abandoned)\n',
        "",
        f"{FINISHING}::test_without_a_journal_what_does_not_stop_is_named_and_kept_to_be_run_again",
    ),
    Mutant(
        "living-terminal-given-up",
        "a terminal that lives is given back after a SIGHUP",
        "chasqui/console/guard.py",
        "        if self._terminal is None or os.isatty(self._terminal.fileno()):\n",
        "        if self._terminal is None:\n",
        ALL_WAYS,
    ),
    Mutant(
        "demo-keeps",
        "the demo keeps nothing",
        "chasqui/commands/in_process.py",
        "session.folder if remember else None",
        "session.folder",
        f"{FINISHING}::test_the_demo_says_what_it_forgets",
    ),
    Mutant(
        "crash-is-done",
        "a console that has failed ends with a status that is not 0",
        "chasqui/commands/finishing.py",
        "statuses = [exits.UNHEALTHY] if crashed or not is_whole else []",
        "statuses: list[int] = []",
        CRASH,
    ),
    Mutant(
        "crash-unkept",
        "the traceback of a mistake is kept in a file",
        "chasqui/commands/crash.py",
        '            write_all(descriptor, text.encode("utf-8", "backslashreplace"))\n',
        "            pass\n",
        CRASH,
    ),
    Mutant(
        "run-hung-up-in-silence",
        "a run whose terminal is closed stops as at a SIGTERM",
        "chasqui/commands/run/stop.py",
        "handle((*STOP_SIGNALS, signal.SIGHUP), self._on_signal)",
        "handle(STOP_SIGNALS, self._on_signal)",
        HANG_UP,
    ),
    Mutant(
        "run-unnamed",
        "a run that is stopped names what it does not complete",
        "chasqui/commands/run/run.py",
        "        if self._stop.now() and self._unfinished is not None:\n",
        "        if False:\n",
        HANG_UP,
    ),
    Mutant(
        "run-unnamed-without-a-signal",
        "a run that no signal has stopped names what it does not complete as well",
        "chasqui/commands/run/run.py",
        "        if self._stop.now() and self._unfinished is not None:\n",
        "        if self._stop.signal is not None and self._unfinished is not None:\n",
        HANG_UP,
    ),
    Mutant(
        "runs-fill-the-folder",
        "the folder keeps the newest files also of runs",
        "chasqui/commands/run/unfinished.py",
        "                keep_newest(folder, file)\n",
        "",
        HANG_UP,
    ),
    Mutant(
        "completed-kept",
        "what has completed is not kept to be run again",
        "chasqui/commands/run/unfinished.py",
        'is not None and task.state != "completed":',
        "is not None:",
        HANG_UP,
    ),
    Mutant(
        "stopped-terminal-waited-for",
        "a terminal that takes nothing does not keep the console from ending",
        "chasqui/console/guard.py",
        "                    signal.pthread_kill(thread.ident, NUDGE)\n",
        "                    pass\n",
        "tests/console/test_terminal.py::"
        "test_a_terminal_that_takes_nothing_any_more_does_not_keep_it_from_ending",
    ),
)
