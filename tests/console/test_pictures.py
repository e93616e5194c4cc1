"""Pictures of the screen: private files, and none of the data where that is asked for."""

from __future__ import annotations

import stat

import msgspec
import pytest

from chasqui.console.model.redacting import MASK, redacted
from chasqui.console.screens.palette import PaletteScreen
from chasqui.control import port as records
from chasqui.control.fake import FakePort
from chasqui.control.port import Page, Snapshot, TaskRow, WorkerRow
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, busy, failures, kind, waiting, workers

SECRET = "account=88123"


def port():
    tasks = [msgspec.structs.replace(row, params=SafeText(SECRET)) for row in waiting(3, 4)]
    return FakePort(
        busy(), workers=workers(2), backlog=tasks, failures=failures(1), groups=[kind()]
    )


def pictures(folder):
    return sorted((folder / "screenshots").iterdir())


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "engine"


def test_f8_saves_the_screen_as_svg_and_text_and_names_the_files(drive, folder):
    async def steps(console):
        await console.press("2", "f8")
        svg, text = pictures(folder)
        assert str(svg)[:60] in console.text
        assert SECRET in text.read_text()
        assert console.lines[1] in text.read_text()
        assert svg.read_text().startswith("<svg")
        assert "url(http" not in svg.read_text().replace('"', "")
        assert "@font-face" not in svg.read_text()

    drive(port(), steps, (160, 48), folder=folder)
    assert [".svg", ".txt"] == [file.suffix for file in pictures(folder)]
    for file in (folder, folder / "screenshots", *pictures(folder)):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(("size", "begins"), [((80, 24), "…/screenshots/"), ((160, 48), "~/state")])
def test_the_name_of_a_picture_is_on_screen_where_its_path_has_no_room(
    drive, tmp_path, monkeypatch, size, begins
):
    monkeypatch.setenv("HOME", str(tmp_path))

    async def steps(console):
        await console.press("f8")
        svg, _ = pictures(tmp_path / "state" / "default-1a2b3c4d-of-a-longer-name")
        assert f"picture: {begins}" in console.text
        assert f"/{svg.name} and .txt" in console.text

    folder = tmp_path / "state" / "default-1a2b3c4d-of-a-longer-name"
    drive(port(), steps, size, folder=folder)


def test_of_a_picture_with_a_long_name_all_of_the_name_is_on_screen(drive, folder):
    async def steps(console):
        await console.press("f8")
        assert pictures(folder)[0].name in console.text

    served = port()
    served.now = msgspec.structs.replace(served.now, name=SafeText("n" * 60))
    drive(served, steps, folder=folder)


def test_f9_saves_it_without_the_data_and_shows_it_as_before(drive, folder):
    async def steps(console):
        await console.press("2")
        before = console.lines[:20]
        await console.press("f9")
        for file in pictures(folder):
            assert "88123" not in file.read_text()
            assert "demo." in file.read_text()
        assert str(MASK) in pictures(folder)[1].read_text()
        assert before == console.lines[:20]
        assert SECRET in console.text

    drive(port(), steps, (160, 48), folder=folder)


def test_a_filter_is_data_as_well(drive, folder):
    async def steps(console):
        await console.burst("4", "/", *"customer88123", "enter")
        assert "customer88123" in console.text
        await console.press("f9")
        assert "88123" not in pictures(folder)[1].read_text()
        assert "customer88123" in console.text

    drive(port(), steps, folder=folder)


def test_a_dialog_can_be_pictured_too(drive, folder):
    async def steps(console):
        await console.press(":", "f8")
        assert isinstance(console.top, PaletteScreen)
        assert "Commands: letters" in pictures(folder)[1].read_text()

    drive(port(), steps, folder=folder)


def test_a_folder_that_cannot_be_written_is_named(drive, tmp_path):
    (tmp_path / "engine").write_text("a file")

    async def steps(console):
        await console.press("f8")
        assert "the picture cannot be written" in console.text

    drive(port(), steps, (160, 48), folder=tmp_path / "engine")


def test_a_console_of_a_script_says_that_it_has_no_folder(drive):
    async def steps(console):
        await console.press("f8")
        assert "there is no folder for pictures" in console.text

    drive(port(), steps)


def test_the_name_of_an_engine_leads_no_picture_out_of_its_folder(drive, folder):
    async def steps(console):
        await console.press("f8")

    served = port()
    served.now = msgspec.structs.replace(served.now, name=SafeText("../../x y"))
    drive(served, steps, folder=folder)
    assert "chasqui-______x_y-" in pictures(folder)[0].name


def test_all_text_of_a_reading_is_masked_but_names():
    row = TaskRow(
        number=1,
        type=SafeText("demo.sleep"),
        state="queued",
        created=NOW,
        params=SafeText("a=1"),
        reason=SafeText("customer=7 has 4 of 4"),
    )
    worker = WorkerRow(name=SafeText("w01"), state="idle", since=NOW)
    shown = redacted(
        Snapshot(
            at=NOW,
            name=SafeText("prod"),
            strikes=(SafeText("app.charge customer=c7"),),
            backlog_page=Page(rows=(row,), offset=0, total=1, rev=1),
            worker_page=Page(rows=(worker,), offset=0, total=1, rev=1),
        )
    )
    assert (shown.name, shown.strikes) == ("prod", (MASK,))
    assert shown.worker_page is not None
    assert shown.worker_page.rows == (worker,)
    assert shown.backlog_page is not None
    (task,) = shown.backlog_page.rows
    assert (task.number, task.type, task.state) == (1, "demo.sleep", "queued")
    assert (task.params, task.reason) == (MASK, MASK)


def test_every_record_of_the_port_can_be_redacted():
    kinds = [one for one in vars(records).values() if isinstance(one, type)]
    made = 0
    for one in kinds:
        if issubclass(one, msgspec.Struct):
            fields = msgspec.structs.fields(one)
            if not any(field.required for field in fields):
                redacted(one())
                made += 1
    assert made > 5
