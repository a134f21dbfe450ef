"""Search with filters, regions and pages; lookup by ID; the status."""

import asyncio
from pathlib import Path

import pytest

from engines.embedded.queries import an_engine, geocode, reverse, search, search_places
from small_map import VADUZ, SmallMap
from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.place_ids import PlaceRef, Source, encode
from trigpoint.maps.queries import Filters, Hints, SearchQuery


def test_search_can_be_restricted_to_result_types(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Alpspitz", filters=Filters(result_types=frozenset({ResultType.PHYSICAL_FEATURE}))) == [
        "Alpspitz"
    ]
    assert search(engine, "Alpspitz", filters=Filters(result_types=frozenset({ResultType.POINT_OF_INTEREST}))) == []
    assert search(engine, "Vaduz", filters=Filters(result_types=frozenset({ResultType.ADDRESS})))[0] == "Vaduz"


def test_search_can_be_restricted_to_areas(engine: EmbeddedPlaces) -> None:
    only = Filters(result_types=frozenset({ResultType.ADDRESS}), include_address=frozenset({AddressCategory.COUNTRY}))
    assert search(engine, "Liechtenstein", filters=only) == ["Liechtenstein"]
    assert search(engine, "Vaduz", filters=only) == []


def test_search_can_exclude_categories(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Schlossapotheke") == ["Schlossapotheke"]
    without = Filters(exclude_poi=frozenset({PoiCategory.PHARMACY}))
    assert search(engine, "Schlossapotheke", filters=without) == []


def test_a_required_region_excludes_results_elsewhere(engine: EmbeddedPlaces) -> None:
    schaan = Box(47.17, 9.50, 47.19, 9.54)
    assert len(search(engine, "Landstrasse")) == 2
    assert len(search(engine, "Landstrasse", hints=Hints(search_region=schaan, region_required=True))) == 1
    assert len(search(engine, "Landstrasse", hints=Hints(search_region=schaan))) == 2


def test_search_pages_follow_each_other(engine: EmbeddedPlaces) -> None:
    pages = [
        asyncio.run(engine.search(SearchQuery(text="Landstrasse", page=page, page_size=1, paginated=True)))
        for page in (1, 2, 3)
    ]
    assert [len(page.places) for page in pages] == [1, 1, 0]
    assert pages[0].total == pages[1].total == 2
    assert pages[0].places[0].id != pages[1].places[0].id


def test_every_returned_id_can_be_looked_up(engine: EmbeddedPlaces) -> None:
    for text in (
        "Landstrasse 8 Vaduz",
        "Aeulestrasse 5",
        "Vaduz",
        "Café Wüest",
        "Landstrasse Schaan",
        "9490",
        "Alpspitz",
    ):
        place = geocode(engine, text)[0]
        found = asyncio.run(engine.find_places([place.id], lang="en-US"))
        assert found[place.id].name == place.name


def test_a_settlement_is_found_by_the_ids_of_its_point_and_of_its_outline(engine: EmbeddedPlaces) -> None:
    label = encode(PlaceRef(Source.NODE, 1001))
    outline = geocode(engine, "Vaduz")[0].id
    assert asyncio.run(engine.find_places([label], lang="en"))[label].id == outline
    assert asyncio.run(engine.find_alternate_ids([outline])) == {outline: (label,)}
    assert asyncio.run(engine.find_alternate_ids([label])) == {label: (outline,)}


def test_an_unknown_id_is_left_out(engine: EmbeddedPlaces) -> None:
    assert asyncio.run(engine.find_places([encode(PlaceRef(Source.NODE, 99))], lang="en")) == {}


def test_status_says_what_is_loaded_and_whose_data_it_is(engine: EmbeddedPlaces) -> None:
    status = asyncio.run(engine.status())
    assert status.ready
    assert status.counts["streets"] == 3
    assert status.sources[0].attribution == "© OpenStreetMap contributors"


def test_an_engine_without_data_is_not_ready_and_finds_nothing(tmp_path: Path) -> None:
    engine = open_embedded(tmp_path)
    assert not asyncio.run(engine.status()).ready
    assert geocode(engine, "Vaduz") == []
    assert reverse(engine, VADUZ) == []


def test_status_has_an_example_address(engine: EmbeddedPlaces) -> None:
    example = asyncio.run(engine.status()).example
    assert ", ".join(geocode(engine, example)[0].address_lines[:2]) == example


def test_status_of_a_map_without_addresses_names_the_best_known_thing(tmp_path: Path) -> None:
    drawn = SmallMap()
    drawn.node(VADUZ, place="town", name="Vaduz")
    drawn.node((47.1401, 9.5235), amenity="cafe", name="Café Wüest")
    engine = an_engine(tmp_path, drawn)
    assert asyncio.run(engine.status()).example == "Vaduz"
    engine.close()


def test_search_puts_a_street_at_the_nearest_number_too(engine: EmbeddedPlaces) -> None:
    assert (
        search_places(engine, "Landstrasse 5 Vaduz")[0].coordinate
        == geocode(engine, "Landstrasse 5 Vaduz")[0].coordinate
    )


def test_search_finds_a_crossing(engine: EmbeddedPlaces) -> None:
    (crossing,) = search_places(engine, "Landstrasse & Aeulestrasse")
    assert crossing.name == "Landstrasse & Aeulestrasse"
    assert crossing.coordinate == geocode(engine, "Landstrasse & Aeulestrasse")[0].coordinate


def test_search_for_points_of_interest_finds_no_crossing(engine: EmbeddedPlaces) -> None:
    only = frozenset({ResultType.POINT_OF_INTEREST})
    assert search_places(engine, "Landstrasse & Aeulestrasse", result_types=only) == []


@pytest.mark.parametrize(("countries", "found"), [({"LI"}, ["Café Wüest"]), (set(), [])])
def test_a_kind_of_place_is_searched_in_a_given_country_at_any_distance(
    engine: EmbeddedPlaces, countries: set[str], found: list[str]
) -> None:
    hints = Hints(search_location=Point(60.17, 24.94), countries=frozenset(countries))
    assert search(engine, "coffee", hints=hints) == found
