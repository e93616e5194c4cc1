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
        'if name in passed or name.startswith(b"LC_")',
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
        "shell-broken-pipe",
        "a command that does not read its input is no failure",
        "plugins/chasqui-shell/chasqui_shell/feed.py",
        "except BrokenPipeError:",
        "except ZeroDivisionError:",
        "plugins/chasqui-shell",
    ),
    Mutant(
        "shell-input-before-output",
        "a command may write while it reads more than a pipe holds",
        "plugins/chasqui-shell/chasqui_shell/feed.py",
        "os.set_blocking(self.writer, False)",
        "os.set_blocking(self.writer, True)",
        "plugins/chasqui-shell",
    ),
    Mutant(
        "shell-guard-forgets",
        "a guard that was killed has a successor that knows all commands",
        "plugins/chasqui-shell/chasqui_shell/guard.py",
        "        for group, mark in self._watched.items():",
        "        for group, mark in ():",
        "plugins/chasqui-shell",
    ),
    Mutant(
        "shell-guard-kills-others",
        "a guard ends only what still runs",
        "plugins/chasqui-shell/chasqui_shell/guard.py",
        """self._locked_tell(f"leave {group}\\n")""",
        "pass",
        "plugins/chasqui-shell",
    ),
    Mutant(
        "shell-no-guard",
        "no guard",
        "plugins/chasqui-shell/chasqui_shell/guard.py",
        'tell KILL "$@"\n',
        "true\n",
        "plugins/chasqui-shell",
    ),
)
