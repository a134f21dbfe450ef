"""How operations are declared: work goes to a thread, and a POST that makes nothing new answers 200."""

from functools import partial

from litestar import post

act = partial(post, sync_to_thread=True, status_code=200)
"""Declares a POST that acts on something that exists: it revokes, pauses, tests."""
