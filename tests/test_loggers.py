"""The loggers: no configuration that does not name them switches them off; all are listed."""

from __future__ import annotations

import ast
import importlib
import logging
import logging.config
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from chasqui import loggers
from chasqui.help import page

ROOT = Path(__file__).parent.parent
SOURCES = list(ROOT.glob("chasqui/**/*.py"))
PLUGINS = list(ROOT.glob("plugins/*/chasqui_*/**/*.py"))
CONFIGURES = {
    "chasqui/loggers.py",
    "chasqui/commands/session.py",
    "chasqui/commands/logfile.py",
    "chasqui/processes/driver.py",  # it logs what a child's loggers have, by their names
    "chasqui/processes/requests.py",  # it asks which lines anything here takes
    "chasqui/processes/reporting.py",  # of a child, whose loggers nothing else configures
    "chasqui/testing/conformance/bodies.py",  # bodies, which log as bodies do
    "chasqui/testing/conformance/monsters.py",
}


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def calls_in(file: Path, *functions: str) -> list[ast.Call]:
    """List the calls of functions of these names, such as ``logging.getLogger``."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.Call) and ast.unparse(one.func) in functions
    ]


def names(files: list[Path] = SOURCES, function: str = "loggers.named") -> set[str]:
    """Return the name of every logger that is made in the sources."""
    found = set()
    for file in files:
        for call in calls_in(file, function):
            (name,) = call.args
            found.add(str(name.value) if isinstance(name, ast.Constant) else module_of(file))
    return found


@pytest.mark.slow
def test_the_page_of_logging_has_every_logger_and_no_other():
    rows = [line for line in page("logging").splitlines() if line.startswith("| `")]

    made = names() | names(PLUGINS, "logging.getLogger")
    assert made | {"chasqui"} == {line.split("`")[1] for line in rows}


@pytest.mark.slow
def test_no_module_makes_a_logger_that_a_configuration_switches_off():
    for file in SOURCES:
        if str(file.relative_to(ROOT)) not in CONFIGURES:
            assert [] == calls_in(file, "logging.getLogger", "getLogger"), file


PROGRAM = """
import logging.config
from chasqui import Engine, Pool, task
import chasqui.pool.dispatcher, chasqui.engine.schedules.scheduler, chasqui.plugins.serving

@task
def fail() -> None:
    raise ValueError("no paper")

engine = Engine(workers=1)
engine.register(fail)
logging.getLogger("another.library")
{configure}
with engine:
    engine.submit("app.fail").wait()
logging.getLogger("another.library").error("is off")
print(sorted(name for name, one in logging.root.manager.loggerDict.items()
             if isinstance(one, logging.Logger) and one.disabled))
"""
BY_DICT = """
logging.config.dictConfig({
    "version": 1,
    "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
    "root": {"level": "INFO", "handlers": ["out"]},
})
"""
BY_FILE = """
import configparser
config = configparser.ConfigParser()
config.read_string('''
[loggers]
keys=root
[handlers]
keys=out
[formatters]
keys=
[logger_root]
level=INFO
handlers=out
[handler_out]
class=StreamHandler
args=(sys.stdout,)
''')
logging.config.fileConfig(config)
"""


@pytest.mark.parametrize("configure", [BY_DICT, BY_FILE], ids=["dictConfig", "fileConfig"])
def test_lines_are_written_after_a_configuration_that_disables_what_it_does_not_name(
    configure, tmp_path
):
    (tmp_path / "main.py").write_text(PROGRAM.format(configure=configure))
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert "task 1 app.fail: failed: ValueError: no paper" in done.stdout.splitlines()
    off = done.stdout.splitlines()[-1]
    assert "another.library" in off
    assert "chasqui" not in off
    assert "" == done.stderr


@pytest.fixture
def log():
    """Make a logger that is forgotten again."""
    name = "chasqui.a_test"
    yield loggers.named(name)
    del logging.root.manager.loggerDict[name]


def test_a_program_may_disable_a_logger_itself(log):
    log.disabled = True
    assert not log.isEnabledFor(logging.CRITICAL)

    log.disabled = False
    assert log.isEnabledFor(logging.CRITICAL)


def test_it_is_the_logger_of_that_name_and_made_once(log):
    assert log is loggers.named(log.name) is logging.getLogger(log.name)
    assert log is pickle.loads(pickle.dumps(log))


class Loud(logging.Logger):
    """As a program may set by `logging.setLoggerClass`."""

    def shout(self) -> str:
        return self.name.upper()


def test_a_program_s_class_of_loggers_is_kept():
    logging.setLoggerClass(Loud)
    try:
        log = loggers.named("chasqui.loud")
        assert isinstance(log, loggers.LastingLogger)
        assert isinstance(log, Loud)
        assert "CHASQUI.LOUD" == log.shout()
    finally:
        logging.setLoggerClass(logging.Logger)
        logging.root.manager.loggerDict.pop("chasqui.loud", None)


@pytest.mark.slow
def test_the_loggers_of_the_package_last():
    for file in SOURCES:
        if calls_in(file, "loggers.named"):
            importlib.import_module(module_of(file))
    for name in names():
        assert isinstance(logging.getLogger(name), loggers.LastingLogger), name


def test_a_logger_that_the_program_has_asked_for_before_lasts_and_those_of_others_stay_plain():
    before = logging.getLogger("chasqui.before")
    try:
        assert before is loggers.named("chasqui.before")
        assert isinstance(before, loggers.LastingLogger)
        assert logging.Logger is type(logging.getLogger("chasqui.other"))
    finally:
        for name in ("chasqui.before", "chasqui.other"):
            logging.root.manager.loggerDict.pop(name, None)
