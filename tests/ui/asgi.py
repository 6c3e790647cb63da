"""Ask an ASGI application without a server."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor


def asked(application, kind, **scope):
    """Ask an application once; return the messages that it has sent."""
    sent = []

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    answer = application({"type": kind, "headers": [], "query_string": b"", **scope}, receive, send)
    # in a thread of its own: browser tests leave a loop at work in this one
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, answer).result()
    return sent


def header(start, name):
    """Return the values of a header of an answer."""
    return [value.decode() for key, value in start["headers"] if key == name]
