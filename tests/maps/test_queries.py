"""Hints rank and filters exclude, as contract §4.1 and §4.10 say."""

import pytest

from trigpoint.base.geo import Box, Point
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.queries import Filters, Hints, SearchQuery

HERE, THERE = Point(60.17, 24.94), Point(43.73, 7.42)
AROUND_HERE = Box(south=60, west=24, north=61, east=26)


@pytest.mark.parametrize(
    ("hints", "focus"),
    [
        (Hints(), None),
        (Hints(user_location=HERE), HERE),
        (Hints(search_location=THERE, user_location=HERE, search_region=AROUND_HERE), THERE),
        (Hints(search_region=AROUND_HERE), Point(60.5, 25)),
        (Hints(search_region=AROUND_HERE, user_location=HERE), HERE),
        (Hints(search_region=AROUND_HERE, user_location=THERE), Point(60.5, 25)),
    ],
)
def test_the_search_location_takes_precedence_over_the_users_location_and_the_region(
    hints: Hints, focus: Point | None
) -> None:
    assert hints.focus == focus


@pytest.mark.parametrize(
    ("hints", "shown"),
    [
        (Hints(search_region=AROUND_HERE), True),
        (Hints(search_region=AROUND_HERE, region_required=True), False),
        (Hints(region_required=True), True),
        (Hints(countries=frozenset({"MC", "FR"})), True),
        (Hints(countries=frozenset({"FI"})), False),
    ],
)
def test_only_countries_and_a_required_region_exclude(hints: Hints, *, shown: bool) -> None:
    assert hints.admits(THERE, "MC") is shown


def test_a_place_without_a_country_is_excluded_by_a_limit_to_countries() -> None:
    assert not Hints(countries=frozenset({"FI"})).admits(HERE, None)
    assert Hints().admits(HERE, None)


def shown(**filters: frozenset[object]) -> set[str]:
    """Give the kinds that pass, with the categories of the POIs that pass."""
    judged = Filters(**filters)  # type: ignore[arg-type]
    passing = {str(kind) for kind in PlaceKind if kind is not PlaceKind.POI and judged.admits(kind)}
    categories = (PoiCategory.CAFE, PoiCategory.BANK, None)
    return passing | {f"poi:{category}" for category in categories if judged.admits(PlaceKind.POI, category)}


POIS = {"poi:Cafe", "poi:Bank", "poi:None"}
AREAS = {"country", "administrativeArea", "subAdministrativeArea", "locality", "subLocality", "postalCode"}
ADDRESSES = AREAS | {"address", "street"}
EVERYTHING = POIS | ADDRESSES | {"physicalFeature"}


def test_no_filter_shows_everything() -> None:
    assert shown() == EVERYTHING


@pytest.mark.parametrize(
    ("result_type", "passing"),
    [
        (ResultType.POI, POIS | {"physicalFeature"}),
        (ResultType.POINT_OF_INTEREST, POIS),
        (ResultType.PHYSICAL_FEATURE, {"physicalFeature"}),
        (ResultType.ADDRESS, ADDRESSES),
        (ResultType.QUERY, set()),
    ],
)
def test_a_result_type_admits_its_kinds_of_results(result_type: ResultType, passing: set[str]) -> None:
    assert shown(result_types=frozenset({result_type})) == passing


def test_included_categories_restrict_results_to_pois_unless_other_types_are_requested() -> None:
    cafes = frozenset({PoiCategory.CAFE})
    assert shown(include_poi=cafes) == {"poi:Cafe"}
    types = frozenset({ResultType.POI, ResultType.ADDRESS})
    assert shown(include_poi=cafes, result_types=types) == {"poi:Cafe", "physicalFeature"} | ADDRESSES


def test_excluded_categories_remove_only_those_pois() -> None:
    assert shown(exclude_poi=frozenset({PoiCategory.CAFE})) == EVERYTHING - {"poi:Cafe"}


def test_address_categories_filter_addresses_only() -> None:
    assert shown(include_address=frozenset({AddressCategory.LOCALITY})) == POIS | {"physicalFeature", "locality"}
    assert shown(exclude_address=frozenset({AddressCategory.LOCALITY})) == EVERYTHING - {"locality"}


def test_query_completions_are_shown_unless_the_requested_types_exclude_them() -> None:
    assert Filters().admits_queries
    assert Filters(result_types=frozenset({ResultType.QUERY})).admits_queries
    assert not Filters(result_types=frozenset({ResultType.POI})).admits_queries


def test_pages_follow_each_other() -> None:
    assert [SearchQuery(text="x", page=page).offset for page in (1, 2, 3)] == [0, 20, 40]
