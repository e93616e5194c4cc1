"""A harness runs task types as they will run, alone, and never waits for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
import types
from typing import Any, cast

import pytest

import chasqui_hello
from chasqui import Context, InvalidParameters, TimeLimit, UnknownType, hookimpl, task
from chasqui.errors import PluginError
from chasqui.plugins import demo
from chasqui.testing import Harness, Unfinished
from tests.present import present

HOUR = 3600.0
LONG = 60.0  # real seconds, that nothing here takes


def plugin(*bodies, name="chasqui_odd", settings=None):
    """Make a module that offers functions as its task types."""
    module: Any = types.ModuleType(name)

    @hookimpl
    def chasqui_tasks(settings):
        module.seen = settings
        return [task(body) for body in bodies]

    module.chasqui_tasks = chasqui_tasks
    return module


def nap(ctx: Context, seconds: float = HOUR) -> bool:
    """Sleep at one go."""
    return ctx.sleep(seconds)


def watch(ctx: Context, every: float = 60.0) -> None:
    """Never end by itself."""
    while ctx.sleep(every):
        ctx.progress(cast(Any, ctx.task)._pool.clock.monotonic(), None, "s")
    ctx.raise_if_cancelled()


def test_only_the_given_plugin_is_there():
    with Harness(chasqui_hello) as chasqui:
        assert ["hello.greet"] == list(chasqui.engine.types)
        assert "hello Ada" == chasqui.run("hello.greet", name="Ada").result()
        with pytest.raises(UnknownType):
            chasqui.run("demo.sleep", seconds=0)


def test_the_users_own_selection_changes_nothing(monkeypatch):
    monkeypatch.setenv("CHASQUI_PLUGINS", "")

    with Harness(chasqui_hello) as chasqui:
        assert ["hello.greet"] == list(chasqui.engine.types)


def test_a_plugin_is_called_by_its_entry_point_else_by_its_module_else_as_said():
    inner = plugin(nap, name="my.chasqui_inner")

    with Harness(chasqui_hello, plugin(nap), inner, own=plugin(nap)) as chasqui:
        assert ["hello.greet", "inner.nap", "odd.nap", "own.nap"] == list(chasqui.engine.types)


def test_an_entry_points_name_wins_over_that_of_the_module(tmp_path, monkeypatch):
    info = tmp_path / "site" / "late-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: late\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[chasqui.plugins]\npictures = chasqui_odd\n")
    monkeypatch.syspath_prepend(str(info.parent))

    with Harness(plugin(nap)) as chasqui:
        assert ["pictures.nap"] == list(chasqui.engine.types)


def test_two_plugins_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two plugins are called 'odd'"):
        Harness(plugin(nap), plugin(watch))


def test_what_is_no_module_is_refused():
    with pytest.raises(TypeError, match="a plugin is a module, not 'hello'"):
        Harness("hello")  # type: ignore[arg-type]


def test_a_plugin_that_does_not_load_raises_with_its_reason_and_its_traceback():
    def broken(x: threading.Lock) -> None: ...

    says = r"plugin odd failed when asked .* cannot be a parameter"
    with pytest.raises(PluginError, match=says) as refused, Harness(plugin(broken)):
        pass
    assert "in chasqui_tasks" in "".join(refused.value.__notes__)


def test_a_reserved_name_is_refused_as_the_loader_does():
    with pytest.raises(PluginError, match="its name 'app' is reserved"), Harness(app=plugin(nap)):
        pass


def test_a_plugin_gets_the_settings_under_its_name():
    odd = plugin(nap)

    with Harness(odd, settings={"odd": {"depth": 3}}):
        assert {"depth": 3} == odd.seen


def test_settings_for_a_plugin_that_is_not_there_are_refused():
    with pytest.raises(ValueError, match="settings for 'od', which is not here; there are odd"):
        Harness(plugin(nap), settings={"od": {}})


def test_wrong_parameters_are_refused_as_an_engine_does():
    with Harness(demo=demo) as chasqui, pytest.raises(InvalidParameters, match="seconds"):
        chasqui.run("demo.sleep", seconds=-1)


def test_a_failed_task_is_returned_with_its_error():
    with Harness(demo=demo) as chasqui:
        failed = chasqui.run("demo.fail", message="as planned")

        assert ("failed", "as planned") == (failed.state, str(failed.error))
        assert 1 == chasqui.engine.failures.total


def test_a_parameter_may_have_any_name():
    def odd(type: str, timeout: float, self: int, settings: str, workers: int) -> list[object]:
        """Take what the harness has names for as well."""
        return [type, timeout, self, settings, workers]

    given = {"type": "t", "timeout": 1.0, "self": 2, "settings": "s", "workers": 3}
    with Harness(plugin(odd)) as chasqui:
        assert list(given.values()) == chasqui.run("odd.odd", **given).result()


def test_an_hour_of_sleep_passes_at_once_and_counts_as_an_hour():
    with Harness(plugin(nap), demo=demo) as chasqui:
        napped = chasqui.run("odd.nap", seconds=HOUR)
        slept = chasqui.run("demo.sleep", seconds=HOUR)

        assert (True, HOUR) == (napped.result(), napped.ran)
        assert HOUR == pytest.approx(slept.ran)
        assert 2 * HOUR == pytest.approx(chasqui.clock.monotonic() - 1_000_000)


def test_time_stands_still_after_a_submit_until_it_is_let_pass():
    with Harness(plugin(nap)) as chasqui:
        napping = chasqui.submit("odd.nap", {"seconds": 60})
        chasqui.advance(59)
        before = napping.state
        chasqui.advance(1)

        assert ("running", "completed", 60) == (before, napping.state, napping.ran)


def test_what_is_due_happens_in_order_and_each_at_its_time():
    seen = []

    def tick(ctx: Context, name: str, every: float) -> None:
        """Note the time, thrice."""
        for _ in range(3):
            ctx.sleep(every)
            seen.append((name, cast(Any, ctx.task)._pool.clock.monotonic() - 1_000_000))

    with Harness(plugin(tick), workers=2) as chasqui:
        chasqui.submit("odd.tick", {"name": "a", "every": 10})
        chasqui.submit("odd.tick", {"name": "b", "every": 14})
        chasqui.advance(100)

    assert [("a", 10), ("b", 14), ("a", 20), ("b", 28), ("a", 30), ("b", 42)] == seen


def test_many_short_sleeps_fit_into_their_sum():
    def steps(ctx: Context) -> None:
        """Sleep 0.1 s ten times."""
        for _ in range(10):
            ctx.sleep(0.1)

    with Harness(plugin(steps)) as chasqui:
        stepping = chasqui.submit("odd.steps")
        chasqui.advance(1)

        assert "completed" == stepping.state


def test_what_the_engine_accepts_begins_before_time_passes():
    with Harness(plugin(nap)) as chasqui:
        for _ in range(20):
            napping = chasqui.engine.submit("odd.nap", {"seconds": 10})
            chasqui.advance(10)

            assert ("completed", 0, 10) == (napping.state, napping.waited, napping.ran)


def test_a_time_limit_ends_a_sleep_when_it_comes():
    def patient(ctx: Context) -> None:
        """Sleep, and heed the limit."""
        ctx.sleep(HOUR)
        ctx.raise_if_cancelled()

    with Harness(plugin(patient)) as chasqui:
        limited = chasqui.wait(chasqui.submit("odd.patient", time_limit=30))

        assert ("failed", 30) == (limited.state, limited.ran)
        assert isinstance(limited.error, TimeLimit)


def test_time_moves_under_a_task_that_works_only_when_the_clock_is_moved():
    def crunch(ctx: Context) -> None:
        """Work until told to stop."""
        while True:
            ctx.raise_if_cancelled()

    with Harness(plugin(crunch)) as chasqui:
        crunching = chasqui.submit("odd.crunch", time_limit=30)
        chasqui.timeout = 0.2
        with pytest.raises(
            Unfinished, match=r"cannot pass: there was work for 0\.2 s; odd\.crunch"
        ):
            chasqui.advance(30)
        chasqui.timeout = LONG
        chasqui.clock.advance(30)
        chasqui.wait(crunching)

        assert (30, True) == (crunching.ran, isinstance(crunching.error, TimeLimit))


def test_time_never_passes_while_anybody_works():
    release = threading.Event()

    def work() -> str:
        """Work until the test says so."""
        assert release.wait(LONG)
        return "done"

    with Harness(plugin(nap, work), workers=2) as chasqui:
        napping = chasqui.submit("odd.nap")
        working = chasqui.submit("odd.work")
        chasqui.timeout = 0.2
        with pytest.raises(Unfinished):
            chasqui.wait(napping)
        chasqui.timeout = LONG
        assert 1_000_000 == chasqui.clock.monotonic()
        release.set()

        assert HOUR == chasqui.wait(napping).ran
        assert "done" == working.result()


def test_tasks_wait_their_turn_with_one_worker():
    with Harness(plugin(nap)) as chasqui:
        first, second = (chasqui.submit("odd.nap", {"seconds": s}) for s in (10, 20))
        chasqui.wait(second)

        assert (10, 10, 20) == (first.ran, second.waited, second.ran)


def test_a_higher_priority_starts_first():
    with Harness(plugin(nap)) as chasqui:
        chasqui.submit("odd.nap")
        low, high = (chasqui.submit("odd.nap", priority=priority) for priority in (0, 1))
        chasqui.wait(low)

        assert (HOUR, 2 * HOUR) == (high.waited, low.waited)


def test_a_cancelled_task_needs_no_time():
    with Harness(plugin(watch)) as chasqui:
        watching = chasqui.submit("odd.watch")
        chasqui.advance(600)
        watching.cancel()

        assert "cancelled" == chasqui.wait(watching).state
        assert 1_000_600 == chasqui.clock.monotonic() == present(watching.progress).done


def test_a_task_that_sleeps_for_ever_is_reported_with_the_time_that_passed():
    with Harness(plugin(watch)) as chasqui:
        watching = chasqui.submit("odd.watch")
        chasqui.advance(60)
        chasqui.timeout = 0.3
        says = r"no end within 0\.3 s, while [\d,]+ s passed .* odd\.watch \(task 1\) is running"
        with pytest.raises(Unfinished, match=says):
            chasqui.wait(watching)
        chasqui.timeout = LONG
        watching.cancel()


def test_a_task_that_is_stuck_is_reported_with_the_line_where_it_is():
    entered, release = threading.Event(), threading.Event()

    def stuck(ctx: Context) -> None:
        """Wait for the test."""
        ctx.progress(3, 10)
        entered.set()
        release.wait(LONG)  # here

    with Harness(plugin(stuck)) as chasqui:
        waiting = chasqui.submit("odd.stuck")
        assert entered.wait(LONG)
        chasqui.timeout = 0.2
        with pytest.raises(Unfinished) as told:
            chasqui.wait(waiting)
        chasqui.timeout = LONG
        release.set()
    assert "odd.stuck (task 1) is running (3 of 10), and is here:" in str(told.value)
    assert "release.wait(LONG)  # here" in str(told.value)


def test_a_task_of_a_paused_engine_is_reported_as_queued():
    with Harness(plugin(nap), timeout=0.1) as chasqui:
        chasqui.engine.pause()
        queued = chasqui.submit("odd.nap")
        with pytest.raises(Unfinished, match="is queued, and the engine is paused"):
            chasqui.wait(queued)
        queued.cancel()


def test_leaving_a_task_asleep_raises_and_asks_it_to_stop():
    says = r"left before .* odd\.nap .*, asleep for another 3,600 s"
    with pytest.raises(Unfinished, match=says), Harness(plugin(nap)) as chasqui:
        napping = chasqui.submit("odd.nap")

    assert napping.result() is False  # as a sleep that was cut short returns


def test_leaving_a_task_that_waits_raises_and_names_it():
    says = r"odd\.nap \(task 2\) is queued"
    with pytest.raises(Unfinished, match=says), Harness(plugin(nap)) as chasqui:
        for _ in range(2):
            chasqui.submit("odd.nap")


@pytest.mark.slow
def test_leaving_waits_for_a_task_that_was_cancelled():
    for _ in range(50):
        with Harness(plugin(watch)) as chasqui:
            watching = chasqui.submit("odd.watch")
            watching.cancel()
        assert "cancelled" == watching.state


@pytest.mark.slow
def test_leaving_waits_for_a_task_whose_time_has_come():
    for _ in range(50):
        with Harness(plugin(nap)) as chasqui:
            napping = chasqui.submit("odd.nap")
            chasqui.clock.advance(HOUR)
        assert napping.result() is True


@pytest.mark.slow
def test_leaving_a_task_that_heeds_nothing_raises_and_does_not_hang():
    release = threading.Event()

    def deaf() -> None:
        """Heed nothing."""
        release.wait(LONG)

    says = r"odd\.deaf .* is here"
    with pytest.raises(Unfinished, match=says), Harness(plugin(deaf)) as chasqui:
        hearing = chasqui.submit("odd.deaf")
        chasqui.timeout = 0.1
    assert ("stopped", "running") == (chasqui.engine.state, hearing.state)
    release.set()


def test_what_a_failing_test_leaves_running_does_not_hide_why_it_failed():
    with pytest.raises(LookupError, match="why it failed"), Harness(plugin(nap)) as chasqui:
        napping = chasqui.submit("odd.nap")
        raise LookupError("why it failed")

    assert napping.done


def test_a_task_type_that_no_plugin_offers_runs_too():
    with Harness() as chasqui:
        assert chasqui.run(task(nap), seconds=1).result()


def test_the_harness_imports_no_textual():
    code = "import sys\nfrom chasqui.testing import Harness\nprint('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert "False\n" == done.stdout
