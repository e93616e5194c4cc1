"""What keys do on every pane, besides what they do to the engine."""

from __future__ import annotations

from chasqui.console.actions.action import Action

EVERYWHERE: tuple[Action, ...] = (
    Action(
        "view.theme",
        ("T",),
        "Theme",
        "the next theme, remembered for the next start",
        priority=8,
    ),
    Action(
        "view.settings",
        (",",),
        "",
        "settings: sizes, limits set live, rate, theme; what was changed, and until when it holds",
    ),
    Action(
        "app.palette",
        (":", "ctrl+p"),
        "More",
        "find a command by a few letters, or a task by its number",
        priority=7,
    ),
    Action("task.go", ("#",), "", "go to a task by its number, whatever has become of it"),
    Action(
        "app.help",
        ("?", "f1"),
        "Help",
        "the keys of this pane; then a digit or a letter goes to another topic",
        priority=2,
    ),
    Action("app.tour", ("f2",), "", "begin the tour of six keys, or end it for good", shown="F2"),
    Action("app.tour_skip", ("f3",), "", "skip a step of the tour", shown="F3"),
    Action(
        "engine.shutdown",
        ("Q",),
        "Shut down",
        "stop the engine: drain, cancel what is queued, or abort",
        dangerous=True,
        priority=2,
        filtered=6,
    ),
    Action("app.leave", ("q", "ctrl+q"), "Leave", "leave; asks when work is left", priority=1),
    Action("host.log", ("L",), "", "the end of the host's log, also when the host is gone"),
    Action("pane.focus(0)", ("1",), "", "go to Workers"),
    Action("pane.focus(1)", ("2",), "", "go to Backlog"),
    Action("pane.focus(2)", ("3",), "", "go to Finished"),
    Action("pane.focus(3)", ("4",), "", "go to Failures"),
    Action("pane.focus(4)", ("5",), "", "go to Metrics"),
    Action("pane.focus(5)", ("6",), "", "go to Events"),
    Action(
        "view.zoom",
        ("z",),
        "Zoom",
        "give the pane in use the whole screen, or the others their places again",
        priority=6,
    ),
    Action(
        "view.freeze",
        ("f",),
        "Freeze",
        "freeze the panes as they are, to read them in peace, or let them go on",
        priority=8,
    ),
    Action("view.faster", ("+",), "", "read more often: 1, 2, 4 or 10 times a second"),
    Action("view.slower", ("-",), "", "read less often"),
    Action("pane.next", ("tab",), "", "go to the next pane"),
    Action("pane.previous", ("shift+tab",), "", "go to the previous pane"),
    Action("app.screenshot", ("f8",), "", "save a picture of the screen, as SVG and as text"),
    Action(
        "app.screenshot_redacted",
        ("f9",),
        "",
        "save a picture without parameters, results and messages, to show to others",
    ),
    Action("view.poll", ("ctrl+r",), "", "read the engine now"),
    Action("view.redraw", ("ctrl+l",), "", "draw the screen again"),
)
