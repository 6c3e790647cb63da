from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from genie3_engine import warm_up
from ui import kernels


def test_compiled_in_background__lasts_as_long_as_the_server(monkeypatch):
    events = []

    @contextmanager
    def in_background():
        events.append("begin")
        yield
        events.append("end")

    async def serve():
        async with kernels.compiled_in_background(None):
            events.append("serve")

    monkeypatch.setattr(warm_up, "in_background", in_background)
    with ThreadPoolExecutor() as pool:  # the thread of a browser test has a loop of its own
        pool.submit(asyncio.run, serve()).result()
    assert events == ["begin", "serve", "end"]
