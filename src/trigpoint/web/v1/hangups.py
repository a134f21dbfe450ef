"""Clients that hang up: work that nobody waits for any more is cancelled."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from trigpoint.web.asgi import Receive

F = TypeVar("F")


class ClientGoneError(Exception):
    """The client hung up before its answer was ready."""


async def while_connected(asked: Awaitable[F], receive: Receive) -> F:
    """Wait for an answer as long as the client does. Raises ClientGoneError, after the work was cancelled."""
    work = asyncio.current_task()
    assert work is not None  # noqa: S101 (a coroutine that runs has a task)
    gone = False

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        work.cancel()

    watcher = asyncio.get_running_loop().create_task(watch())
    try:
        return await asked
    except asyncio.CancelledError:
        if not gone:
            raise
        work.uncancel()
        raise ClientGoneError from None
    finally:
        watcher.cancel()
