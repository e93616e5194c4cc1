"""Mutants of the plugin chasqui-shell."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "shell-interpreted",
        "interpreted",
        "plugins/chasqui-shell/chasqui_shell/command.py",
        "shlex.split(command) if isinstance(command, str)",
        '["sh", "-c", command] if isinstance(command, str)',
        "plugins/chasqui-shell",
    ),
    Mutant(
        "shell-environment-leaks",
        "environment leaks",
        "plugins/chasqui-shell/chasqui_shell/command.py",
        'if name in passed or name.startswith("LC_")',
        "if True",
        "plugins/chasqui-shell",
    ),
    Mutant(
        "shell-strays-missed",
        "strays missed",
        "plugins/chasqui-shell/chasqui_shell/family.py",
        "(session == self._group or self._is_marked(process))",
        "session == self._group",
        "plugins/chasqui-shell",
    ),
    Mutant(
        "shell-no-kill",
        "no kill",
        "plugins/chasqui-shell/chasqui_shell/process.py",
        "self._family.tell(signal.SIGKILL)  #",
        "pass  #",
        "plugins/chasqui-shell",
    ),
    Mutant(
        "shell-no-guard",
        "no guard",
        "plugins/chasqui-shell/chasqui_shell/guard.py",
        "tell KILL\n",
        "true\n",
        "plugins/chasqui-shell",
    ),
)
