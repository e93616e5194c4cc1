"""What people type in xargs and GNU parallel, and what they type here for the same output.

Each case is a command of a peer and one of `run` that read the same input, in a folder with the
same files. `peers.json` has what the peers print; `record_peers` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FILES: Final = {
    "fruit": b"apple\nbanana\ncherry\n",
    "colors": b"red\ngreen\n",
    "pairs.tsv": b"1\tone\n2\ttwo\n3\tthree\n",
    "words.tsv": b"number\tword\n1\tone, first\n2\ttwo\n",
    "some folder/a b.txt": b"ab\n",
    "photos/one.tar.gz": b"",
    "photos/two.png": b"",
}
"""The files of the folder in which a command runs."""

FRUIT: Final = FILES["fruit"]
NUMBERS: Final = b"".join(b"%d\n" % number for number in range(1, 21))
ODD: Final = b"a b\n'quoted'\n\"double\"\nback\\slash\n$HOME `id` *\n-n\n"
LATER: Final = b"0.3\n0.1\n0\n"

TEXT: Final = "run --output=text"
ORDERED: Final = "run --output=text -k"


@dataclass(frozen=True)
class Case:
    """A command of a peer, and what does the same here."""

    peer: str
    """As typed into a shell."""
    here: str
    """As typed after `chasqui-tui`."""
    input: bytes = FRUIT
    any_order: bool = False
    """Whether only the lines are the same, in the order in which they end."""
    differs: str = ""
    """Why the output is another one here; empty: it is the same."""
    prints: bytes = b""
    """What is printed here where it differs."""

    @property
    def name(self) -> str:
        """The program of the peer, and what it is given."""
        return self.peer


ONE_EACH: Final = (
    "A task for each line, never several: `xargs` without `-n` or `-L` puts many into one command."
)
WORDS: Final = (
    "A line is one word, whatever is in it: `xargs` without `-d` or `-0` splits at spaces "
    "and takes quotes away."
)
NO_SHELL: Final = (
    "No shell reads a command unless `--shell` says so; GNU parallel gives every command to one."
)
EMPTY_LINES: Final = (
    "Empty lines are skipped; for GNU parallel and for `xargs -d` they are arguments."
)
RETURN: Final = "One carriage return before a newline is dropped; the peers keep it."
TWO_STREAMS: Final = (
    "What a command writes to standard error is in its output, in order; "
    "the peers keep the two apart."
)
NO_INPUT: Final = "Without input nothing runs; `xargs` runs its command once unless it has `-r`."
UNREAD: Final = (
    "A command that leaves some of its input unread is no failure; for GNU parallel it is one."
)
SEQUENCE: Final = (
    "`{#}` counts lines of the input, also those that are skipped; GNU parallel counts jobs."
)

XARGS: Final = (
    Case("xargs -n1 echo", f"{ORDERED} -- echo"),
    Case("xargs -n 1", f"{ORDERED} -- echo"),
    Case("xargs -L1 echo got", f"{ORDERED} -- echo got"),
    Case("xargs -I{} echo '<{}>'", f"{ORDERED} -- echo '<{{}}>'"),
    Case("xargs -I{} echo {} and {}", f"{ORDERED} -- echo {{}} and {{}}"),
    Case("xargs -I% cat %", f"{ORDERED} -- cat {{}}", b"fruit\ncolors\n"),
    Case("xargs -d '\\n' -n1 printf '%s\\n'", f"{ORDERED} -- printf '%s\\n'", ODD),
    Case("tr '\\n' '\\0' | xargs -0 -n1 printf '[%s]'", f"{ORDERED} -- printf '[%s]'", ODD),
    Case("xargs -0 -n1 printf '[%s]'", f"{ORDERED} -0 -- printf '[%s]'", b"a\nb\0c d\0\xff\0"),
    Case("xargs -P4 -n1 echo", f"{TEXT} --workers 4 -- echo", NUMBERS, any_order=True),
    Case("xargs -P1 -n1 echo", f"{TEXT} --workers 1 -- echo", NUMBERS),
    Case(
        "xargs -P3 -I{} sh -c 'sleep {}; echo {}'",
        f"{TEXT} --workers 3 --shell -- 'sleep {{}}; echo {{}}'",
        LATER,
        any_order=True,
    ),
    Case("xargs -a fruit -n1 echo", f"{ORDERED} fruit -- echo", b""),
    Case("xargs -n1 cat", f"{ORDERED} -- cat", b"fruit\ncolors\n"),
    Case("xargs -d '\\n' -n1 cat", f"{ORDERED} -- cat", b"some folder/a b.txt\n"),
    Case("xargs -n1 -r echo", f"{ORDERED} -- echo", b""),
    Case("xargs -n1 sh -c 'echo $0; exit 3'", f"{ORDERED} -- sh -c 'echo $0; exit 3'"),
    Case("xargs -n1 false", f"{ORDERED} -- false"),
    Case("xargs -n1 sh -c 'exit 255'", f"{ORDERED} --stop-on-failure -- sh -c 'exit 255'"),
    Case("xargs -n1 no-such-program-at-all", f"{ORDERED} -- no-such-program-at-all"),
    Case("xargs -n1 seq 2", f"{ORDERED} -- seq 2", b"3\n4\n"),
    Case("xargs -n1 printf 'no newline%.0s'", f"{ORDERED} -- printf 'no newline%.0s'", b"a\nb\n"),
    Case(
        "xargs -d '\\n' -n1 printf '%s\\n'", f"{ORDERED} -- printf '%s\\n'", b"caf\xe9\n\xff\xfe\n"
    ),
    Case("xargs -n1 env printf '%s|'", f"{ORDERED} -- env printf '%s|'"),
    Case(
        "xargs -I{} sh -c 'echo {}; echo more {}'",
        f"{ORDERED} --shell -- 'echo {{}}; echo more {{}}'",
    ),
    Case("xargs -n1 wc -c", f"{ORDERED} -- wc -c", b"fruit\ncolors\n"),
    Case("xargs -n1 test -f", f"{ORDERED} -- test -f", b"fruit\nnone\n"),
    Case("xargs -n1 true", f"{ORDERED} -- true"),
    Case("sort -r | xargs -n1 echo", f"{ORDERED} -- echo", b"c\nb\na\n"),
    Case("cat | xargs -n1 echo x", f"{ORDERED} - -- echo x"),
    Case("xargs -n1 basename", f"{ORDERED} -- basename", b"photos/one.tar.gz\nphotos/two.png\n"),
    Case("xargs echo", f"{ORDERED} -- echo", differs=ONE_EACH, prints=FRUIT),
    Case("xargs -n2 echo", f"{ORDERED} -- echo", differs=ONE_EACH, prints=FRUIT),
    Case(
        "xargs -n1 echo",
        f"{ORDERED} -- echo",
        b"a b\n'c d'\n",
        differs=WORDS,
        prints=b"a b\n'c d'\n",
    ),
    Case("xargs echo ran", f"{ORDERED} -- echo ran", b"", differs=NO_INPUT),
    Case(
        "xargs -n1 sh -c 'echo $0; echo bad >&2'",
        f"{ORDERED} -- sh -c 'echo $0; echo bad >&2'",
        b"a\n",
        differs=TWO_STREAMS,
        prints=b"a\nbad\n",
    ),
)

PARALLEL: Final = (
    Case("parallel -k echo", f"{ORDERED} -- echo"),
    Case("parallel -k echo {}", f"{ORDERED} -- echo {{}}"),
    Case("parallel -k echo a {} b", f"{ORDERED} -- echo a {{}} b"),
    Case("parallel echo", f"{TEXT} -- echo", NUMBERS, any_order=True),
    Case("parallel -j1 echo", f"{TEXT} --workers 1 -- echo", NUMBERS),
    Case(
        "parallel -j3 'sleep {}; echo {}'",
        f"{TEXT} --workers 3 --shell -- 'sleep {{}}; echo {{}}'",
        LATER,
        any_order=True,
    ),
    Case(
        "parallel -k -j3 'sleep {}; echo {}'",
        f"{ORDERED} --workers 3 --shell -- 'sleep {{}}; echo {{}}'",
        LATER,
    ),
    Case(
        "parallel -k echo {.}",
        f"{ORDERED} -- echo {{.}}",
        b"photos/one.tar.gz\nphotos/two.png\nplain\n",
    ),
    Case(
        "parallel -k echo {/}",
        f"{ORDERED} -- echo {{/}}",
        b"photos/one.tar.gz\nphotos/two.png\nplain\n",
    ),
    Case(
        "parallel -k echo {//}", f"{ORDERED} -- echo {{//}}", b"photos/one.tar.gz\na/b/c\nplain\n"
    ),
    Case(
        "parallel -k echo {/.}", f"{ORDERED} -- echo {{/.}}", b"photos/one.tar.gz\nphotos/two.png\n"
    ),
    Case("parallel -k echo {#} {}", f"{ORDERED} -- echo {{#}} {{}}"),
    Case("parallel -k echo {}-{}", f"{ORDERED} -- echo {{}}-{{}}"),
    Case("parallel -k printf %s,", f"{ORDERED} -- printf %s,"),
    Case("parallel -k -q printf '[%s]\\n'", f"{ORDERED} -- printf '[%s]\\n'", ODD),
    Case(
        "parallel -k 'printf \"[%s]\\n\" {}'",
        f"{ORDERED} --shell -- 'printf \"[%s]\\n\" {{}}'",
        ODD,
    ),
    Case("parallel -k 'echo {} | tr a-z A-Z'", f"{ORDERED} --shell -- 'echo {{}} | tr a-z A-Z'"),
    Case("parallel -k -0 echo", f"{ORDERED} -0 -- echo", b"a b\0c\0"),
    Case("parallel -k --tag echo x", f"{ORDERED} --tag -- echo x"),
    Case("parallel -k --tag seq", f"{ORDERED} --tag -- seq", b"2\n3\n"),
    Case("parallel -k -a fruit echo", f"{ORDERED} fruit -- echo", b""),
    Case("parallel -k echo ::: a b 'c d'", f"{ORDERED} -- echo ::: a b 'c d'", b""),
    Case(
        "parallel -k echo {1}-{2} ::: a b ::: 1 2",
        f"{ORDERED} -- echo {{1}}-{{2}} ::: a b ::: 1 2",
        b"",
    ),
    Case("parallel -k echo ::: a b ::: 1 2", f"{ORDERED} -- echo ::: a b ::: 1 2", b""),
    Case(
        "parallel -k echo {2} {1} ::: a b ::: 1 2",
        f"{ORDERED} -- echo {{2}} {{1}} ::: a b ::: 1 2",
        b"",
    ),
    Case(
        "parallel -k --link echo ::: a b ::: 1 2", f"{ORDERED} --link -- echo ::: a b ::: 1 2", b""
    ),
    Case("parallel -k echo :::: fruit", f"{ORDERED} -- echo :::: fruit", b""),
    Case("parallel -k echo :::: fruit colors", f"{ORDERED} -- echo :::: fruit :::: colors", b""),
    Case("parallel -k echo ::: a b :::+ 1 2", f"{ORDERED} -- echo ::: a b :::+ 1 2", b""),
    Case(
        "parallel -k --colsep '\\t' echo {2} {1} :::: pairs.tsv",
        f"{ORDERED} --tsv pairs.tsv -- echo {{2}} {{1}}",
        b"",
    ),
    Case(
        "parallel -k --colsep , echo {2}", f"{ORDERED} --delimiter , -- echo {{2}}", b"a,b\nc,d\n"
    ),
    Case(
        "parallel -k --colsep '\\t' --header : echo {word}/{number} :::: words.tsv",
        f"{ORDERED} --tsv --header words.tsv -- echo {{word}}/{{number}}",
        b"",
    ),
    Case("parallel -k false", f"{ORDERED} -- false"),
    Case("parallel -k 'echo {}; exit 3'", f"{ORDERED} --shell -- 'echo {{}}; exit 3'"),
    Case(
        "parallel -k -j1 --halt now,fail=1 'echo {}; test {} != banana'",
        f"{ORDERED} --workers 1 --halt now,fail=1 --shell -- 'echo {{}}; test {{}} != banana'",
    ),
    Case(
        "parallel -k -j1 --halt soon,success=1 'echo {}'",
        f"{ORDERED} --workers 1 --halt soon,success=1 --shell -- 'echo {{}}'",
    ),
    Case(
        "parallel -k --retries 2 'echo {}; false'",
        f"{ORDERED} --retries 2 --backoff 0 --shell -- 'echo {{}}; false'",
        b"a\n",
    ),
    Case("parallel -k cat", f"{ORDERED} -- cat", b"fruit\nsome folder/a b.txt\n"),
    Case("parallel -k echo", f"{ORDERED} -- echo", b"a\r\nb\n", differs=RETURN, prints=b"a\nb\n"),
    Case(
        "parallel -k echo x",
        f"{ORDERED} -- echo x",
        b"a\n\nb\n",
        differs=EMPTY_LINES,
        prints=b"x a\nx b\n",
    ),
    Case(
        "parallel -k echo '$((1+1))'",
        f"{ORDERED} -- echo '$((1+1))'",
        b"a\n",
        differs=NO_SHELL,
        prints=b"$((1+1)) a\n",
    ),
    Case(
        "parallel -k echo {#} {}",
        f"{ORDERED} -- echo {{#}} {{}}",
        b"\na\n",
        differs=SEQUENCE,
        prints=b"2 a\n",
    ),
)

PIPED: Final = (
    Case("parallel -k -N1 --pipe cat", f"{ORDERED} --stdin -- cat"),
    Case("parallel -k -N1 --pipe wc -l", f"{ORDERED} --stdin -- wc -l"),
    Case("parallel -k --pipe --block 30 cat", f"{ORDERED} --pipe --block 30 -- cat", NUMBERS),
    Case("parallel -k --pipe wc -l", f"{ORDERED} --pipe -- wc -l", NUMBERS),
    Case(
        "parallel -k --pipe --block 1k wc -c", f"{ORDERED} --pipe --block 1k -- wc -c", NUMBERS * 80
    ),
    Case(
        "parallel -k --pipe --block 1k md5sum",
        f"{ORDERED} --pipe --block 1k -- md5sum",
        NUMBERS * 80,
    ),
    Case(
        "parallel --pipe --block 1k cat",
        f"{TEXT} --pipe --block 1k -- cat",
        NUMBERS * 80,
        any_order=True,
    ),
    Case(
        "parallel -k --pipe head -n1",
        f"{ORDERED} --pipe -- head -n1",
        NUMBERS * 8000,
        differs=UNREAD,
        prints=b"1\n",
    ),
)

CASES: Final = XARGS + PARALLEL + PIPED
