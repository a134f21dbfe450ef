"""How every build tells how far it is."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Told how much is done, from 0 to 1, and what is being done."""


def within(tell: Progress, name: str, *, start: float, share: float) -> Progress:
    """Give the function that is told how far a part of a whole is, which takes a share of it; its steps bear its name."""

    def progress(done: float, step: str) -> None:
        tell(start + share * done, f"{name}, {step[:1].lower()}{step[1:]}")

    return progress
