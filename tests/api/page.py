"""The page: every public name in its group, with its signature, its members and its docstrings."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from pathlib import Path

import chasqui
import chasqui.help
import chasqui.testing
from chasqui.plugins import hookspecs
from tests.api.docstrings import markdown
from tests.api.source import QUOTED, SPECIAL, Member, read

FILE = chasqui.help.FOLDER / "api.md"
HEAD = """# The public names: a reference made from their docstrings

Import these from `chasqui`, those of the last group from `chasqui.testing`. What is not on this
page may change in any version.

"""
OTHERS = re.compile(r"The other arguments are those of `(\w+)`\.")
NARROW = 32  # characters
DOUBLE = r'"\1"'
# Which Chasqui makes; how it does so is not public.
MADE = {
    *("Task", "Batch", "Ledger", "Metrics", "Reading", "Finding", "LogLine", "LogPage", "TaskType"),
    *("Attempt", "Progress", "Fate", "Blocked", "Latency", "BatchState", "BatchCounts"),
    *(
        "ScheduleState",
        "CircuitView",
        "EngineSnapshot",
        "WorkerSnapshot",
        "RetryOutcome",
        "Undoable",
    ),
    *("TypeReading", "PoolReading", "MetricWindow", "TypedWork", "FailureSelection", "Strike"),
    *("TaskHistory", "HistorySelection", "Finished", "AsCompleted", "Waited", "RetryOutcome"),
    *("Failure", "FailureGroup", "FailureLog", "Outcome", "DispatchReport", "PluginInfo"),
}
# What one part of Chasqui offers another, which is not public though its class is.
INNER = {
    "Pool": ("restore", "hold", "unhold", "lane", "lanes", "limit"),
    "Dispatcher": ("forked",),
    "Engine": ("from_settings", "backlog_of", "offer"),
    "TaskType": ("work_from_marked", "named"),
    "Retry": ("delay",),
    "Policy": ("under",),
    "Failure": ("job",),
    "FailureLog": ("record", "window", "has_group", "see", "mark", "put", "sort", "find"),
    "PluginHost": (
        *("from_config", "type", "types", "types_loaded", "settings", "explain", "infos_loaded"),
        *("backend", "of_backends"),
    ),
    "MetricWindow": ("rate_of", "without", "later"),
    "Latency": ("later",),
    "Ledger": ("of", "later"),
    "TypedWork": ("execute", "params_shown", "params_as_json"),
    "FakeClock": ("wait", "asleep"),
    "ThreadBackend": (
        *("start", "check_settings", "refusal", "stop", "abandon"),
        *("stack", "stacks", "usage", "close"),
    ),
}
EXTRA = {"console": ("chasqui.commands.embedded", "console")}


def groups() -> dict[str, dict[str, Member]]:
    """Return the public names by group, both as `chasqui` lists them."""
    source = Path(chasqui.__file__).read_text(encoding="utf-8")
    table = source.partition("_HOMES = {\n")[2].partition("\n}")[0]
    found: dict[str, dict[str, Member]] = {}
    for line in table.splitlines():
        if group := re.match(r"    # (.+)", line):
            members = found.setdefault(group[1], {})
        elif name := re.match(r'    "(\w+)"', line):
            home = EXTRA.get(name[1], (chasqui._HOMES[name[1]], name[1]))
            members[name[1]] = _read(*home)
    found["plugins"] |= {
        name: _read(hookspecs.__name__, name)
        for name in vars(hookspecs)
        if name.startswith("chasqui_")
    }
    homes = chasqui.testing._HOMES
    found["tests"] = {name: _read(homes[name], name) for name in sorted(homes)}
    return found


def _read(home: str, name: str) -> Member:
    member = read(home, name)
    inner = INNER.get(name, ())
    member.members = [one for one in member.members if one.name not in inner]
    return member


def page() -> str:
    """Return the page."""
    text = "\n\n".join(_page())
    return HEAD + re.sub(r"\n{3,}", "\n\n", text) + "\n"


def _page() -> Iterator[str]:
    known = groups()
    for group, members in known.items():
        names = ", ".join(f"`{name}`" for name in members)
        yield f"- **{group[:1].upper()}{group[1:]}**: {names}"
    public = {name for members in known.values() for name in members}
    for group, members in known.items():
        yield f"## {group[:1].upper()}{group[1:]}"
        for name, member in members.items():
            yield from _entry(name, member, public)


def _entry(name: str, member: Member, public: set[str]) -> Iterator[str]:
    yield f"### {name}"
    if member.signatures and name not in MADE and member.kind != "field":
        yield "```\n" + "\n".join(member.signatures) + "\n```"
    yield OTHERS.sub(lambda found: _arguments(member.base_docs[found[1]]), markdown(member.doc))
    bases = [base for base in member.bases if base in public]
    if bases:
        nearest = bases[:1] + [base for base in member.bases if base in vars(builtins)]
        yield f"It is a {' and a '.join(f'`{base}`' for base in nearest)}."
    inherited = {one.name for base in bases for one in _members_of(base)}
    own = [one for one in member.members if one.name not in inherited]
    values = [one for one in own if one.kind in ("field", "property")]
    if values:
        yield "\n".join(_value(one) for one in values)
    for one in own:
        if one.kind == "method":
            yield "```\n" + "\n".join(_call(one, text) for text in one.signatures) + "\n```"
            yield markdown(one.doc)


def _arguments(doc: str) -> str:
    """Return the list of the arguments in a docstring."""
    return markdown(doc).partition("Arguments:\n\n")[2].partition("\n\n")[0]


def _members_of(name: str) -> list[Member]:
    return read(chasqui._HOMES[name], name).members


def _value(one: Member) -> str:
    text = " ".join(markdown(one.doc).partition("\n\nRaises:")[0].split())
    name, _, rest = QUOTED.sub(DOUBLE, one.signatures[0]).partition(": ")
    # Two pieces where one would be too long for a line of a narrow terminal.
    shown = f"`{name}: {rest}`" if len(name + rest) < NARROW else f"`{name}`: `{rest}`"
    return f"- {shown}" + (f": {text}" if text else "")


def _call(one: Member, text: str) -> str:
    return SPECIAL[one.name].format("it") if one.name in SPECIAL else text
