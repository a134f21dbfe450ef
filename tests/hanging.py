"""Servers that hang, for tests of the stop: while they start, or in a request that never ends. Run: hanging.py KIND WORKERS."""

import asyncio
import sys
from typing import Any

from trigpoint.web import server, stopping
from trigpoint.web.app import App

LAST_S = 1.0
"""In the place of ten seconds."""


def print_now(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def nothing() -> None:
    return None


async def none() -> dict[str, Any]:
    return {}


async def for_ever(*_: Any) -> None:
    print_now("hangs")
    await asyncio.sleep(3600)


def spin(*_: Any) -> Any:
    print_now("hangs")
    while True:
        pass


def make_starting() -> App:
    """Give an application that never has started."""
    return App(v1=nothing, readiness=none, start=for_ever, stop=nothing)


def make_spinning() -> App:
    """Give an application whose event loop hangs in its first request."""
    return App(v1=spin, readiness=none, start=nothing, stop=nothing, stopping=stopping.Stopping(0.0))


def make_dying() -> App:
    """Give none: each worker dies while it starts."""
    print_now("hangs")
    sys.exit(7)


if __name__ == "__main__":
    server.LAST_S = stopping.LAST_S = LAST_S
    listener = server.listen("127.0.0.1", 0)
    print_now(str(listener.getsockname()[1]))
    server.serve(f"hanging:make_{sys.argv[1]}", listener=listener, workers=int(sys.argv[2]))
