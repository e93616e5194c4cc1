"""Mutants of child processes: what they die of, what is left of them, and what crosses."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

DRIVER = "chasqui/processes/driver.py"
OFFSPRING = "chasqui/processes/offspring.py"
ZYGOTE = "chasqui/processes/zygote.py"
BACKEND = "tests/processes/test_backend.py::test_"
FAULTS = "tests/processes/test_faults_of_bodies.py::test_"
LIFE = "tests/processes/test_zygote.py::test_"
CROSSED = "tests/processes/test_faults.py"

MUTANTS = (
    Mutant(
        "deaf-child-lives-on",
        "a child that closes its socket and goes on is killed",
        DRIVER,
        "        if is_deaf := not child.ended.wait(SHUT):\n            LAUNCHER.kill(child)\n",
        "        if is_deaf := not child.ended.wait(SHUT):\n",
        FAULTS + "a_child_that_closes_its_socket_and_goes_on_is_killed",
    ),
    Mutant(
        "no-message-costs-the-worker",
        "what is no message fails its task alone",
        DRIVER,
        "            except DecodeError:\n                break\n",
        "            except DecodeError:\n                raise\n",
        FAULTS + "a_child_that_sends_what_is_no_message_fails_its_task_alone",
    ),
    Mutant(
        "message-of-any-length",
        "a child cannot have its host wait for gigabytes",
        "chasqui/processes/child.py",
        "Frames(ours, LONGEST)",
        "Frames(ours)",
        FAULTS + "a_child_that_sends_what_is_no_message_fails_its_task_alone",
    ),
    Mutant(
        "descriptors-inherited",
        "what a body starts inherits no descriptor of its child",
        ZYGOTE,
        'getattr(socket, "MSG_CMSG_CLOEXEC", 0)',
        "0",
        FAULTS + "what_a_body_starts_inherits_no_descriptor_of_its_child",
    ),
    Mutant(
        "escaped-into-a-session",
        "what a killed body has started in a session of its own ends with it",
        OFFSPRING,
        "        self._below.update(below)\n",
        "",
        FAULTS + "what_a_killed_body_has_started_ends_with_it",
    ),
    Mutant(
        "prints-cut",
        "what is printed at once is whole",
        "chasqui/processes/reporting.py",
        "        for at in range(0, len(text), LONGEST):\n",
        "        for at in (0,):\n",
        FAULTS + "what_is_printed_at_once_is_whole",
    ),
    Mutant(
        "closed-stream-costs-the-worker",
        "a closed stream of the program costs no worker",
        DRIVER,
        "with contextlib.suppress(Exception):  # it is closed",
        "with contextlib.suppress():  # it is closed",
        FAULTS + "a_closed_stream_of_the_program_costs_neither_a_task_nor_a_worker",
    ),
    Mutant(
        "term-ignored",
        "a body that ignores SIGTERM is killed",
        OFFSPRING,
        "if self._escalates else now + GRACE",
        "",
        FAULTS + "a_body_that_ignores_sigterm_is_killed",
    ),
    Mutant(
        "cancel-without-a-kill",
        "a running body is gone soon after a cancel, whatever it does",
        DRIVER,
        "        LAUNCHER.kill(child, AT_THE_END if at_the_end else self._settings.kill_after)\n",
        "",
        BACKEND + "a_running_body_is_gone_soon_after_a_cancel",
    ),
    Mutant(
        "asked-once",
        "a body is asked to stop again when a request is lost",
        OFFSPRING,
        "            self.ask_at = now + ASK\n",
        "",
        BACKEND + "a_body_whose_first_request_to_stop_is_lost_is_asked_again",
    ),
    Mutant(
        "sleep-that-locks-its-waker-out",
        "a sleep can be woken at any moment, also by a handler on its own thread",
        "chasqui/processes/context.py",
        "self._woken: SimpleQueue[None] = SimpleQueue()",
        'self._woken = __import__("queue").Queue()  # type: ignore[assignment]',
        BACKEND + "a_sleep_can_be_woken_at_any_moment",
    ),
    Mutant(
        "children-behind-an-ended-thread",
        "a thread that has ended meanwhile hides no child",
        "chasqui/processes/kernel.py",
        "            with contextlib.suppress(OSError):  # it has ended; another has children as well\n"
        "                found +=",
        "            if True:\n                found +=",
        "tests/processes/test_kernel.py::test_a_thread_that_has_ended_meanwhile_hides_no_child",
    ),
    Mutant(
        "copy-answers",
        "a copy that a body forks does not answer for its task",
        "chasqui/processes/serving.py",
        "            if os.getpid() != process:\n",
        "            if False:\n",
        BACKEND + "a_copy_that_a_body_forks_does_not_answer_for_its_task",
    ),
    Mutant(
        "children-without-end",
        "after three deaths in a row no more children are made",
        "chasqui/processes/backend.py",
        "        if self._deaths < IN_A_ROW:\n",
        "        if True:\n",
        LIFE + "a_module_that_ends_its_process_costs_three_tasks_and_then_the_pool_is_degraded",
    ),
    Mutant(
        "dead-zygote-kept",
        "when a zygote is killed the next tasks run on another",
        "chasqui/processes/launcher.py",
        "        if self._zygote is None or not self._zygote.is_alive:\n",
        "        if self._zygote is None:\n",
        LIFE + "when_a_zygote_is_killed_its_tasks_fail_and_the_next_run_on_another",
    ),
    Mutant(
        "zygote-outlives-its-pools",
        "the last pool of processes ends the zygote",
        "chasqui/processes/launcher.py",
        "        if zygote is not None:\n            zygote.end()\n",
        "",
        LIFE + "engines_in_turn_leave_no_descriptor_no_thread_and_no_process",
    ),
    Mutant(
        "memory-unwatched",
        "a child with more memory than it may have is killed",
        ZYGOTE,
        "            child.watch_memory(now)\n",
        "",
        LIFE + "a_child_with_more_memory_than_it_may_have_is_killed_and_its_peak_is_known",
    ),
    Mutant(
        "error-of-no-class",
        "an error that its class cannot make here keeps its class",
        "chasqui/processes/faults.py",
        "stand_in(kind, args, attributes, text) if error is None else error",
        "ErrorSummary(text) if error is None else error",
        CROSSED,
    ),
    Mutant(
        "error-asked-whether-it-is-true",
        "an error that counts as false, or as nothing, keeps its class",
        "chasqui/processes/faults.py",
        "stand_in(kind, args, attributes, text) if error is None else error",
        "error or stand_in(kind, args, attributes, text)",
        CROSSED,
    ),
    Mutant(
        "bytes-as-text",
        "an error of bytes is the same",
        "chasqui/processes/faults.py",
        "    if kind is bytes:\n",
        "    if False:\n",
        CROSSED,
    ),
    Mutant(
        "object-in-quotes",
        "an object that stays in its child is shown in the error as it was",
        "chasqui/processes/faults.py",
        "    def __repr__(self) -> str:\n        return str(self)\n",
        "",
        CROSSED,
    ),
    Mutant(
        "group-of-texts",
        "a group has the errors that it had",
        "chasqui/processes/faults.py",
        ", _group(error, depth)]",
        ", _shown(error)]",
        CROSSED,
    ),
    Mutant(
        "stand-in-refused",
        "a class that refuses others to be made from it has stand-ins",
        "chasqui/processes/stand_in.py",
        "    def __init_subclass__(cls) -> None:\n",
        "    def unused(cls) -> None:\n",
        CROSSED,
    ),
    Mutant(
        "import-outlives-the-host",
        "a zygote ends with its host in the middle of an import",
        ZYGOTE,
        "        signal.setitimer(signal.ITIMER_REAL, LOOK, LOOK)\n",
        "",
        LIFE + "a_zygote_ends_with_its_host_in_the_middle_of_an_import",
    ),
)
