"""A console of a host elsewhere: the host that is gone, comes back, or has another version."""

from __future__ import annotations

import os

import msgspec
import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import Cancel, Capabilities, ChangeView, Shutdown, TaskDetail
from chasqui.control.safe_text import SafeText
from chasqui.control.wire.messages import HostGone
from tests.console.forms import PLAIN, type_of
from tests.console.rows import busy, failures, snapshot, waiting, workers


class RemoteFake(FakePort):
    """A port whose host may be gone."""

    gone_for: float | None = None

    def snapshot(self, query):
        if self.gone_for is not None:
            raise HostGone("the host has gone", self.gone_for)
        return super().snapshot(query)


def working(**more):
    """Return a reading of an engine that is at work."""
    return msgspec.structs.replace(busy(), **more)


def remote(now=None, **caps):
    allowed = Capabilities(**{"embedded": False, "pid": 4242, **caps})
    return RemoteFake(
        now or busy(), caps=allowed, workers=workers(4), backlog=waiting(1, 2, 3), types=[PLAIN]
    )


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_a_host_that_is_gone_is_said_with_its_age_over_the_dimmed_last_picture(drive, size):
    async def steps(console):
        await console.press("2")
        bright, _ = console.colours_of("seconds=2")
        port.gone_for = 4.2
        await console.tick()
        assert "✗ host gone for 4 s" in console.lines[0]
        assert "L Log" in console.lines[0]
        assert "seconds=2" in console.text
        dimmed, _ = console.colours_of("seconds=2")
        assert bright != dimmed
        port.gone_for = None
        await console.tick()
        assert "gone" not in console.lines[0]
        assert bright == console.colours_of("seconds=2")[0]

    port = remote(log=SafeText("/nowhere/host.log"))
    drive(port, steps, size)


def test_beyond_a_minute_the_age_of_a_gone_host_is_as_other_ages(drive):
    async def steps(console):
        port.gone_for = 75.0
        await console.tick()
        assert "host gone for 1m15s" in console.lines[0]
        assert "L Log" not in console.lines[0]

    port = remote()
    drive(port, steps)


def test_another_host_in_its_place_is_named_and_asked_for_its_types(drive):
    async def steps(console):
        port.gone_for = 1.0
        await console.tick()
        port.gone_for = None
        port.caps = msgspec.structs.replace(port.caps, pid=4343)
        port.offered = [type_of(name="a.newcomer")]
        await console.tick()
        assert "the host was started again: its process is 4343" in console.text
        assert ["a.newcomer"] == [info.name for info in console.app.main.session.types]

    port = remote()
    drive(port, steps)


@pytest.mark.parametrize(
    "keys", [("2", "enter"), ("1", "enter"), ("s",), ("s", "ctrl+o"), ("?",), (",",), ("Q",)]
)
def test_every_page_over_the_status_line_says_that_the_host_is_gone(drive, keys):
    async def steps(console):
        await console.press(*keys)
        assert len(console.app.screen_stack) > 1
        assert "gone" not in console.text
        port.gone_for = 12.0
        await console.tick()
        assert "✗ host gone for 12 s" in console.text
        port.gone_for = None
        await console.tick()
        assert "gone" not in console.text

    drive(port := remote(), steps)


def test_the_page_of_a_task_is_dimmed_while_it_is_old(drive):
    async def steps(console):
        await console.press("2", "enter")
        bright, _ = console.colours_of("parameters")
        port.gone_for = 1.0
        await console.tick()
        assert bright != console.colours_of("parameters")[0]
        port.gone_for = None
        await console.tick()
        assert bright == console.colours_of("parameters")[0]

    port = remote()
    params = ((SafeText("seconds"), SafeText("1")),)
    of = TaskDetail(number=1, type=SafeText("demo.sleep"), state="queued", params=params)
    port.details[1] = of
    drive(port, steps)


def of_another_host(port):
    port.caps = msgspec.structs.replace(port.caps, pid=4343)


@pytest.mark.parametrize("keys", [("space", "space"), ("down",), ()])
def test_what_was_marked_or_selected_at_another_host_is_acted_on_no_more(drive, keys):
    async def steps(console):
        await console.press("2", *keys)
        of_another_host(port)
        await console.tick(2)
        assert "marked" not in console.lines[-2]
        await console.press("x", "n")
        assert "no task is selected" in console.lines[-2]
        assert [] == port.commands
        await console.press("j", "x")

    port = remote()
    drive(port, steps)
    assert [Cancel] == [type(command) for command in port.commands]


def test_the_row_that_was_selected_at_another_host_is_called_so(drive):
    async def steps(console):
        await console.press("2", "down")
        of_another_host(port)
        await console.tick()
        await console.press("3", "2")
        assert "task 2 of the host before is no longer in this list" in console.lines[-2]

    drive(port := remote(), steps)


def test_a_question_about_a_task_of_another_host_is_closed(drive):
    async def steps(console):
        await console.press("x")
        assert "Cancel a running task?" in console.text
        of_another_host(port)
        await console.tick()
        assert "Cancel a running task?" not in console.text
        await console.press("y", "enter")

    port = remote()
    port.workers = workers(2, task=3)
    drive(port, steps)
    assert [] == port.commands


def test_the_page_of_a_task_of_another_host_is_not_filled_with_the_one_that_has_its_number(drive):
    async def steps(console):
        await console.press("2", "enter")
        assert "seconds = 1" in console.text
        of_another_host(port)
        await console.tick(2)
        assert "nothing is kept any more" not in console.text
        assert "the host was started again, and 1 may be another task now" in console.text
        assert "Esc, and open it again" in " ".join(console.text.replace("│", " ").split())
        await console.press("x", "N")
        assert [] == port.commands
        assert "seconds = 1" not in console.text

    port = remote()
    params = ((SafeText("seconds"), SafeText("1")),)
    of = TaskDetail(number=1, type=SafeText("demo.sleep"), state="queued", params=params)
    port.details[1] = of
    drive(port, steps)


def test_a_frozen_view_of_another_host_goes_on(drive):
    async def steps(console):
        await console.press("2", "f")
        await console.tick()
        assert "FROZEN" in console.text
        of_another_host(port)
        port.backlog = waiting(9)
        port.changed()
        await console.tick(2)
        assert "FROZEN" not in console.text
        assert "seconds=9" in console.text

    drive(port := remote(), steps)


def test_the_types_are_asked_for_again_when_the_host_went_as_it_was_asked(drive):
    async def steps(console):
        port.is_gone_for_types = False
        await console.tick()
        await console.press("s")
        assert PLAIN.name in console.text

    class Late(RemoteFake):
        is_gone_for_types = True

        def types(self):
            if self.is_gone_for_types:
                raise HostGone("the host has gone", 0.0)
            return super().types()

    port = Late(snapshot(), caps=Capabilities(embedded=False, pid=1), types=[PLAIN])
    drive(port, steps)


@pytest.mark.parametrize("key", ["p", "s", "x", "r"])
def test_of_a_host_of_another_version_all_but_stopping_is_refused_with_both(drive, key):
    why = "the host has chasqui 0.9, this console 0.2: it can look, drain and stop"

    async def steps(console):
        assert "host 0.9, console 0.2" in console.lines[0]
        await console.press("4" if key == "r" else "2", key)
        assert "the host has chasqui 0.9, this console 0.2" in console.text
        for label in ("Submit", "Pause", "Retry"):
            assert label not in console.lines[-1]
        assert "Shut down" in console.lines[-1]
        await console.press("question_mark")
        assert "it can look, drain and stop" in console.text

    port = remote(working(wrong=(SafeText("host 0.9, console 0.2"),)), limited=SafeText(why))
    port.failures = failures(7)
    drive(port, steps, (160, 24))
    assert ([], []) == (port.commands, port.submitted)


def test_a_host_of_another_version_is_drained(drive):
    async def steps(console):
        await console.press("Q", "d")

    port = remote(limited=SafeText("the host has chasqui 0.9"))
    drive(port, steps)
    assert [Shutdown(mode="drain")] == port.commands


def test_how_many_are_attached_is_said_when_others_are(drive):
    async def steps(console):
        assert "2 attached" in console.lines[0]
        port.now = working(clients=1)
        await console.tick()
        assert "attached" not in console.lines[0]

    port = remote(working(clients=2))
    drive(port, steps, (160, 24))


def test_what_another_client_changes_is_said_once_and_what_this_one_does_is_not(drive):
    def change(number, pid):
        return ChangeView(
            number=number,
            at=1.0,
            uid=1000,
            pid=pid,
            client=SafeText("pause"),
            what=SafeText("Pause"),
        )

    async def steps(console):
        assert "uid" not in console.text, "it was before this console"
        port.now = working(change=change(5, os.getpid()))
        await console.tick()
        assert "uid" not in console.text
        port.now = working(change=change(6, 4711))
        await console.tick()
        assert "Pause by uid 1000, pid 4711 (pause)" in console.text
        await console.press("2")
        await console.tick()
        assert "pid 4711" not in console.text

    port = remote(working(change=change(4, 4711)))
    drive(port, steps)


def test_of_a_client_that_feeds_the_first_submission_is_said_only(drive):
    def fed(number):
        return ChangeView(
            number=number,
            at=1.0,
            uid=1000,
            pid=4711,
            client=SafeText("submit"),
            what=SafeText(f"submit {number} of demo.sleep"),
        )

    async def steps(console):
        for number in (1, 2, 3):
            port.now = working(change=fed(number))
            await console.tick()
        assert "submit 1 of demo.sleep by uid 1000, pid 4711 (submit)" in console.text

    port = remote()
    drive(port, steps)


def test_the_end_of_the_hosts_log_is_shown_while_it_is_gone(drive, tmp_path):
    log = tmp_path / "host.log"
    log.write_text("first\nMemoryError: \x1b[31mred\n")

    async def steps(console):
        port.gone_for = 1.0
        await console.press("L")
        assert "Log of the host:" in console.text
        assert "MemoryError" in console.text
        assert "\x1b" not in console.text
        await console.press("escape")
        assert "Log of the host:" not in console.text
        log.unlink()
        await console.press("L")
        assert "it cannot be read: No such file" in console.text

    port = remote(log=SafeText(str(log)))
    drive(port, steps)


def test_without_a_log_the_key_says_so(drive):
    async def steps(console):
        await console.press("L")
        assert "there is no log" in console.text

    drive(FakePort(busy()), steps)


def test_a_command_to_a_gone_host_is_answered_with_why_not(drive):
    class Gone(RemoteFake):
        def apply(self, command):
            raise HostGone("the host has gone", 1.0)

    async def steps(console):
        await console.press("p")
        assert "the host has gone" in console.text

    drive(Gone(busy(), caps=Capabilities(embedded=False)), steps)
