"""What are the lines of a table, where a quoted name may contain a line break?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

_OPEN = re.compile(r'(?:^|[\t;,| ])"(?:[^"]|"")*$')
_JOINED_AT_MOST = 20
_CHARACTERS_AT_MOST = 100_000


class Lines:
    """The lines of a text that are not blank, without their line ends.

    Attributes
    ----------
    number : int
        Of the last line taken from the text, from 1.
    """

    def __init__(self) -> None:
        self.number = 0

    def of(self, text: TextIO | Iterator[str]) -> Iterator[tuple[int, str]]:
        """Yield line number (from 1) and line.

        A line that ends within quotation marks, opened where a cell begins, is joined by spaces
        with the lines below up to the one that closes them; when none of the next few does, it is
        a stray mark, and the lines stay as they are.
        """
        lines = self._numbered(text)
        waiting: list[tuple[int, str]] = []
        while True:
            number, line = waiting.pop(0) if waiting else next(lines, (0, ""))
            if number == 0:
                return
            if '"' in line and _is_open(line):
                line = _joined(line, waiting, lines)
            if line and not line.isspace():
                yield number, line

    def _numbered(self, text: TextIO | Iterator[str]) -> Iterator[tuple[int, str]]:
        for self.number, line in enumerate(text, start=1):
            yield self.number, line.rstrip("\n")


def _is_open(line: str) -> bool:
    return line.count('"') % 2 == 1 and _OPEN.search(line) is not None


def _joined(line: str, waiting: list[tuple[int, str]], lines: Iterator[tuple[int, str]]) -> str:
    """Return the line with those that belong to it, which are taken from the waiting ones."""
    whole = line
    for n_joined in range(1, _JOINED_AT_MOST + 1):
        if len(waiting) < n_joined:
            following = next(lines, None)
            if following is None:
                return line
            waiting.append(following)
        more = waiting[n_joined - 1][1]
        whole = f"{whole} {more}"
        if more.count('"') % 2 == 1:
            del waiting[:n_joined]
            return whole
        if len(whole) - len(line) > _CHARACTERS_AT_MOST:
            return line
    return line
