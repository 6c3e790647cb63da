"""Limits on the memory that a file may claim, checked before anything is allocated."""

from __future__ import annotations

from genie3_engine.data.sparse_genes import MAX_DENSE_BYTES
from genie3_engine.errors import InputError

_SURELY_FINE = 64 << 20
_RATIO_AT_MOST = 1000


def check_declared(name: str, what: str, n_bytes: int, *, stored: int) -> None:
    """Refuse what is too large, or much larger than what the file stores for it.

    Parameters
    ----------
    name : str
        The file's name, for messages.
    what : str
        Which part of it.
    n_bytes : int
        What the part takes in memory, as the file declares it.
    stored : int
        What it takes in the file, in bytes.

    Raises
    ------
    InputError
        With the code ``too-large`` or ``bomb``.
    """
    if n_bytes > MAX_DENSE_BYTES:
        raise InputError(
            f"{name}: {what} takes {n_bytes / 2**30:,.1f} GB; at most "
            f"{MAX_DENSE_BYTES / 2**30:,.0f} GB are read.",
            "Give a file with fewer genes or fewer cells.",
            code="too-large",
        )
    if n_bytes > _SURELY_FINE and n_bytes > _RATIO_AT_MOST * stored:
        raise InputError(
            f"{name}: {what} claims {n_bytes:,} bytes and {stored:,} are stored, which no "
            "sound file has.",
            "The file is damaged or malicious: write it again.",
            code="bomb",
        )
