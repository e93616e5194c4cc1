"""Parsing TOML, with a sentence for everything that can be wrong with a text.

The standard library's parser is recursive, and Python refuses numbers of thousands of digits, so a
text may raise more than the parser's own error. The code that uses the tables is recursive as well,
so their depth is bounded here.
"""

from __future__ import annotations

from typing import Any, Final

DEPTH: Final = 100  # of nested tables and arrays; settings need about five


def parsed(text: str) -> dict[str, Any]:
    """Return the tables of a text.

    Raises:
        ValueError: it is not TOML, or exceeds a limit; the message says which.
    """
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is not valid TOML: {error}") from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except ValueError:  # the only other one, from `int`: more digits than Python allows
        raise ValueError("has a number with too many digits") from None
    if _is_deeper(tables, DEPTH):
        raise ValueError(_TOO_DEEP)
    return tables


_TOO_DEEP: Final = f"has tables or arrays nested more than {DEPTH} levels deep"


def _is_deeper(tables: dict[str, Any], depth: int) -> bool:
    level: list[Any] = [tables]
    for _ in range(depth + 1):
        inner = [value.values() if isinstance(value, dict) else value for value in level]
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not level:
            return False
    return True
