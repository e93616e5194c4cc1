"""Leaving and stopping with a journal: what is left stays, and what is cancelled does not."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.ending import ConsoleExit
from chasqui.control.fake import FakePort
from chasqui.control.port import JournalStatus, ShutdownView
from tests.console.rows import busy, ledger, snapshot

POWER = JournalStatus(mode="power", state="ok")


def kept(of=None, **journal):
    status = msgspec.structs.replace(POWER, **journal)
    return msgspec.structs.replace(of or busy(), journal=status)


@pytest.mark.parametrize("key", ["q", "Q"])
def test_the_question_says_what_stays_in_the_journal_and_how_much_is_on_disk(drive, key):
    async def steps(console):
        await console.press(key)
        assert "1 running, 4 queued, 9,000 more on disk." in console.text
        assert "What a drain leaves stays in the journal, for the next start;" in console.text
        assert "what is cancelled does not." in console.text

    drive(FakePort(kept(waiting=9000)), steps)


def test_without_a_journal_the_question_says_nothing_of_one(drive):
    async def steps(console):
        await console.press("q")
        assert "journal" not in "\n".join(console.lines[1:])

    drive(FakePort(kept(mode="off", state="off")), steps)


def test_work_that_is_only_on_disk_is_asked_about(drive):
    async def steps(console):
        await console.press("q")
        assert "Leave with work left?" in console.text

    assert drive(FakePort(kept(snapshot(), waiting=3)), steps) is None


def test_parked_tasks_are_no_work_to_ask_about(drive):
    async def steps(console):
        await console.press("q")

    assert ConsoleExit("quit") == drive(FakePort(kept(snapshot(), parked=3)), steps)


def test_a_drain_says_that_the_rest_stays_and_its_ledger_how_much(drive):
    async def steps(console):
        await console.press("Q")
        assert "those left at the end stay in the journal" in console.text
        port.now = msgspec.structs.replace(
            port.now, state="stopped", ledger=msgspec.structs.replace(ledger(), kept=3)
        )
        await console.tick()
        assert "3 tasks stay in the journal: the next start runs what is left" in console.text

    under_way = ShutdownView(mode="drain", remaining=9.0, timeout=10.0)
    now = msgspec.structs.replace(busy(), state="stopping", shutdown=under_way)
    port = FakePort(kept(now))
    drive(port, steps)
