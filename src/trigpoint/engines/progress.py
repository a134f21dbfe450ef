"""Progress reports of imports and builds."""

from collections.abc import Callable, Mapping

WEIGHTS = {"places": 40, "routes": 20, "tiles": 35, "gazetteer": 5}
"""About how long the parts of an import take, compared with each other. For a country, places and tiles take the same time."""

Progress = Callable[[float, str], None]
"""Called with the share that is done (0 to 1), and the current step."""


def within(tell: Progress, part: tuple[float, float], *, name: str | None = None) -> Progress:
    """Return the progress function for a part of a whole, given by its start and end as shares of the whole.

    If the part has a name, its steps are reported with that name in front of them.
    """
    start, end = part

    def progress(done: float, step: str) -> None:
        told = step if name is None else f"{name}, {step[:1].lower()}{step[1:]}"
        tell(start + (end - start) * min(1.0, done), told)

    return progress


def of_step(tell: Progress, step: str) -> Callable[[float], None]:
    """Return the function that reports which share of one step is done."""
    return lambda done: tell(done, step)


def in_turn(tell: Progress, weights: Mapping[str, float]) -> dict[str, Progress]:
    """Return a progress function for each part of a whole; the parts follow one another in this order, and none jumps back."""
    whole = sum(weights.values())
    parts: dict[str, Progress] = {}
    start = 0.0
    for part, weight in weights.items():
        end = start + weight / whole
        parts[part] = within(tell, (start, end), name=part)
        start = end
    return parts
