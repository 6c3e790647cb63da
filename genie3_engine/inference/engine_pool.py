"""Engines that are built when they are needed, of which few are held at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

MOST_HELD = 2

KeyT = TypeVar("KeyT", int, tuple[int, int])


@dataclass(slots=True, eq=False)
class _Held:
    """An engine that is built, or being built."""

    engine: Any = None
    n_users: int = 0
    building: threading.Lock = field(default_factory=threading.Lock)


class EnginePool(Generic[KeyT]):
    """Engines by key, two at most; any number of threads may use them at the same time.

    Notes
    -----
    A thread that needs a third engine waits until one has no user. Of those, the one of the
    smallest key is dropped, so work should come in the order of the keys.
    """

    def __init__(self) -> None:
        self._held: dict[KeyT, _Held] = {}
        self._changed = threading.Condition()

    @contextmanager
    def use(self, key: KeyT, build: Callable[[KeyT], Any]) -> Iterator[Any]:
        """Hold the engine of a key; a thread uses one at a time.

        Parameters
        ----------
        key : int or pair of int
            The key.
        build : callable
            Makes the engine, when it is not held. The pool does not keep it, so that engines go
            with their owner.
        """
        with self._changed:
            self._changed.wait_for(lambda: key in self._held or self._has_room())
            held = self._held.setdefault(key, _Held())
            held.n_users += 1
        try:
            with held.building:
                if held.engine is None:
                    held.engine = build(key)
            yield held.engine
        finally:
            with self._changed:
                held.n_users -= 1
                self._changed.notify_all()

    def _has_room(self) -> bool:
        """Return whether one more engine may be built; drop the first unused one."""
        if len(self._held) < MOST_HELD:
            return True
        free = min((key for key, held in self._held.items() if not held.n_users), default=None)
        if free is None:
            return False
        del self._held[free]
        return True
