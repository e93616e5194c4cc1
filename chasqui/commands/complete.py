"""The hidden `chasqui-tui complete`: what may stand at the end of a command line.

    chasqui-tui complete bash COMP_CWORD COMP_WORDBREAKS -- COMP_WORDS...
    chasqui-tui complete zsh|fish -- WORDS...    (up to the cursor)

The answer has four lines: `files`, if the shell is to offer file names, else `words`; what stands
before such a name; the beginning of the name; and how many characters of the word bash leaves as
they are. Then comes a line for each word. Nothing else is ever written: a mistake on the line does
not concern a user who is still typing. Nor does it wait, for input or for a plugin that takes too
long.
"""

from __future__ import annotations

import os
import shlex
import threading
from collections.abc import Mapping, Sequence

from chasqui.commands import exits
from chasqui.commands.candidates import Answer, MakeParser, answer_for
from chasqui.commands.words import writing

PATIENCE = 5.0  # seconds: longer than the slowest import of plugins that still feels like an answer


def answer(argv: Sequence[str], make_parser: MakeParser, commands: Mapping[str, str]) -> int:
    """Answer a shell's question; the status is 0 if it gets the answer."""
    output = _silenced()
    late = threading.Timer(PATIENCE, os._exit, (exits.DONE,))
    late.daemon = True
    late.start()
    try:
        text = _answered(argv, make_parser, commands)
    except (Exception, SystemExit):
        text = ""  # a line that means nothing has no end to offer
    finally:
        late.cancel()
    with writing():
        os.write(output, text.encode("utf-8", "surrogateescape"))
    return exits.DONE


def _silenced() -> int:
    """Keep standard output for the answer alone, whatever a plugin does at import."""
    output = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return output


def _answered(argv: Sequence[str], make_parser: MakeParser, commands: Mapping[str, str]) -> str:
    options, words = list(argv[: argv.index("--")]), list(argv[argv.index("--") + 1 :])
    shell = options[0]
    kept = 0
    if shell == "bash":
        words, kept = _joined(words, int(options[1]), options[2])
    elif shell == "fish":
        words[-1] = _unquoted(words[-1])  # the others come without their quotes
    found = answer_for(words[1:], make_parser, commands)
    write = {"bash": _for_bash, "zsh": _for_zsh, "fish": _for_fish}[shell]
    header = ["files" if found.files else "words", found.lead, found.start, str(kept)]
    return "".join(f"{line}\n" for line in [*header, *write(found, kept)])


def _for_bash(found: Answer, kept: int) -> list[str]:
    return [shlex.quote(word[kept:]) for word in found.words]


def _for_zsh(found: Answer, _kept: int) -> list[str]:
    return [
        word.replace("\\", "\\\\").replace(":", "\\:") + (f":{help}" if help else "")
        for word, help in found.words.items()
    ]


def _for_fish(found: Answer, _kept: int) -> list[str]:
    return [f"{word}\t{help}" for word, help in found.words.items()]


def _joined(pieces: list[str], at: int, breaks: str) -> tuple[list[str], int]:
    """Join what bash took apart; return the words, and how much of the last it leaves as it is."""
    splits = [mark for mark in "=:" if mark in breaks]
    words: list[str] = []
    glued = False
    for piece in pieces[: at + 1]:
        is_break = bool(piece) and all(mark in splits for mark in piece)
        if words[1:] and (is_break or glued):
            words[-1] += piece
        else:
            words.append(piece)
        glued = is_break
    words = [_unquoted(word) for word in words]
    return words, 1 + max((words[-1].rfind(mark) for mark in splits), default=-1)


def _unquoted(word: str) -> str:
    for closed in (word, word + '"', word + "'", word.removesuffix("\\")):
        try:
            return "".join(shlex.split(closed)) if closed else ""
        except ValueError:
            continue
    return word
