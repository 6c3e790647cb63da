"""Compile the kernels while the server is up, so that the first run need not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from genie3_engine import warm_up


@asynccontextmanager
async def compiled_in_background(_: object) -> AsyncIterator[None]:
    """Compile from the start of the server, until its end at most; pages do not wait for it."""
    with warm_up.in_background():
        yield
