"""Completion of a filter as it is typed: the engine's own, for consoles, which know no engine."""

from chasqui.engine.filters.completion import Completion as Completion
from chasqui.engine.filters.completion import complete as complete
