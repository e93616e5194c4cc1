"""`python -m chasqui` is `chasqui-tui`."""

from chasqui.cli import entry

entry()
