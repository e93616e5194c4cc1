"""What a plugin prints while it is imported is kept aside, and nothing that other threads print."""

from __future__ import annotations

import io
import sys
import threading
import types
from typing import Any

from chasqui.plugins.aside import aside
from chasqui.plugins.loader import PluginHost
from tests.plugins.test_loader import only


def test_what_a_plugin_prints_is_captured(install, capsys):
    install("chatty", "import sys\nprint('to out')\nprint('to err', file=sys.stderr)\n")

    assert "to out\nto err\n" == only(PluginHost(), "chatty").output
    assert ("", "") == tuple(capsys.readouterr())


SLOW = """
import sys, threading
import gate

out = sys.stdout
print("before")
gate.inside.set()
assert gate.go.wait(60)
print("after")


def late():
    out.write("later")
"""


def test_what_other_threads_print_while_a_plugin_is_imported_is_shown(install, capsys, monkeypatch):
    gate: Any = types.ModuleType("gate")
    gate.inside, gate.go = threading.Event(), threading.Event()
    monkeypatch.setitem(sys.modules, "gate", gate)
    install("slow", SLOW)
    found = []

    def load():
        found.append(only(PluginHost(), "slow"))
        sys.modules["fake_slow"].late()

    importing = threading.Thread(target=load)
    importing.start()
    assert gate.inside.wait(60)
    print("of the program")
    print("its error", file=sys.stderr)
    gate.go.set()
    importing.join(60)

    assert ["before\nafter\n"] == [info.output for info in found]
    assert ("of the program\nlater", "its error\n") == tuple(capsys.readouterr())


def test_a_standard_stream_that_was_replaced_during_an_import_stays(monkeypatch):
    first, other = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", first)
    with aside(io.StringIO()):
        sys.stdout = other
    assert sys.stdout is other
    with aside(io.StringIO()):
        pass
    assert sys.stdout is other
