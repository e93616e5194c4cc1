"""The form of a type's limits: its fields, and the commands that what was typed stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from chasqui.console.model.type_page import rules_words
from chasqui.control.port import Command, LiftStrike, Limit, LimitsView, StrikeValue, TypeView
from chasqui.control.safe_text import safe_line

SHOWN = 5  # parameters and strikes that are named
CAP = 200  # characters of a text that was set


class LimitField(NamedTuple):
    """A field of the form."""

    name: str
    title: str
    help: str


class Wrong(NamedTuple):
    """What is wrong with a field."""

    field: str
    why: str


def fields_of(view: TypeView) -> tuple[LimitField, ...]:
    """Return the fields for a type."""
    names = _some(view.parameters) or "it has none"
    lift = (LimitField("lift", "lift", f"a strike to lift: {_some(view.strikes)}"),)
    return (
        LimitField("concurrency", "at a time", "how many run at once; empty: no limit"),
        LimitField("rate", "rate", "10/s, 100/m or 10/s burst 20; empty: no limit"),
        LimitField("by", "for each", f"a parameter: {names}; empty: all together"),
        LimitField("breaker", "breaker", "5 in 60s for 30s: 5 failures in 60s stop it for 30s"),
        LimitField("strike", "strike", "parameter=value: start none of its tasks"),
        *(lift if view.strikes else ()),
    )


def texts_of(limits: LimitsView) -> dict[str, str]:
    """Return the texts that stand for limits."""
    many = "" if limits.concurrency is None else str(limits.concurrency)
    return {
        "concurrency": many,
        "rate": str(limits.rate),
        "by": str(limits.by),
        "breaker": str(limits.breaker),
    }


def commands_of(view: TypeView, typed: Mapping[str, str]) -> list[Command] | Wrong:
    """Return what is to be done; none if nothing was changed."""
    name, texts = view.row.name, {of: text.strip() for of, text in typed.items()}
    before = texts_of(view.limits)
    changed = {of: texts[of] for of in before if texts.get(of, before[of]) != before[of]}
    commands: list[Command] = []
    said: dict[str, int | str | None] = {of: text or None for of, text in changed.items()}
    if many := changed.get("concurrency"):
        if not many.isascii() or not many.isdigit() or not int(many):
            return Wrong("concurrency", f"a number of tasks from 1 on, not {many!r}")
        said["concurrency"] = int(many)
    if changed.get("breaker") == "":
        return Wrong("breaker", "a breaker stays; so many failures as never come do not open it")
    if said:
        commands.append(Limit(type=name, **said))  # type: ignore[arg-type]
    for of, make in (("strike", StrikeValue), ("lift", LiftStrike)):
        text = texts.get(of, "")
        if not text:
            continue
        parameter, equals, value = text.partition("=")
        if not equals or not parameter.strip():
            return Wrong(of, f"parameter=value, such as customer=c7, not {text!r}")
        if (parameter := parameter.strip()) not in view.parameters:
            takes = _some(view.parameters) or "none"
            return Wrong(of, f"{parameter!r} is not a parameter of {name}; it takes {takes}")
        commands.append(make(type=name, parameter=parameter, value=value.strip()))
    return commands


def field_of(command: StrikeValue | LiftStrike) -> str:
    """Return the field that a strike or a lift was typed into."""
    return "strike" if isinstance(command, StrikeValue) else "lift"


def with_limits(view: TypeView, command: Limit) -> TypeView:
    """Return a type as it is once its limits are set, so that they are not set twice."""
    said = {of: getattr(command, of) for of in texts_of(view.limits)}
    changed = {
        of: to if of == "concurrency" else safe_line(to or "", CAP)
        for of, to in said.items()
        if to is not msgspec.UNSET
    }
    return msgspec.structs.replace(view, limits=msgspec.structs.replace(view.limits, **changed))


def done_words(commands: list[Command], lasts: str) -> str:
    """Say what was done, and until when it holds."""
    said = ", ".join(_done(commands))
    return f"{said}; it holds {lasts}"


def notes_of(view: TypeView) -> Iterator[str]:
    """Say until when limits hold, and what the policy has."""
    yield f"They hold {view.lasts}."
    if view.limits != view.policy:
        yield f"Its policy has: {rules_words(view.policy)}."


def _done(commands: list[Command]) -> Iterator[str]:
    for command in commands:
        match command:
            case Limit(type=name):
                yield f"limits of {name} set"
            case StrikeValue(type=name, parameter=parameter, value=value):
                yield f"{parameter}={value} of {name} struck"
            case LiftStrike(type=name, parameter=parameter, value=value):
                yield f"{parameter}={value} of {name} starts again"


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")
