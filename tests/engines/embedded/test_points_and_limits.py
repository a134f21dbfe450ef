"""What is at a point: a house on the very point, towns across a border, and coordinates outside the limits of a query."""

import asyncio
from collections.abc import Iterator

import pytest

from engines.embedded.queries import an_engine_with_cities, geocode, reverse, search
from small_map import a_town
from trigpoint.base.geo import Box
from trigpoint.engines.embedded.engine import EmbeddedPlaces
from trigpoint.maps.categories import ResultType
from trigpoint.maps.queries import AutocompleteQuery, Filters, Hints

HOUSE = "47.1402, 9.516"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    drawn = a_town()
    drawn.node((47.13990, 9.52025), addr__street="Landstrasse", addr__housenumber="9", addr__city="Vaduz")
    drawn.node((47.13993, 9.52017), addr__street="Aeulestrasse", addr__housenumber="15", addr__city="Vaduz")
    with an_engine_with_cities(tmp_path_factory.mktemp("home"), drawn, {"Schaan", "Buchs"}) as opened:
        yield opened


def complete(engine: EmbeddedPlaces, text: str, hints: Hints, filters: Filters) -> list[tuple[str, ...]]:
    query = AutocompleteQuery(text=text, hints=hints, filters=filters)
    return [row.display_lines for row in asyncio.run(engine.autocomplete(query))]


def test_a_house_on_the_very_point_is_found_whatever_street_is_nearer(engine: EmbeddedPlaces) -> None:
    assert [place.name for place in reverse(engine, (47.13990, 9.52025))] == ["Landstrasse 9"]
    assert [place.name for place in reverse(engine, (47.13993, 9.52017))] == ["Aeulestrasse 15"]


def test_outside_the_outline_of_a_country_the_nearest_town_is_that_of_another(engine: EmbeddedPlaces) -> None:
    assert [place.name for place in reverse(engine, (47.16, 9.56))] == ["Liechtenstein"]
    (beside,) = reverse(engine, (47.165, 9.446))  # nearer to Buchs and to Schaan than to any other town
    assert beside.country_code == "CH"


@pytest.mark.parametrize(
    ("hints", "is_found"),
    [
        (Hints(), True),
        (Hints(countries=frozenset({"LI"})), True),
        (Hints(countries=frozenset({"US"})), False),
    ],
)
def test_a_coordinate_is_found_within_the_countries_of_the_query(
    engine: EmbeddedPlaces, hints: Hints, is_found: bool
) -> None:
    assert bool(geocode(engine, HOUSE, hints=hints)) is is_found
    assert bool(search(engine, HOUSE, hints=hints)) is is_found
    assert bool(complete(engine, HOUSE, hints, Filters())) is is_found


def test_a_coordinate_is_found_within_the_region_and_the_types_of_the_query(engine: EmbeddedPlaces) -> None:
    there = Hints(search_region=Box(0.0, 0.0, 10.0, 10.0), region_required=True)
    assert search(engine, HOUSE, hints=there) == []
    assert complete(engine, HOUSE, there, Filters()) == []
    assert complete(engine, HOUSE, Hints(), Filters(result_types=frozenset({ResultType.POI}))) == []
