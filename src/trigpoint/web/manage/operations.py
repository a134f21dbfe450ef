"""A decorator for operations that act on something that exists: POST with status 200, run in a thread."""

from functools import partial

from litestar import post

act = partial(post, sync_to_thread=True, status_code=200)
"""Declares a POST such as revoke, pause or test."""
