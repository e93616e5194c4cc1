"""Completion of a filter as it is typed: the engine's own, for consoles, which know no engine."""

from chasqui.engine.filter_completion import Completion as Completion
from chasqui.engine.filter_completion import complete as complete
