"""Progress reports of imports and builds."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the share that is done (0 to 1), and the current step."""


def within(tell: Progress, name: str, *, start: float, share: float) -> Progress:
    """Return the progress function for a part of a whole, which begins at `start` and takes `share` of the whole.

    Its steps are reported with the part's name in front of them.
    """

    def progress(done: float, step: str) -> None:
        tell(start + share * done, f"{name}, {step[:1].lower()}{step[1:]}")

    return progress
