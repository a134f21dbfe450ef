"""Progress of an import of places: which share of the whole each step takes, so that it only ever increases."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with the name of the current step, and the share of the whole import that is done (0 to 1)."""

READING, CUTTING, STREETS, NAMES = (0.0, 0.32), (0.32, 0.36), (0.36, 0.74), (0.74, 0.97)
"""Start and end of each step, by its share of the processor time of 40 copies of Liechtenstein."""

FINISHING = 0.97
NODES = 0.25
"""The share of reading a file that its nodes take."""


def within(progress: Progress, start: float, end: float) -> Progress:
    """Return the progress function of a step: it is called with the share of the step that is done."""
    return lambda step, done: progress(step, start + (end - start) * min(1.0, done))
