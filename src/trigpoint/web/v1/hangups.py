"""Cancels the work for clients that hang up."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from trigpoint.web.asgi import WhenGone

F = TypeVar("F")


class ClientGoneError(Exception):
    """The client disconnected before its response was ready."""


async def while_connected(answer: Awaitable[F], when_gone: WhenGone | None) -> F:
    """Wait for a response as long as the client does. Raises ClientGoneError, after the work was cancelled.

    Without `when_gone` (the server cannot detect that clients hang up), the work is never cancelled.
    """
    if when_gone is None:
        return await answer
    work = asyncio.current_task()
    assert work is not None  # noqa: S101 (a coroutine that runs has a task)
    gone = False

    def cancel() -> None:
        nonlocal gone
        gone = True
        work.cancel()

    when_gone(cancel)
    try:
        return await answer
    except asyncio.CancelledError:
        if not gone:
            raise
        work.uncancel()
        raise ClientGoneError from None
    finally:
        when_gone(None)
