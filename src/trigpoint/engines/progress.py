"""Progress reports of imports and builds."""

from collections.abc import Callable, Mapping

WEIGHTS = {"places": 40, "routes": 20, "tiles": 35, "gazetteer": 5}
"""About how long the parts of an import take, compared with each other. For a country, places and tiles take the same time."""

Progress = Callable[[float, str], None]
"""Called with the share that is done (0 to 1), and the current step."""


def within(tell: Progress, name: str, *, start: float, share: float) -> Progress:
    """Return the progress function for a part of a whole, which begins at `start` and takes `share` of the whole.

    Its steps are reported with the part's name in front of them.
    """

    def progress(done: float, step: str) -> None:
        tell(start + share * done, f"{name}, {step[:1].lower()}{step[1:]}")

    return progress


def in_turn(tell: Progress, weights: Mapping[str, float]) -> dict[str, Progress]:
    """Return a progress function for each part of a whole; the parts follow one another in this order, and none jumps back."""
    whole = sum(weights.values())
    parts: dict[str, Progress] = {}
    start = 0.0
    for part, weight in weights.items():
        parts[part] = within(tell, part, start=start, share=weight / whole)
        start += weight / whole
    return parts
