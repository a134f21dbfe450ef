"""The region of a response contains all results and is the smallest one."""

from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.geo import Box, Point, region_around
from trigpoint.maps.queries import Hints
from trigpoint.maps.regions import WORLD, box_around, region_of_answer

FIJI = Box(south=-19, west=177, north=-16, east=-179)
TONGA = Box(south=-22, west=-176, north=-15, east=-173)


def test_the_box_around_one_box_is_that_box() -> None:
    assert box_around([FIJI]) == FIJI
    assert box_around([WORLD]) == WORLD
    assert box_around([]) is None


def test_a_box_crosses_the_antimeridian_when_that_is_shorter() -> None:
    assert box_around([FIJI, TONGA]) == Box(south=-22, west=177, north=-15, east=-173)
    assert box_around([Box(0, 10, 1, 20), Box(2, -30, 3, -20)]) == Box(0, -30, 3, 20)


def test_a_box_that_spans_others_hides_the_gaps_between_them() -> None:
    long = Box(south=0, west=170, north=1, east=-160)
    assert box_around([Box(0, -180, 1, -175), Box(0, -100, 1, -90), long]) == Box(0, 170, 1, -90)


@given(
    st.lists(
        st.builds(
            lambda lat, lng, half: region_around(Point(lat, lng), half),
            st.floats(-80, 80),
            st.floats(-180, 180),
            st.floats(1, 100_000),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_box_around_holds_every_centre(boxes: list[Box]) -> None:
    around = box_around(boxes)
    assert around is not None
    assert all(around.contains(box.centre) for box in boxes)


def test_an_empty_response_has_the_searched_region() -> None:
    helsinki = Point(60.17, 24.94)
    assert region_of_answer([], Hints(search_region=FIJI, search_location=helsinki)) == FIJI
    assert region_of_answer([], Hints(user_location=helsinki)) == region_around(helsinki)
    assert region_of_answer([], Hints()) == WORLD
    assert region_of_answer([TONGA], Hints(search_region=FIJI)) == TONGA
