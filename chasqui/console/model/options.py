"""The options of a submission as fields that a form folds away, besides its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chasqui.control.option_texts import OPTIONS, OptionText
from chasqui.control.port import ParameterInfo
from chasqui.control.safe_text import SafeText

EMPTY: Final[Mapping[str, str]] = {"delay": "(it starts as soon as it can)", "key": "(none)"}
"""What an empty field means; of the other options, `AS_SAID`."""
AS_SAID: Final = "(as its type says)"


def fields_of(pools: Sequence[str]) -> list[ParameterInfo]:
    """Return the fields of the options; of one pool alone there is nothing to choose.

    Args:
        pools: the names of the pools, if there are several.
    """
    return [_field(one, pools) for one in OPTIONS if one.name != "pool" or len(pools) > 1]


def _field(option: OptionText, pools: Sequence[str]) -> ParameterInfo:
    is_pool = option.name == "pool"
    return ParameterInfo(
        name=option.name,
        kind="choice" if is_pool else option.kind,
        required=False,
        default="",
        optional=True,
        help=SafeText(option.help),
        expects=SafeText(option.expects),
        choices=tuple(pools) if is_pool else (),
    )


def empty(name: str) -> str:
    """Say what an empty field of an option means."""
    return EMPTY.get(name, AS_SAID)


def summary(texts: Mapping[str, str]) -> str:
    """Say in a few words which options are set."""
    return ", ".join(f"{title(name)} {text}" for name, text in texts.items())


def summary_of_none(infos: Sequence[ParameterInfo]) -> str:
    """Say in a few words which options there are."""
    return ", ".join(title(info.name) for info in infos) + ": none is set"


def title(name: str) -> str:
    """Return an option's name as people read it."""
    return next((one.title for one in OPTIONS if one.name == name), name)
