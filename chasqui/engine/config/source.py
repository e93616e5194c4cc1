"""A settings file as it was read, and the line of each value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from chasqui.engine.config.toml import parsed
from chasqui.errors import ConfigError

Key = tuple[str | int, ...]
"""Where a value is: ``("pools", "default", "workers")``, with numbers into arrays of tables."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file, read once: what is checked, used and shown later is the same text."""

    path: Path
    text: str = field(repr=False)
    tables: dict[str, Any] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            FileNotFoundError: the file does not exist.
            ConfigError: it cannot be read, or is not TOML.
        """
        try:
            text = path.read_text(encoding="utf-8-sig")  # some editors write the mark
            return cls(path, text, parsed(text))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
        except UnicodeDecodeError as error:
            raise ConfigError([f"{path}: is not UTF-8 text, at byte {error.start}"]) from error
        except ValueError as error:
            raise ConfigError([f"{path}: {error}"]) from error

    def lines(self) -> dict[Key, int]:
        """Return the line on which each value begins."""
        return {key: first for key, first, _ in statements(self.text)}


def statements(text: str) -> Iterator[tuple[Key, int, int]]:
    """Find each value of a valid TOML text: its key, and its first and last line.

    The parser itself finds the end of a statement: the first line at which the text from the
    statement's beginning is a valid document.
    """
    lines = text.split("\n")
    table: Key = ()
    tables_in: dict[Key, int] = {}
    first = 0
    while first < len(lines):
        found, last = _statement(lines, first)
        if lines[first].lstrip().startswith("["):
            table = _entered(found, tables_in)
        else:
            for key in _leaves(table, found):
                yield key, first + 1, last + 1
        first = last + 1


def _statement(lines: list[str], first: int) -> tuple[dict[str, Any], int]:
    for last in range(first, len(lines)):
        try:
            return parsed("\n".join(lines[first : last + 1]) + "\n"), last
        except ValueError:
            continue
    raise ValueError(f"line {first + 1} is not the beginning of a TOML statement")


def _entered(header: Any, tables_in: dict[Key, int]) -> Key:
    """Return the key of the table that a header opens, with its index in an array of tables."""
    key: Key = ()
    while header:
        ((name, header),) = header.items()
        key = (*key, name)
        if isinstance(header, list):
            tables_in[key] = tables_in.get(key, -1) + 1
            (header,) = header
        if key in tables_in:
            key = (*key, tables_in[key])
    return key


def _leaves(key: Key, value: Any) -> Iterator[Key]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves((*key, name), inner)
    else:
        yield key
