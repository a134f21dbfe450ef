"""The error for a picture that was not painted, and its reasons."""

from enum import StrEnum

from trigpoint.base.errors import UnavailableError


class PaintFailure(StrEnum):
    """The reason: no worker process was free in time, a timeout, a crash of the worker, or an error while painting."""

    BUSY = "busy"
    TIME_OUT = "time-out"
    CRASHED = "crashed"
    FAILED = "failed"


class NotPaintedError(UnavailableError):
    """A picture was not painted, for `reason`; a retry may succeed."""

    def __init__(self, reason: PaintFailure, message: str) -> None:
        super().__init__(message)
        self.reason = reason
