"""What the README and the manual show is what happens."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.present import present

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "chasqui" / "help").glob("*.md"))]
CHAPTER = re.compile(
    r"(?:<!-- test: send (?P<signal>\w+) after the line \"(?P<after>.*?)\" -->\n)?"
    r"```python\n(?P<code>(?:(?!```).)*)```\n\n```text\n(?P<output>.*?)```",
    re.DOTALL,
)
TEXTS = {document: document.read_text(encoding="utf-8") for document in DOCUMENTS}
CHAPTERS = [
    pytest.param(chapter, id=f"{document.stem}:{chapter['code'].splitlines()[0]}")
    for document, text in TEXTS.items()
    for chapter in CHAPTER.finditer(text)
]
FILE = re.compile(r"<!-- file: \w+\.py -->\n```python\n")
# Files of the guide are tried by tests/testing/test_guide.py, those of the page `web` by tests/web,
# those of the README by tests/acceptance/moved-from-an-executor.
GUIDES = {"authors", "testing", "web", "README"}
COMMANDS = {"python3", "pip", "pytest", "chasqui-tui"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_every_snippet_of_python_is_run(document):
    text = TEXTS[document]
    files = len(FILE.findall(text)) if document.stem in GUIDES else 0

    assert text.count("```python\n") == len(CHAPTER.findall(text)) + files


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_every_link_leads_to_a_file(document):
    links = re.findall(r"\]\(([^)#]+)", TEXTS[document])

    assert [] == [link for link in links if not (document.parent / link).exists()]


PROSE = [*DOCUMENTS, ROOT / "chasqui" / "README.md", *ROOT.glob("plugins/**/README.md")]
PROSE += ROOT.glob(".github/*.md")
DATED = re.compile(
    r"\b(whoever|nobody|husks?|heeds?|in whose|is told of|that there (is|are))\b", re.I
)


@pytest.mark.parametrize("document", PROSE, ids=lambda document: str(document.relative_to(ROOT)))
def test_the_prose_is_present_day_english(document):
    assert [] == [found[0] for found in DATED.finditer(document.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_prints_what_it_says(chapter, tmp_path):
    script = tmp_path / "program.py"
    script.write_text(chapter["code"], encoding="utf-8")
    (folder := tmp_path / "folder").mkdir()
    program = subprocess.Popen(
        [sys.executable, script],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with program:
        printed = ""
        if chapter["signal"]:
            while not printed.endswith(f"{chapter['after']}\n"):
                line = present(program.stdout).readline()
                assert line, present(program.stderr).read()
                printed += line
            _await_handler(program.pid)
            program.send_signal(signal.Signals[chapter["signal"]])
        rest, errors = program.communicate(timeout=60)

    assert (chapter["output"], "") == (printed + rest, errors)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_fits_on_a_screen(chapter):
    assert chapter["code"].count("\n") <= 20


def test_the_two_commands_call_only_what_a_fresh_machine_has():
    text = README.read_text(encoding="utf-8")
    section = text.partition("## Try it")[2].partition("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)\n```", section, re.DOTALL)

    assert 2 == len(commands)
    for command in commands:
        assert "\n" not in command
        called = {Path(shlex.split(part)[0]).name for part in command.split("&&")}
        assert called <= COMMANDS


def _await_handler(pid: int) -> None:
    """Wait until the program catches SIGTERM; its line comes a moment before it does."""
    status = Path(f"/proc/{pid}/status")
    while status.exists():
        caught = int(present(re.search(r"SigCgt:\s*(\w+)", status.read_text()))[1], 16)
        if caught >> (signal.SIGTERM - 1) & 1:
            return
