"""What Valhalla refuses, by its error codes, and which refusals only mean that there is no way."""

import json
from typing import NoReturn

from trigpoint.base.errors import TrigpointError

NO_WAY = frozenset(
    {
        154,  # the ends are further apart than the engine may search
        156,  # a walk on top of transit would be longer than allowed
        157,  # exceeded max distance of a matrix or its parts
        170,  # the ends lie in unconnected networks
        171,  # no road near an end
        172,  # exceeded the breakage distance
        440,  # an end is too far from a stop
        441,  # the ends cannot be reached by transit
        442,  # no path found
        443,  # could not form a path through the locations
    }
)
"""Codes after which an answer without routes is the truth."""


class RefusedByEngineError(TrigpointError):
    """The engine understood the question and refused it. `code` is Valhalla's error code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"Valhalla {code}: {message}")
        self.code = code

    @property
    def means_no_way(self) -> bool:
        """Tell whether the refusal only says that no way leads from one end to the other."""
        return self.code in NO_WAY


def raise_refusal(answer: bytes) -> NoReturn:
    """Raise what an answer of Valhalla's, `{"error_code":171,"error":"…"}`, says."""
    refusal = json.loads(answer)
    raise RefusedByEngineError(int(refusal["error_code"]), str(refusal["error"]))
