"""A thread pool for pages, because they wait for the database and for password hashing.

API calls do not use this pool, so a rush of sign-ins cannot delay them.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from litestar import get as litestar_get
from litestar import post as litestar_post
from litestar.handlers import HTTPRouteHandler

P = ParamSpec("P")
R = TypeVar("R")
_POOL = ThreadPoolExecutor(8, thread_name_prefix="portal")


def in_thread(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Make an async function that runs another function in a thread of the portal's pool."""

    @functools.wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        call = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(_POOL, call)

    return run


def get(path: str) -> Callable[[Callable[..., object]], HTTPRouteHandler]:
    """Declare the handler of GET at a path."""
    return lambda function: litestar_get(path)(in_thread(function))


def post(path: str) -> Callable[[Callable[..., object]], HTTPRouteHandler]:
    """Declare the handler of POST at a path."""
    return lambda function: litestar_post(path, status_code=200)(in_thread(function))
