"""Faults that a test can inject."""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import asdict, dataclass
from typing import Any, NoReturn


@dataclass(slots=True)
class Fault:
    """A misbehaviour, for the next requests that match.

    Parameters
    ----------
    match : str
        A regular expression, searched in ``METHOD /path Operation``.
    code, message : str
        The error's, such as ``ThrottlingException``.
    status : int
        The answer's HTTP status.
    times : int
        Requests it is meant for.
    drop : bool
        Whether the connection is cut instead.
    """

    match: str
    code: str = "InternalServerError"
    message: str = "Made to fail."
    status: int = 500
    times: int = 1
    drop: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Take all faults back."""
        with self._lock:
            self._faults.clear()

    def take(self, request: str) -> Fault | None:
        """Return the fault that a request meets, and count it."""
        with self._lock:
            for fault in self._faults:
                if fault.times > 0 and re.search(fault.match, request):
                    fault.times -= 1
                    return fault
        return None


def cut(connection: socket.socket) -> NoReturn:
    """Close a connection without an answer."""
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
