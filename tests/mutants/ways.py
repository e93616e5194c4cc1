"""Mutants of the ways in from a shell: status, submit, the commands that steer, and the bridge."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SUBMIT = "tests/commands/test_submit.py"
STEERING = "tests/commands/test_steering.py"

MUTANTS = (
    Mutant(
        "unhealthy-sum",
        "a broken sum is unhealthy",
        "chasqui/commands/status_text.py",
        "    return status.state in HEALTHY and status.conservation",
        "    return status.state in HEALTHY",
        "tests/commands/test_status_text.py",
    ),
    Mutant(
        "full-is-refused",
        "what finds no room is sent again",
        "chasqui/commands/feeding.py",
        'LATER: Final = ("full", "busy")',
        'LATER: Final = ("busy",)',
        f"{SUBMIT}::test_what_finds_no_room_is_sent_again_in_its_order",
    ),
    Mutant(
        "busy-is-the-end",
        "a busy host is asked again",
        "chasqui/commands/feeding.py",
        'LATER: Final = ("full", "busy")',
        'LATER: Final = ("full",)',
        f"{SUBMIT}::test_a_busy_host_is_asked_again",
    ),
    Mutant(
        "rest-after-the-next",
        "lines keep their order while the backlog is full",
        "chasqui/commands/feeding.py",
        "            self.settle()\n            if self._stopped():\n                return False\n",
        "            if self._pending is not None:\n"
        "                self._left = [*getattr(self, '_left', []), *self._offers]\n"
        "                rest = self._sorted(self._pending.result())\n"
        "                batch = [*batch, *rest]\n"
        "            if self._stopped():\n                return False\n",
        f"{SUBMIT}::test_what_finds_no_room_is_sent_again_in_its_order",
    ),
    Mutant(
        "slow-input-unacknowledged",
        "a slow input is acknowledged line by line",
        "chasqui/commands/sending.py",
        "            if source is None or intake.is_waiting(source):",
        "            if source is None:",
        f"{SUBMIT}::test_a_slow_input_is_acknowledged_line_by_line",
    ),
    Mutant(
        "patience-for-ever",
        "no room for longer than --timeout is said",
        "chasqui/commands/feeding.py",
        "        if self._patience is not None and waited >= self._patience:",
        "        if self._patience is not None and waited >= self._patience + 1e6:",
        f"{SUBMIT}::test_no_room_for_longer_than_the_timeout_has_a_status_of_its_own",
    ),
    Mutant(
        "next-line-off",
        "a feeder that is stopped says from which line to go on",
        "chasqui/commands/feeding.py",
        "            elif self._stopped():\n                self.settled = rest[0].line - 1\n",
        "            elif self._stopped():\n",
        f"{SUBMIT}::test_a_signal_says_which_line_comes_next",
    ),
    Mutant(
        "away-unsaid",
        "what was on its way when the host went is named",
        "chasqui/commands/feeding.py",
        "                    self.unsettled = (self._offers[0].line, self._offers[-1].line)\n",
        "",
        f"{SUBMIT}::test_a_host_that_goes_away_leaves_open_only_what_was_on_its_way",
    ),
    Mutant(
        "batch-of-any-size",
        "a request is no longer than the host takes",
        "chasqui/commands/feeding.py",
        "            if len(data) > REQUEST_BYTES - ENVELOPE:",
        "            if False:",
        f"{SUBMIT}::test_a_line_too_long_for_a_request_is_refused_alone",
    ),
    Mutant(
        "signal-taken-for-an-interrupt",
        "SIGTERM with work left has a status of its own",
        "chasqui/commands/halting.py",
        "        return exits.INTERRUPTED if by_hand else exits.TERMINATED",
        "        return exits.INTERRUPTED",
        f"{SUBMIT}::test_a_signal_says_which_line_comes_next",
    ),
    Mutant(
        "unknown-end-is-good",
        "a task whose end is not known does not count as completed",
        "chasqui/commands/sending.py",
        '        if fate.state != "completed":',
        '        if fate.state == "failed":',
        "tests/commands/test_submit_wait.py",
    ),
    Mutant(
        "host-gone-unnoticed",
        "a feeder that waits for input notices that its host has gone",
        "chasqui/commands/heartbeat.py",
        "            if self._client.lost is not None:",
        "            if False:",
        f"{SUBMIT}::test_a_host_that_goes_away_ends_a_feeder_that_waits_for_input",
    ),
    Mutant(
        "ends-not-kept",
        "the host keeps the tasks whose ends are waited for",
        "chasqui/commands/sending.py",
        "            keep=rows,",
        "            keep=False,",
        "tests/commands/test_submit_wait.py",
    ),
    Mutant(
        "relative-path-sent",
        "a relative path is made absolute where it was typed",
        "chasqui/commands/paths.py",
        "    return os.path.join(os.getcwd(), path) if path else path",
        "    return path",
        "tests/commands/test_tasks.py",
    ),
    Mutant(
        "links-resolved-by-text",
        "what .. means is left to the links",
        "chasqui/commands/paths.py",
        "    return os.path.join(os.getcwd(), path) if path else path",
        "    return os.path.abspath(path) if path else path",
        "tests/commands/test_tasks.py",
    ),
    Mutant(
        "reason-dropped",
        "the reason of a change reaches the host",
        "chasqui/commands/steering.py",
        "ApplyArgs(command=command, reason=args.reason)",
        "ApplyArgs(command=command)",
        STEERING,
    ),
    Mutant(
        "limit-said-anyway",
        "a limit that is not said stays as it is",
        "chasqui/commands/limit.py",
        "    many: int | UnsetType | None = UNSET\n",
        "    many: int | UnsetType | None = None\n",
        f"{STEERING}::test_a_limit_that_is_not_said_is_not_sent",
    ),
    Mutant(
        "refusal-as-usage",
        "a refused command has a status of its own",
        "chasqui/commands/steering.py",
        '    if outcome.kind == "refused":\n        return exits.REFUSED\n',
        "",
        STEERING,
    ),
    Mutant(
        "skipped-is-done",
        "a command that could do only some says so",
        "chasqui/commands/steering.py",
        "    return exits.UNHEALTHY if outcome.skipped_count or outcome.count else exits.USAGE",
        "    return exits.DONE if outcome.count else exits.USAGE",
        STEERING,
    ),
    Mutant(
        "bridge-keeps-the-end",
        "the end of the input reaches the host",
        "chasqui/commands/bridging.py",
        "        connection.shutdown(socket.SHUT_WR)\n",
        "        pass\n",
        "tests/commands/test_bridging.py::"
        "test_the_end_of_the_input_reaches_the_host_which_may_still_answer",
    ),
    Mutant(
        "never-a-task",
        "a number that was never a task's is told from one that has ended",
        "chasqui/control/orders.py",
        "is_one = task is not None or 0 < number <= self._engine.metrics().accepted",
        "is_one = True",
        "tests/control/test_orders.py",
    ),
    Mutant(
        "unset-limit-applied",
        "a limit that is left out changes nothing",
        "chasqui/control/orders.py",
        "said = {of: to for of, to in limits.items() if to is not msgspec.UNSET}",
        "said = {of: None if to is msgspec.UNSET else to for of, to in limits.items()}",
        "tests/control/test_orders.py",
    ),
)
