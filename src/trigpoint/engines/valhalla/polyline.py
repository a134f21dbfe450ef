"""Decode Valhalla's line: an Encoded Polyline with six decimals."""

from polyline_rs import decode_latlon

from trigpoint.maps.routes import Line


def decode(encoded: str) -> Line:
    """Give the points of a line as (latitude, longitude) in degrees, rounded to six decimals. Raises ValueError.

    The library is asked for whole millionths: with decimals it multiplies, and the last digit of a float is wrong.
    """
    try:
        millionths = decode_latlon(encoded, 0)
    except ValueError as error:
        raise ValueError(f"not an encoded polyline: {error}") from error
    return tuple([(latitude / 1e6, longitude / 1e6) for latitude, longitude in millionths])
