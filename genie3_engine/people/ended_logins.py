"""Logins that people have ended, so that no copy of their cookie is a login any longer."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from genie3_engine.errors import StorageError
from genie3_engine.jobs import atomic_write

_SECONDS = 32 * 86_400  # browsers keep the cookie of a login for 30 days
_OF_A_LOGIN = ("iss", "sub", "iat", "nonce")


class EndedLogins:
    """The logins that people have ended.

    Parameters
    ----------
    file : Path, optional
        Where they are kept when the server ends; without it they are kept in memory alone. A file
        that is damaged is as good as none.

    Notes
    -----
    A login is known by the hash of what the provider states of it: who, when, and for which
    request. Where the file cannot be written, a login is ended until the server ends.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._ended = {} if file is None else _read(file)

    def add(self, claims: Mapping[str, Any]) -> None:
        """End a login, whose claims are those of the provider."""
        now = time.time()
        with self._lock:
            kept = {key: until for key, until in self._ended.items() if until > now}
            self._ended = {**kept, _key(claims): now + _SECONDS}
            if self._file is not None:
                with suppress(StorageError):
                    atomic_write.write_json(self._file, self._ended)

    def __contains__(self, claims: Mapping[str, Any]) -> bool:
        """Return whether a login has been ended."""
        return bool(self._ended) and _key(claims) in self._ended


def _key(claims: Mapping[str, Any]) -> str:
    text = json.dumps([str(claims.get(name, "")) for name in _OF_A_LOGIN])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(file: Path) -> dict[str, float]:
    try:
        found = atomic_write.read_json(file)
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        key: until
        for key, until in found.items()
        if isinstance(until, int | float) and until == until
    }
