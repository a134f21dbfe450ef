"""Apple's error envelope: `{"error":{"message","details":[]}}` (contract §3), and the detail of an origin failure."""

from collections.abc import Mapping, Sequence

import msgspec

ORIGIN_CHECK_FAILURE = "ORIGIN_CHECK_FAILURE"

Detail = str | Mapping[str, str]
"""A detail is a sentence; only an origin failure is an object, because MapKit JS reads it as one (contract §7.4)."""


class ErrorBody(msgspec.Struct):
    """What went wrong."""

    message: str
    details: Sequence[Detail]


class ErrorResponse(msgspec.Struct):
    """The envelope of every answer that is not a success."""

    error: ErrorBody


def render_error(message: str, details: Sequence[Detail] = ()) -> bytes:
    """Write the body of an error. `message` is Apple's phrase for the status; `details` say more, or nothing."""
    return msgspec.json.encode(ErrorResponse(ErrorBody(message, details)))


def origin_failure(sentence: str) -> Detail:
    """Write the detail by which MapKit JS tells a developer that a token is not meant for the page's origin."""
    return {"errorType": ORIGIN_CHECK_FAILURE, "message": sentence}
