"""Valhalla's error codes, and which of them mean that there is no route."""

import json
from typing import NoReturn

from trigpoint.base.errors import TrigpointError

NO_WAY = frozenset(
    {
        154,  # the ends are further apart than the engine's limit
        156,  # a walk on top of transit would be longer than allowed
        157,  # exceeded max distance of a matrix or its parts
        170,  # the ends lie in unconnected networks
        171,  # no road near an end
        172,  # exceeded the breakage distance
        440,  # an end is too far from a transit stop
        441,  # the ends cannot be reached by transit
        442,  # no path found
        443,  # could not form a path through the locations
    }
)
"""Error codes that mean "no route found"."""
ROADS = frozenset({170, 171, 442, 443})
"""Those that may not come if more roads near the ends are looked at."""


class RefusedByEngineError(TrigpointError):
    """The engine refused a query. `code` is Valhalla's error code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"Valhalla {code}: {message}")
        self.code = code

    @property
    def means_no_way(self) -> bool:
        """Tell whether the refusal means that there is no route between the ends."""
        return self.code in NO_WAY

    @property
    def is_about_roads(self) -> bool:
        """Tell whether there may be a route from other roads near the ends."""
        return self.code in ROADS


def raise_refusal(answer: bytes) -> NoReturn:
    """Raise RefusedByEngineError from a response of Valhalla's: `{"error_code":171,"error":"…"}`."""
    refusal = json.loads(answer)
    raise RefusedByEngineError(int(refusal["error_code"]), str(refusal["error"]))
