"""Mutants of engines that consoles can attach to, and of the socket of a group."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SERVING = "chasqui/plugins/serving.py"
ENGINE = "chasqui/plugins/engine.py"
TESTS = "tests/plugins/test_serving.py"
OBSERVERS = "tests/control/host/test_observers.py"

MUTANTS = (
    Mutant(
        "second-serve-fails",
        "a second call of serve returns the same host",
        SERVING,
        "            if self._host is None:",
        "            if self._engine:",
        TESTS,
    ),
    Mutant(
        "served-unasked",
        "CHASQUI_SERVE=0 serves nothing",
        SERVING,
        'said not in ("", "0")',
        'said != ""',
        TESTS,
    ),
    Mutant(
        "environment-over-program",
        "a program says no to the environment",
        SERVING,
        ' if self._asked is None else ""',
        "",
        f"{TESTS}::test_a_program_says_no_to_the_environment",
    ),
    Mutant(
        "name-of-the-environment-lost",
        "CHASQUI_SERVE may give the name to be found by",
        SERVING,
        'self.begin(said if said not in ("", "1") else None)',
        "self.begin()",
        TESTS,
    ),
    Mutant(
        "served-after-the-end",
        "an engine that has stopped cannot be attached to",
        ENGINE,
        "        self._serving.end()\n",
        "",
        TESTS,
    ),
    Mutant(
        "config-does-not-serve",
        "serve = true in a config has its engine served",
        ENGINE,
        '        parts.setdefault("serve", config.engine.serve or None)\n',
        "",
        TESTS,
    ),
    Mutant(
        "config-file-not-in-the-name",
        "an engine from a config is found by the config's path",
        ENGINE,
        '        parts.setdefault("config_file", config.path)\n',
        "",
        f"{TESTS}::test_a_config_has_an_engine_served_under_the_files_own_name",
    ),
    Mutant(
        "work-fails-unwatched",
        "work goes on when it cannot be watched",
        SERVING,
        "            except ChasquiError as error:",
        "            except KeyError as error:",
        TESTS,
    ),
    Mutant(
        "lost-after-logout",
        "a host whose runtime folder was removed is found again",
        "chasqui/control/host/server.py",
        "        if now - self._placed >= PLACE_SECONDS:",
        "        if now < self._placed:",
        "tests/control/host/test_place.py",
    ),
    Mutant(
        "upgrade-unsaid",
        "a host whose packages were upgraded says that a restart would load them",
        "chasqui/control/host/service.py",
        "Readings(WithVersions(port, versions), self._of_host)",
        "Readings(port, self._of_host)",
        "tests/control/host/test_newer.py",
    ),
    Mutant(
        "upgrade-always-said",
        "a package that is installed as it runs is no problem",
        "chasqui/control/host/newer.py",
        'not in ("", loaded)',
        'not in ("",)',
        "tests/control/host/test_newer.py",
    ),
    Mutant(
        "disk-read-at-each-reading",
        "the disk is looked at now and then only",
        "chasqui/control/host/newer.py",
        "        if now >= self._look_at:",
        "        if now:",
        "tests/control/host/test_newer.py",
    ),
    Mutant(
        "observers-operate",
        "members of the group may only look, whatever role they ask for",
        "chasqui/control/host/host.py",
        'listeners.append((other, "observe"))',
        'listeners.append((other, "operate"))',
        OBSERVERS,
    ),
    Mutant(
        "observers-not-from-config",
        "a config names the group that may look",
        ENGINE,
        '        parts.setdefault("observers", config.host.observers)\n',
        "",
        OBSERVERS,
    ),
    Mutant(
        "observers-anywhere",
        "a config names the folder of the group's socket",
        ENGINE,
        '        parts.setdefault("observers_folder", config.host.observers_folder)\n',
        "",
        OBSERVERS,
    ),
)
