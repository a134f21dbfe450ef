"""Runs pieces of a program step by step in any order, as threads and processes would interleave.

A task runs until it says `pause()`, where another task may go on. Tasks are greenlets (SQLAlchemy and Playwright bring
them), so that the code under test is the real one, and every order can be repeated.
"""

from collections.abc import Callable
from typing import Self

import greenlet


class Task:
    """One piece of work that is under way."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name = name
        self._greenlet = greenlet.greenlet(work, parent=greenlet.getcurrent())

    @property
    def is_done(self) -> bool:
        return bool(self._greenlet.dead)

    def step(self) -> None:
        """Run it to its next pause or its end; its exception is raised here."""
        self._greenlet.parent = greenlet.getcurrent()
        self._greenlet.switch()

    def kill(self) -> None:
        """End it where it stands, as kill -9 does."""
        if not self.is_done:
            self._greenlet.throw()


def pause(_seconds: float = 0.0) -> None:
    """Let others go on."""
    here = greenlet.getcurrent()
    if here.parent is not None:
        here.parent.switch()


class Lock:
    """A lock between tasks."""

    def __init__(self) -> None:
        self._held = False

    def __enter__(self) -> Self:
        while self._held:
            pause()
        self._held = True
        return self

    def __exit__(self, *_error: object) -> None:
        self._held = False
