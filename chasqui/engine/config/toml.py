"""TOML text as tables, where everything that is wrong with a text is a sentence.

The parser of the standard library is recursive, and Python refuses to read numbers of thousands of
digits: a text may make it raise more than its own error. What reads the tables later is recursive
as well, so their depth is bounded here.
"""

from __future__ import annotations

from typing import Any, Final

DEPTH: Final = 100  # tables and arrays in each other; settings need about five


def parsed(text: str) -> dict[str, Any]:
    """Return the tables of a text.

    Raises:
        ValueError: it is not TOML, or is not read for another reason; its text says which.
    """
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is not valid TOML: {error}") from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except ValueError:  # of `int`, the only other one: it reads no more digits than Python allows
        raise ValueError("has a number with too many digits") from None
    if _is_deeper(tables, DEPTH):
        raise ValueError(_TOO_DEEP)
    return tables


_TOO_DEEP: Final = f"has tables or arrays nested more than {DEPTH} levels deep"


def _is_deeper(tables: dict[str, Any], depth: int) -> bool:
    level: list[Any] = [tables]
    for _ in range(depth + 1):
        inner = [one.values() if isinstance(one, dict) else one for one in level]
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not level:
            return False
    return True
