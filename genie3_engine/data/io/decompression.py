"""How is a gzip file decompressed that may be made to fill the memory?"""

from __future__ import annotations

import gzip
from typing import BinaryIO

from genie3_engine.errors import InputError

_SURELY_FINE = 64 << 20
_BOMB_RATIO = 300


class Decompressed(gzip.GzipFile):
    """A gzip file that is refused once it grows beyond what any table compresses to."""

    def __init__(self, name: str, raw: BinaryIO) -> None:
        super().__init__(fileobj=raw)
        self._name = name
        self._raw = raw
        self._n_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        """Decompress some bytes, and compare how many came of how few."""
        return self._counted(super().read(size))

    def read1(self, size: int = -1) -> bytes:
        """Do the same in one step."""
        return self._counted(super().read1(size))

    def _counted(self, content: bytes) -> bytes:
        self._n_bytes = max(self._n_bytes, self.tell())
        if self._n_bytes > _SURELY_FINE and self._n_bytes > _BOMB_RATIO * self._raw.tell():
            raise InputError(
                f"{self._name} grows more than {_BOMB_RATIO:,} times when it is decompressed, as "
                "no table does.",
                "Decompress it yourself if you trust it.",
                code="bomb",
            )
        return content
