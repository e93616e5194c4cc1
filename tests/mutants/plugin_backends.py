"""Mutants of backends that plugins offer."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/plugins/test_backends.py"
CHECKS = "chasqui/plugins/checks.py"
BACKENDS = "chasqui/plugins/backends.py"
LOADER = "chasqui/plugins/loader.py"

MUTANTS = (
    Mutant(
        "backends-of-plugins-never-asked",
        "an unknown name of a backend asks the plugins before it is refused",
        "chasqui/pool/backends.py",
        "        return name in BACKENDS or (\n",
        "        return name in BACKENDS and (\n",
        TESTS,
    ),
    Mutant(
        "backend-of-a-plugin-imported-with-the-config",
        "reading a config imports no plugin",
        "chasqui/pool/backends.py",
        'getattr(_factory(name), "check_settings", None) if name in BACKENDS else None',
        'getattr(importlib.import_module(PLUGINS)._found(name, None), "check", None)',
        TESTS,
    ),
    Mutant(
        "any-backend-of-no-plugin",
        "a name that no installed plugin can have is refused",
        BACKENDS,
        "    return bool(FULL.fullmatch(name) and entry_points(group=GROUP, name=plugin))\n",
        "    return bool(FULL.fullmatch(name))\n",
        TESTS,
    ),
    Mutant(
        "backend-past-the-host-of-the-engine",
        "a backend of a plugin that is left out is refused, and its settings are those of a config",
        BACKENDS,
        "types if isinstance(types, PluginHost) else PluginHost()",
        "PluginHost()",
        TESTS,
    ),
    Mutant(
        "backend-that-cannot-be-made",
        "a backend that cannot be made stops the start with the reason",
        BACKENDS,
        "    except Exception as error:  # a stranger's code",
        "    except ZeroDivisionError as error:  # a stranger's code",
        TESTS,
    ),
    Mutant(
        "backend-without-methods",
        "what a plugin makes must be a backend",
        BACKENDS,
        '    if lacking or not hasattr(made, "capabilities"):\n',
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "backend-offers-all-types",
        "naming a backend of a plugin offers none of its types",
        LOADER,
        '        return PluginHost(**{**self.asked, "offer": None})\n',
        "        self._offer, self._found = None, None\n        return self\n",
        TESTS,
    ),
    Mutant(
        "backend-asks-an-offered-plugin-twice",
        "an offered plugin is asked once for its types and its backends",
        LOADER,
        "any(info.name == plugin for info in self.found())",
        "False",
        TESTS,
    ),
    Mutant(
        "two-backends-of-one-name",
        "two backends of one name stop their plugin",
        CHECKS,
        "        elif full in backends:\n",
        "        elif False:\n",
        TESTS,
    ),
    Mutant(
        "backend-called-as-our-own",
        "a plugin's backend may not be called as one of Chasqui's own",
        CHECKS,
        'f"{plugin}.{offer.name}") in BACKENDS:',
        'f"{plugin}.{offer.name}") == "":',
        TESTS,
    ),
    Mutant(
        "types-beside-wrong-backends",
        "a wrong offer of backends stops the plugin whole",
        "chasqui/plugins/importer.py",
        "            types = {}\n",
        "",
        TESTS,
    ),
    Mutant(
        "backend-without-help-unnoticed",
        "check_plugin names a backend without help",
        "chasqui/testing/check.py",
        "            if not said:\n",
        "            if False:\n",
        "tests/testing/test_check.py",
    ),
    Mutant(
        "check-ends-at-a-backend",
        "config check names a backend that cannot be had beside all other mistakes",
        "chasqui/commands/config.py",
        "    except PluginError as error:  # of a backend",
        "    except KeyError as error:  # of a backend",
        "tests/commands/test_config_check.py",
    ),
)
