"""A disk on which one change fails, or every change from one on."""

from __future__ import annotations

import os
from collections.abc import Collection

from tools.faults.disk import CREATE, LINK, MKDIR, RENAME, SYMLINK, SYNC, WRITE, Change

NEED_ROOM = frozenset({CREATE, WRITE, SYNC, RENAME, LINK, SYMLINK, MKDIR})


class FailingDisk:
    """A watcher that refuses a change.

    Parameters
    ----------
    number : int
        Errno of the refusal.
    at : int
        Which change is refused, from 1; 0 refuses none and counts.
    lasting : bool
        Whether every later change is refused too, as on a disk that stays full.
    kinds : collection of str
        The kinds of changes that may be refused; those that need room by default.

    Attributes
    ----------
    n_changes : int
        Changes of these kinds so far.
    refused : Change or None
        The first that was refused.
    """

    def __init__(
        self,
        number: int,
        *,
        at: int = 0,
        lasting: bool = False,
        kinds: Collection[str] = NEED_ROOM,
    ) -> None:
        self._number = number
        self._at = at
        self._lasting = lasting
        self._kinds = kinds
        self.n_changes = 0
        self.refused: Change | None = None

    def before(self, change: Change) -> None:
        """Refuse the change whose turn it is."""
        if change.kind not in self._kinds:
            return
        self.n_changes += 1
        is_later = self._lasting and self.refused is not None
        if self.n_changes == self._at or is_later:
            self.refused = self.refused or change
            raise OSError(self._number, os.strerror(self._number), change.path)

    def after(self, change: Change) -> None:
        """Nothing follows."""
