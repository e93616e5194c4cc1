"""The settings: what is set, what the config has, until when it holds, and changing it."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.model.settings import LookNow, back, command_of, hint, rate_of, settings
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Capabilities,
    CommandOutcome,
    Limit,
    LimitsView,
    Resize,
    SetLogLevel,
    SetShutdownTimeout,
    SetTheme,
    SettingsView,
)
from chasqui.control.safe_text import SafeText
from chasqui.control.settings_records import PoolSettings, TypeSettings
from tests.console.rows import snapshot

LOOK = LookNow("chasqui-dark", "chasqui-dark", 4.0, 4.0)
FILE = SafeText("~/.local/state/chasqui/overrides.toml")
POOL = PoolSettings(
    name=SafeText("default"), workers=10, config_workers=8, queue_size=1000, config_queue_size=1000
)
FLAKY = TypeSettings(
    name=SafeText("app.flaky"),
    limits=LimitsView(concurrency=2, breaker=SafeText("5 in 60s for 30s")),
    policy=LimitsView(rate=SafeText("10/s"), by=SafeText("row")),
)
VIEW = SettingsView(
    pools=(POOL,),
    types=(FLAKY,),
    lasts=SafeText("until the engine stops: it has no journal"),
    shutdown_timeout=30.0,
    config_shutdown_timeout=30.0,
)
CAPS = Capabilities(remembered_in=FILE)


def rows(view=VIEW, caps=CAPS, look=LOOK):
    return {row.id: row for row in settings(view, caps, look)}


def port_with(caps=CAPS, **more):
    return FakePort(snapshot(settings=VIEW), caps=caps, **more)


def test_each_row_has_its_value_the_configs_and_until_when_it_holds():
    found = {id: (row.value, row.config, row.is_changed) for id, row in rows().items()}
    assert {
        "workers default": ("10", "8", True),
        "queue_size default": ("1,000", "1,000", False),
        "timeout": ("30s", "30s", False),
        "type app.flaky": (
            "2 at a time, breaker 5 in 60s for 30s",
            "10/s for each row",
            True,
        ),
        "theme": ("chasqui-dark", "chasqui-dark", False),
        "rate": ("4 a second", "4 a second", False),
    } == found
    assert f"saved in {FILE}" == rows()["workers default"].holds
    assert "it holds until this console ends" in hint(rows()["rate"])
    assert "until the engine stops" in rows(caps=Capabilities())["workers default"].holds
    assert "until this console ends" == rows(caps=Capabilities())["theme"].holds


def test_what_is_typed_becomes_a_command_or_a_sentence():
    known = rows()
    assert Resize(workers=1200) == command_of(known["workers default"], "1,200")
    assert Resize(queue_size=5000) == command_of(known["queue_size default"], " 5000 ")
    assert SetShutdownTimeout(timeout=90.0) == command_of(known["timeout"], "1m30")
    assert "from 1 on, not 'x'" in str(command_of(known["workers default"], "x"))
    assert "must be seconds" in str(command_of(known["timeout"], "soon"))
    assert (2.5, None, None) == (rate_of("2.5"), rate_of("99"), rate_of("x"))


def test_each_is_put_back_to_what_the_config_has():
    known = rows()
    assert Resize(workers=8) == back(known["workers default"], VIEW)
    assert SetShutdownTimeout(timeout=30.0) == back(known["timeout"], VIEW)
    assert Limit(type="app.flaky", concurrency=None, rate="10/s", by="row") == back(
        known["type app.flaky"], VIEW
    )


def test_the_level_of_task_logs_is_a_row_where_the_engine_says_it():
    known = msgspec.structs.replace(VIEW, log_level="debug", config_log_level="info")
    row = rows(known)["level"]
    assert ("debug", "info", True) == (row.value, row.config, row.is_changed)
    assert "until the engine stops" in row.holds
    assert SetLogLevel(level="warning") == command_of(row, " Warning ")
    assert "debug, info, warning or error, not 'loud'" == command_of(row, "loud")
    assert SetLogLevel(level="info") == back(row, known)
    assert "level" not in rows()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_the_settings_are_shown_and_changed(drive, size):
    async def steps(console):
        await console.press(",")
        text = " ".join(" ".join(line.strip("│ ┃") for line in console.lines).split())
        for words in (
            "* pool default: workers 10 8",
            "pool default: queue size 1,000 1,000",
            "* app.flaky 2 at a time",
            "theme chasqui-dark",
            "readings",
            f"saved in {FILE}",
            "Enter changes it: a number of workers from 1 on",
        ):
            assert words in text, words
        await console.press("enter")
        await console.burst("backspace", "backspace", "1", "2", "enter")
        assert "pool default: workers: 10, saved in" in console.text
        await console.press("=")
        await console.press("escape")
        assert "Settings" not in console.text

    port = port_with()
    drive(port, steps, size)
    assert [Resize(workers=12), Resize(workers=8)] == port.commands


@pytest.mark.slow
def test_the_console_has_its_theme_and_its_rate_among_the_settings(drive):
    async def steps(console):
        await console.press(",", "end", "enter")
        await console.burst(*["backspace"] * 6, "2", "enter")
        assert "readings: 2 a second" in console.text
        await console.press("end", "=")
        assert "a second, as the config has it" in console.text
        await console.press("up", "enter")
        assert "theme chasqui-light" in console.text

    port = port_with()
    drive(port, steps)
    assert [SetTheme(theme="chasqui-light")] == port.commands


@pytest.mark.slow
def test_a_read_only_console_shows_the_settings_and_changes_nothing(drive):
    async def steps(console):
        await console.press(",", "enter")
        assert "this console is read-only" in console.text
        await console.press("=")
        assert "this console is read-only" in console.text

    port = port_with(caps=Capabilities(read_only=True))
    drive(port, steps)
    assert [] == port.commands


@pytest.mark.slow
def test_a_refusal_of_the_engine_is_said_in_its_words(drive):
    async def steps(console):
        await console.press(",", "down", "enter")
        await console.burst("0", "enter")
        assert "with 0 it keeps no backlog at all" in " ".join(console.text.split())

    no = CommandOutcome(ok=False, reason=SafeText("with 0 it keeps no backlog at all"))
    drive(port_with(answers={Resize: no}), steps)
