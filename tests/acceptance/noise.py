"""Noise for a console: random bytes, and everything that terminals send, whole, broken and alone.

Of all of it only what leaves the console is left out: the keys q, Q and ctrl+q, and a click on them
in the key bar, the last line of a terminal of 24 lines.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

LEAVING = (b"q", b"Q", b"\x11")
LEAVING_NUMBERS = (17, 24, 81, 113)  # these keys in reports, and the line of the key bar
ENDS = b"ABCDEFHIJKLMOPRSTZcghlmnpru~@`{|}"


def stream(seed: int, size: int) -> Iterator[bytes]:
    """Give pieces of noise, of so many bytes in all."""
    chance = random.Random(seed)
    while size > 0:
        piece = chance.choice(KINDS)(chance)
        for key in LEAVING:
            piece = piece.replace(key, b"k")
        yield piece[:size]
        size -= len(piece)


def calm() -> bytes:
    """Return what ends whatever noise has begun, and closes what it has opened."""
    return b"\x1b[201~" + 8 * b"\x1b[27u"


def _bytes(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 40))


def _letters(chance: random.Random) -> bytes:
    return bytes(chance.choices(range(32, 127), k=chance.randint(1, 20)))


def _characters(chance: random.Random) -> bytes:
    text = "".join(chance.choices("\u00e9\u200b\u202e\u4e2d\U0001f600\ufffd", k=3))
    return text.encode()[: chance.randint(1, 9)]


def _number(chance: random.Random) -> int:
    some = (0, 1, 2, 5, 23, 80, 255, 5000, 65535, 2**31, 10**18, chance.randint(0, 999))
    number = chance.choice(some)
    return 7 if number in LEAVING_NUMBERS else number


def _old_mouse(chance: random.Random) -> bytes:
    return b"\x1b[M" + bytes(chance.choices(range(32, 256), k=chance.choice((3, 3, 3, 2, 1))))


def _mouse(chance: random.Random) -> bytes:
    x, y = chance.choice([(chance.randint(1, 80), chance.randint(1, 23)), (_number(chance), -3)])
    button, end = chance.choice((0, 1, 2, 32, 35, 64, 65, 128)), chance.choice("Mm")
    return f"\x1b[{chance.choice('<<<?')}{button};{x};{y}{end}".replace("?", "").encode()


def _control(chance: random.Random) -> bytes:
    numbers = ";".join(str(_number(chance)) for _ in range(chance.randint(0, 5)))
    mark = chance.choice((b"", b"", b"?", b"<", b">", b"=", b":"))
    return b"\x1b[" + mark + numbers.encode() + bytes([chance.choice(ENDS)])


def _key(chance: random.Random) -> bytes:
    code = chance.choice((_number(chance), 0xD800, 0x110000, chance.randint(0, 0x1FFFF)))
    if code in LEAVING_NUMBERS:
        code = 27
    odd = f";{_number(chance)};{chance.choice((7, 0xDFFF))}"
    more = chance.choice(("", ";5", ";1;97", odd, ";;"))
    return f"\x1b[{code}{more}u".encode()


def _paste(chance: random.Random) -> bytes:
    begin, end = chance.choice(((b"\x1b[200~", b"\x1b[201~"),) * 3 + ((b"", b"\x1b[201~"),))
    text = chance.choice((_bytes, _letters, _control, _characters))(chance)
    return begin + text * chance.choice((1, 1, 1, 500)) + end


def _report(chance: random.Random) -> bytes:
    return chance.choice(
        (
            b"\x1b[I",
            b"\x1b[O",
            b"\x1b[%d;%dR" % (_number(chance), _number(chance)),
            b"\x1b[?2048;1$y",
            b"\x1b[?2026;2$y",
            b"\x1b[48;%d;%d;%d;%dt" % tuple(_number(chance) for _ in range(4)),
            b"\x1b]11;rgb:ffff/ffff/ffff\x07",
            b"\x1b]52;c;" + _letters(chance) + b"\x1b\\",
            b"\x1bP>|xterm(390)\x1b\\",
            b"\x1b_G" + _bytes(chance),
            b"\x1bO" + bytes([chance.choice(ENDS)]),
            b"\x9b" + _letters(chance),
        )
    )


def _escapes(chance: random.Random) -> bytes:
    return b"\x1b" * chance.choice((1, 2, 3, 50)) + chance.choice((b"", b"[", b"O", b"[<", b"[2"))


KINDS = (
    _bytes,
    _bytes,
    _letters,
    _characters,
    _old_mouse,
    _mouse,
    _control,
    _key,
    _paste,
    _report,
    _escapes,
)
