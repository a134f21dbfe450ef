"""Quotas: how many calls a team has a day (contract §5), handed out in blocks."""

import math
from dataclasses import dataclass
from enum import StrEnum

from trigpoint.base.clock import to_iso
from trigpoint.base.errors import TrigpointError

DAY_S = 86_400


class Meter(StrEnum):
    """What is counted."""

    SERVICE_CALLS = "service_calls"
    MAP_VIEWS = "map_views"


DEFAULT_LIMITS = {Meter.SERVICE_CALLS: 25_000, Meter.MAP_VIEWS: 250_000}
BLOCK = 500
"""How many calls a worker takes from the database at once, at most; it never takes more than a fiftieth of a limit."""


class QuotaExceededError(TrigpointError):
    """The team has used up its day (HTTP 429). `retry_after` is in seconds."""

    def __init__(self, meter: Meter, limit: int, at: float) -> None:
        self.meter = meter
        self.limit = limit
        self.resets_at = end_of_day(at)
        self.retry_after = max(1, math.ceil(self.resets_at - at))
        words = meter.value.replace("_", " ")
        super().__init__(
            f"The team's {limit:,} {words} a day are used up; the count begins anew at {to_iso(self.resets_at)}."
        )


@dataclass(slots=True)
class Allowance:
    """What one worker may still admit without asking: a block of one team's day."""

    day: int
    left: int = 0

    def spend(self, day: int) -> bool:
        """Take one call; False if the block is empty or of another day."""
        if self.day != day or self.left <= 0:
            return False
        self.left -= 1
        return True


def day_of(at: float) -> int:
    """Number the day of UTC that a time falls in, counted from the epoch: quotas begin anew at 00:00 UTC."""
    return int(at // DAY_S)


def end_of_day(at: float) -> float:
    """Give the next 00:00 UTC after a time, in seconds since the epoch."""
    return (day_of(at) + 1) * float(DAY_S)


def block_size(limit: int) -> int:
    """Say how many calls to take at once: small enough that workers do not starve each other near the limit."""
    return max(1, min(BLOCK, limit // 50))
