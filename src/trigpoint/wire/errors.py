"""Apple's error envelope: `{"error":{"message","details":[]}}` (contract §3), and the detail of an origin failure."""

from collections.abc import Mapping, Sequence

import msgspec

ORIGIN_CHECK_FAILURE = "ORIGIN_CHECK_FAILURE"

Detail = str | Mapping[str, str]
"""A detail is a sentence; only an origin failure is an object, because MapKit JS reads it as one (contract §7.4)."""


class ErrorBody(msgspec.Struct):
    """The message and details of an error."""

    message: str
    details: Sequence[Detail]


class ErrorResponse(msgspec.Struct):
    """The body of every response with an error status."""

    error: ErrorBody


def render_error(message: str, details: Sequence[Detail] = ()) -> bytes:
    """Write the body of an error as JSON. `message` is Apple's phrase for the status."""
    return msgspec.json.encode(ErrorResponse(ErrorBody(message, details)))


def origin_failure(sentence: str) -> Detail:
    """Make the detail by which MapKit JS reports to a developer that a token is not for the origin of the page."""
    return {"errorType": ORIGIN_CHECK_FAILURE, "message": sentence}
