"""The table of categories: every tag is real, every category is reachable, and the first line that fits wins."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.poi_tags import RULES, category_of

DOCUMENTED = {
    line
    for line in Path(__file__).with_name("osm_tags.txt").read_text().splitlines()
    if line and not line.startswith("#")
}
USED = sorted({(condition.key, value) for rule in RULES for condition in rule.conditions for value in condition.values})


def test_there_are_77_categories() -> None:
    assert len(PoiCategory) == 77


def test_every_tag_in_the_table_is_documented() -> None:
    assert [f"{key}={value}" for key, value in USED if f"{key}={value}" not in DOCUMENTED] == []


def test_the_list_of_documented_tags_holds_no_more_than_the_table() -> None:
    assert {f"{key}={value}" for key, value in USED} == DOCUMENTED


@pytest.mark.parametrize("category", PoiCategory)
def test_every_category_is_reachable(category: PoiCategory) -> None:
    reached = set()
    for rule in RULES:
        if rule.category is category:
            tags = {c.key: min(c.values, default="yes") for c in rule.conditions if not c.negated}
            reached.add(category_of(tags))
    assert category in reached


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"amenity": "cafe"}, PoiCategory.CAFE),
        ({"shop": "books"}, PoiCategory.STORE),
        ({"shop": "supermarket"}, PoiCategory.FOOD_MARKET),
        ({"shop": "vacant"}, None),
        ({"shop": "no"}, None),
        ({"amenity": "bench"}, None),
        ({"office": "lawyer"}, None),
        ({}, None),
        ({"shop": "sports", "sport": "tennis"}, PoiCategory.STORE),
        ({"leisure": "pitch", "sport": "tennis"}, PoiCategory.TENNIS),
        ({"leisure": "stadium", "sport": "soccer"}, PoiCategory.STADIUM),
        ({"leisure": "sports_centre", "sport": "soccer;tennis"}, PoiCategory.SOCCER),
        ({"leisure": "sports_centre", "sport": "tennis; soccer"}, PoiCategory.TENNIS),
        ({"tourism": "hotel", "amenity": "restaurant"}, PoiCategory.HOTEL),
        ({"tourism": "museum", "historic": "castle"}, PoiCategory.MUSEUM),
        ({"tourism": "attraction", "historic": "castle"}, PoiCategory.CASTLE),
        ({"historic": "castle", "castle_type": "fortress"}, PoiCategory.FORTRESS),
        ({"amenity": "theatre", "theatre:type": "opera_house"}, PoiCategory.MUSIC_VENUE),
        ({"amenity": "theatre"}, PoiCategory.THEATER),
        ({"amenity": "pub", "microbrewery": "yes"}, PoiCategory.BREWERY),
        ({"amenity": "fuel", "shop": "convenience"}, PoiCategory.GAS_STATION),
        ({"amenity": "place_of_worship", "tourism": "attraction"}, PoiCategory.RELIGIOUS_SITE),
        ({"historic": "memorial"}, PoiCategory.LANDMARK),
        ({"historic": "memorial", "memorial": "stolperstein"}, None),
        (
            {"boundary": "protected_area", "protection_title": "National Monument"},
            PoiCategory.NATIONAL_MONUMENT,
        ),
        ({"boundary": "protected_area", "protect_class": "2"}, PoiCategory.NATIONAL_PARK),
        ({"boundary": "protected_area", "protect_class": "7"}, None),
    ],
)
def test_tags_have_the_category_that_people_would_name(tags: dict[str, str], category: PoiCategory | None) -> None:
    assert category_of(tags) is category


@given(
    st.dictionaries(
        st.sampled_from(sorted({key for key, _ in USED})), st.sampled_from([v for _, v in USED]), max_size=4
    )
)
def test_the_first_line_that_fits_wins(tags: dict[str, str]) -> None:
    fitting = (rule.category for rule in RULES if all(condition.holds(tags) for condition in rule.conditions))
    expected = next((category for category in fitting), None)
    assert category_of(tags) is expected or tags.get("shop") in {"no", "vacant"}


@given(st.dictionaries(st.sampled_from(["amenity", "shop", "sport", "leisure"]), st.text(max_size=20)))
def test_no_odd_value_is_an_error(tags: dict[str, str]) -> None:
    assert category_of(tags) is None or isinstance(category_of(tags), PoiCategory)
