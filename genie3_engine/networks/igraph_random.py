"""Seed igraph, whose random generator is shared by the whole process."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import igraph

_lock = threading.Lock()


@contextmanager
def seeded(seed: int | str) -> Iterator[None]:
    """Give igraph a random generator of its own, for one thread at a time.

    Parameters
    ----------
    seed : int or str
        The same seed gives the same random numbers.
    """
    with _lock:
        igraph.set_random_number_generator(random.Random(seed))
        try:
            yield
        finally:
            igraph.set_random_number_generator(random)
