import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.engines.valhalla.polyline import decode

MICRO_POINTS = st.lists(
    st.tuples(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000)), min_size=1, max_size=50
)


def encode(points: list[tuple[int, int]]) -> str:
    """Write points in millionths of a degree, by the published description of the format."""
    written, before = "", (0, 0)
    for point in points:
        for value, last in zip(point, before, strict=True):
            number = (value - last) << 1
            number = ~number if value < last else number
            while number >= 0x20:
                written += chr((0x20 | (number & 0x1F)) + 63)
                number >>= 5
            written += chr(number + 63)
        before = point
    return written


@given(MICRO_POINTS)
def test_a_line_is_decoded_to_a_millionth_of_a_degree(points: list[tuple[int, int]]) -> None:
    assert decode(encode(points)) == tuple((latitude / 1e6, longitude / 1e6) for latitude, longitude in points)


def test_an_empty_text_has_no_points() -> None:
    assert decode("") == ()


@pytest.mark.parametrize("broken", ["_", "?", "???", "??~", "\x00\x00"])
def test_an_invalid_polyline_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="not an encoded polyline"):
        decode(broken)
