"""Why a picture was not painted."""

from enum import StrEnum

from trigpoint.base.errors import UnavailableError


class PaintFailure(StrEnum):
    """What went wrong: no worker was free in time, it took too long, its worker died, or it could not be painted."""

    BUSY = "busy"
    TIME_OUT = "time-out"
    CRASHED = "crashed"
    FAILED = "failed"


class NotPaintedError(UnavailableError):
    """A picture was not painted; `reason` says why, and asking again may help."""

    def __init__(self, reason: PaintFailure, message: str) -> None:
        super().__init__(message)
        self.reason = reason
