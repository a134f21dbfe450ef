"""Decoding Valhalla's lines: encoded polylines with six decimals."""

from polyline_rs import decode_latlon

from trigpoint.maps.routes import Line


def decode(encoded: str) -> Line:
    """Return the points of a line as (latitude, longitude) in degrees, with six decimals. Raises ValueError.

    The library decodes to integers (precision 0), which are divided here. It would multiply instead, which makes the
    last digit of the float wrong.
    """
    try:
        millionths = decode_latlon(encoded, 0)
    except ValueError as error:
        raise ValueError(f"not an encoded polyline: {error}") from error
    return tuple([(latitude / 1e6, longitude / 1e6) for latitude, longitude in millionths])
