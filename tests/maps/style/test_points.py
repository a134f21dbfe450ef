"""Attributes of points of interest in tiles: category, icon, group, rank."""

import pytest

from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.style.osm_values import LOOKS, icon_by, rank_by
from trigpoint.maps.style.points import GROUPS, LEAST, icons, look_of, point_properties


@pytest.mark.parametrize("category", list(PoiCategory))
def test_every_category_has_an_icon_and_a_group(category: PoiCategory) -> None:
    look = look_of(category, {})
    assert look.group in GROUPS
    assert 1 <= look.rank <= LEAST


def test_an_icon_has_one_colour() -> None:
    for category in PoiCategory:
        look = look_of(category, {})
        assert icons()[look.icon] == look.group, look.icon


def test_a_restaurant_ranks_before_a_memorial() -> None:
    memorial = look_of(PoiCategory.LANDMARK, {"historic": "memorial", "wikidata": "Q1"})
    assert look_of(PoiCategory.RESTAURANT, {}).rank < memorial.rank


def test_a_tag_refines_the_icon() -> None:
    assert look_of(PoiCategory.RELIGIOUS_SITE, {"religion": "muslim"}).icon == "muslim"
    assert look_of(PoiCategory.RESTAURANT, {"cuisine": "italian;pizza"}).icon == "pizza"
    assert look_of(PoiCategory.RESTAURANT, {"cuisine": "italian"}).icon == "restaurant"


def test_a_wikipedia_tag_raises_the_rank_but_never_above_the_first() -> None:
    assert look_of(PoiCategory.MUSEUM, {"wikipedia": "en:Ateneum"}).rank == look_of(PoiCategory.MUSEUM, {}).rank - 3
    assert look_of(PoiCategory.AIRPORT, {"wikidata": "Q1"}).rank == 1


def test_a_tile_says_category_icon_group_and_rank() -> None:
    assert point_properties({"amenity": "restaurant"}) == {
        "category": "Restaurant",
        "icon": "restaurant",
        "group": "food",
        "rank": 9,
    }
    assert point_properties({"amenity": "bench"}) is None


def test_the_first_matching_refinement_is_used() -> None:
    assert look_of(PoiCategory.PUBLIC_TRANSPORT, {"railway": "station", "station": "subway"}).icon == "metro"
    assert look_of(PoiCategory.PUBLIC_TRANSPORT, {"railway": "station"}).icon == "rail"


def test_icons_for_tiles_of_other_schemas_are_those_of_our_own() -> None:
    category, look = LOOKS["restaurant"]
    assert (category, look) == (PoiCategory.RESTAURANT, look_of(PoiCategory.RESTAURANT, {"amenity": "restaurant"}))
    icon, rank = icon_by(["get", "kind"]), rank_by(["get", "kind"])
    assert isinstance(icon, list)
    assert isinstance(rank, list)
    assert icon[-1] == "dot"
    assert rank[-1] == LEAST
    assert sum(names == "museum" or "museum" in names for names in icon[2:-1:2]) == 1
