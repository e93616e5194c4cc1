"""What an engine in a program offers: its own types, and of plugins those that it asks for."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/plugins/test_offering.py"

MUTANTS = (
    Mutant(
        "plugins-offered-unasked",
        "an engine offers no plugin's types unless it is asked to",
        "chasqui/plugins/offering.py",
        "    if asked is None or asked is False:\n        return ()",
        "    if asked is None:\n        return None",
        TESTS,
    ),
    Mutant(
        "list-offers-all",
        "a list of plugins offers those in it and no others",
        "chasqui/plugins/loader.py",
        "[one for one in self._all() if is_any(one.info, self._offer)]",
        "self._all()",
        TESTS,
    ),
    Mutant(
        "unknown-plugin-accepted",
        "a name that no installed plugin has is refused when the engine is made",
        "chasqui/plugins/loader.py",
        "            check_names(self._offer, self._installed())",
        "            pass",
        TESTS,
    ),
    Mutant(
        "config-offers-unasked",
        "a config that names no plugin in only offers none to a program",
        "chasqui/plugins/engine.py",
        "asked = bool(config.plugins.only)",
        "asked = True",
        TESTS,
    ),
    Mutant(
        "not-offered-is-unknown",
        "a type of a plugin that is not offered says how to offer it",
        "chasqui/plugins/loader.py",
        "        if self._offer is not None:\n            from chasqui.plugins.offering import how",
        "        if self._offer is None:\n            from chasqui.plugins.offering import how",
        TESTS,
    ),
)
