"""Which plugins an engine was asked to offer, and how to ask for one that it does not offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from chasqui import foreign
from chasqui.nearest import nearest
from chasqui.numbers import shown
from chasqui.plugins.selection import is_any

if TYPE_CHECKING:
    from chasqui.plugins.records import PluginInfo

EXPECTED = "plugins must be True, False, or a list of names of plugins"


def offered_by(asked: Iterable[str] | bool | None) -> tuple[str, ...] | None:
    """Return the names of the plugins that ``plugins=`` asks for; None: all there are.

    Raises:
        TypeError: it is something else, or a name is no text.
    """
    if asked is None or asked is False:
        return ()
    if asked is True:
        return None
    if foreign.is_a(asked, str):
        raise TypeError(f"{EXPECTED}, got {shown(asked)}; write plugins=[{shown(asked)}]")
    try:
        names = tuple(asked)
    except TypeError:
        raise TypeError(f"{EXPECTED}, got {shown(asked)}") from None
    for name in names:
        if not foreign.is_a(name, str):
            raise TypeError(f"{EXPECTED}, got {shown(name)} in the list")
    return names


def check_names(names: Sequence[str], installed: Sequence[PluginInfo]) -> None:
    """Raise ValueError for the first name that no installed plugin or its package has."""
    for name in names:
        if not any(is_any(info, [name]) for info in installed):
            known = sorted({info.name for info in installed})
            packages = {info.distribution for info in installed}
            near = nearest(name, [*known, *packages])
            hint = f"did you mean {near!r}?" if near else f"installed are {', '.join(known)}"
            raise ValueError(f"plugins: there is no plugin {name!r}; {hint}")


def how_to_offer(name: str, installed: Sequence[PluginInfo]) -> str | None:
    """Say how an engine comes to offer a plugin that is installed; None: it is not installed."""
    for info in installed:
        if is_any(info, [name]):
            if info.status != "found":
                return info.summary()
            return (
                f"plugin {info.name} ({info.package}) is installed, but this engine does not offer "
                f'it; make it with Engine(plugins=["{info.name}"]), or write only = '
                f'["{info.name}"] under [plugins] in its config'
            )
    return None
