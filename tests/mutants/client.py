"""Mutants of the client's side of a host's socket, and of a host as a port."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

ROOM = "chasqui/control/client"
TESTS = "tests/control/client"

MUTANTS = (
    Mutant(
        "client-in-any-folder",
        "a client does not connect where another user could have put a socket",
        f"{ROOM}/connecting.py",
        "    if not path.stem.endswith(OBSERVED) and not connectable(path):",
        "    if not path.parent.exists():",
        f"{TESTS}/test_connecting.py",
    ),
    Mutant(
        "full-queue-is-no-host",
        "a host whose accept queue is full is waited for, and not taken for gone",
        f"{ROOM}/connecting.py",
        "== errno.EAGAIN:",
        "== errno.EINPROGRESS:",
        f"{TESTS}/test_connecting.py",
    ),
    Mutant(
        "answers-in-order-only",
        "an answer goes to the request with its number",
        f"{ROOM}/client.py",
        "            pending = self._waiting.get(reply.id)",
        "            pending = next(iter(self._waiting.values()), None)",
        f"{TESTS}/test_client.py::test_answers_find_their_requests_in_any_order",
    ),
    Mutant(
        "given-up-requests-kept",
        "an answer that comes too late is for no one",
        f"{ROOM}/client.py",
        "            self._waiting.pop(number, None)",
        "            pass",
        f"{TESTS}/test_client.py::test_a_request_that_has_ended_is_forgotten",
    ),
    Mutant(
        "waits-for-a-dead-host",
        "requests under way end when the host dies",
        f"{ROOM}/client.py",
        "            pending.put(reason)",
        "            pass",
        f"{TESTS}/test_client.py::test_closing_ends_requests_of_other_threads",
    ),
    Mutant(
        "asks-any-version",
        "a host of another protocol is asked for the permanent verbs only",
        f"{ROOM}/client.py",
        "        if not (self.speaks_alike or VERBS[verb].is_permanent):",
        "        if verb not in VERBS:",
        f"{TESTS}/test_client.py::test_a_host_of_another_protocol_is_only_looked_at_and_stopped",
    ),
    Mutant(
        "gap-ends-a-stream",
        "what a slow reader missed is counted and ends no stream",
        f"{ROOM}/pending.py",
        "                    self.missed += reply.missed\n                    continue",
        "                    self.missed += reply.missed\n                    return",
        f"{TESTS}/test_client.py::test_what_a_slow_reader_missed_is_counted_and_ends_no_stream",
    ),
    Mutant(
        "sends-what-is-too-long",
        "a request that is too long is refused before it is sent",
        f"{ROOM}/client.py",
        "        if len(frame) > REQUEST_BYTES + 4:",
        "        if len(frame) > 2 * REQUEST_BYTES:",
        f"{TESTS}/test_client.py::test_a_request_that_is_too_long_is_refused_here_and_the_connection_goes_on",
    ),
    Mutant(
        "believes-strangers",
        "texts of another user's host are made safe for a terminal",
        f"{ROOM}/client.py",
        "        if not self._is_stranger:",
        "        if self.path:",
        f"{TESTS}/test_strangers.py",
    ),
    Mutant(
        "reads-a-strangers-file",
        "no file is read because another user's host has named it",
        f"{ROOM}/client.py",
        " if self._is_stranger else hello",
        ' if role == "none" else hello',
        f"{TESTS}/test_strangers.py",
    ),
    Mutant(
        "unchanged-sections-lost",
        "a reading keeps the sections that have not changed",
        f"{ROOM}/sections.py",
        "            values = {**base.values, **changed}",
        "            values = changed",
        f"{TESTS}/test_remote.py",
    ),
    Mutant(
        "one-revision-for-all",
        "a revision belongs to its query",
        f"{ROOM}/sections.py",
        "            return self._held.get(query, Held())",
        "            return next(iter(self._held.values()), Held())",
        f"{TESTS}/test_remote.py::test_revisions_belong_to_a_query",
    ),
    Mutant(
        "revision-outlives-connection",
        "a host that comes back is read from the beginning",
        f"{ROOM}/remote.py",
        "        if of is not client:",
        "        if of is None:",
        f"{TESTS}/test_link.py::test_a_host_that_comes_back_is_read_from_the_beginning",
    ),
    Mutant(
        "observer-acts-as-operator",
        "a console that may only observe knows it",
        f"{ROOM}/remote.py",
        ' or hello.role == "observe"',
        "",
        f"{TESTS}/test_remote.py",
    ),
    Mutant(
        "stops-old-hosts-by-apply",
        "a host of any version is stopped by the verb that keeps its form",
        f"{ROOM}/remote.py",
        "        if not isinstance(command, Shutdown):",
        "        if command is not None:",
        f"{TESTS}/test_remote.py::test_a_host_of_another_version_is_seen_and_stopped",
    ),
    Mutant(
        "reconnects-at-every-call",
        "attempts to connect again become rarer",
        f"{ROOM}/link.py",
        "        if now < self._next:",
        "        if now < 0:",
        f"{TESTS}/test_link.py::test_attempts_to_connect_again_become_rarer",
    ),
)
