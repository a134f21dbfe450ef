"""Autocompletion of addresses, crossings, kinds of place, and names with accents."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engines.embedded.queries import an_engine, geocode, search
from small_map import a_town
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.queries import AutocompleteQuery, Filters, Hints


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Vad", "Vaduz"),
        ("v", "Vaduz"),
        ("Landstr", "Landstrasse"),
        ("caf", "Café Wüest"),
        ("Landstrasse 8 va", "Landstrasse 8"),
    ],
)
def test_an_unfinished_text_is_completed(engine: EmbeddedPlaces, text: str, first: str) -> None:
    rows = asyncio.run(engine.autocomplete(AutocompleteQuery(text=text)))
    assert next(row for row in rows if row.place_id is not None).display_lines[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "Landstrasse & A",
        "landstr. & aeul",
        "Landstrasse @ Aeulestr",
        "Landstrasse und Aeul",
        "Landstrasse & Aeulestrasse",
    ],
)
def test_a_crossing_is_completed_from_the_first_letters_of_its_second_street(engine: EmbeddedPlaces, text: str) -> None:
    (row, *others) = asyncio.run(engine.autocomplete(AutocompleteQuery(text=text)))
    assert row.display_lines == ("Landstrasse & Aeulestrasse", "9490 Vaduz, Liechtenstein")
    assert row.location.distance_to(Point(47.140, 9.520)) < 20
    assert (row.query, row.place_id) == ("Landstrasse & Aeulestrasse", None)
    assert not any(" & " in other.display_lines[0] for other in others)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Landstrasse &", {}),
        ("Landstrasse & Zz", {}),
        ("Aeulestrasse & Landstrasse, Schaan", {}),
        ("Landstrasse & A", {"filters": Filters(result_types=frozenset({ResultType.POINT_OF_INTEREST}))}),
        ("Landstrasse & A", {"hints": Hints(countries=frozenset({"CH"}))}),
    ],
)
def test_no_crossing_is_offered_that_does_not_exist_or_is_filtered_out(
    engine: EmbeddedPlaces, text: str, query: dict[str, Any]
) -> None:
    rows = asyncio.run(engine.autocomplete(AutocompleteQuery(text=text, **query)))
    assert not any(" & " in row.display_lines[0] for row in rows)


@pytest.mark.parametrize("text", ["pharmacy in Va", "Pharmacy vad", "pharmacy near Vaduz", "pharmacy, VADU"])
def test_a_kind_of_place_is_offered_in_an_area_whose_name_is_unfinished(engine: EmbeddedPlaces, text: str) -> None:
    (row, *others) = asyncio.run(engine.autocomplete(AutocompleteQuery(text=text)))
    assert row.display_lines == ("Pharmacy", "Vaduz, Liechtenstein")
    assert row.location == geocode(engine, "Vaduz")[0].coordinate
    assert row.query is not None
    assert search(engine, row.query) == ["Schlossapotheke"]
    assert row.display_lines not in [other.display_lines for other in others]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("pharmacy in V", {}),
        ("pharmacy in Scha", {}),  # there is none
        ("pharmacy in duz", {}),
        ("Vaduz pharmacy", {}),
        ("pharmacy in Va", {"filters": Filters(result_types=frozenset({ResultType.POINT_OF_INTEREST}))}),
        ("pharmacy in Va", {"filters": Filters(exclude_poi=frozenset({PoiCategory.PHARMACY}))}),
        ("pharmacy in Va", {"hints": Hints(countries=frozenset({"CH"}))}),
    ],
)
def test_no_kind_of_place_is_offered_that_does_not_exist_there_or_is_filtered_out(
    engine: EmbeddedPlaces, text: str, query: dict[str, Any]
) -> None:
    rows = asyncio.run(engine.autocomplete(AutocompleteQuery(text=text, **query)))
    assert not any(row.query for row in rows)


def test_completion_shows_a_name_and_where_it_is(engine: EmbeddedPlaces) -> None:
    (row, *_) = asyncio.run(engine.autocomplete(AutocompleteQuery(text="Landstrasse 8 Schaan")))
    assert row.display_lines == ("Landstrasse 8", "9494 Schaan, Liechtenstein")
    assert row.location == Point(47.1802, 9.52)


@pytest.fixture
def two_spellings(tmp_path: Path) -> Iterator[EmbeddedPlaces]:
    """A map with a Bödastrasse, and a Bodastrasse in the next town that is better known."""
    drawn = a_town()
    for street, south, houses in (("Bödastrasse", 47.131, 4), ("Bodastrasse", 47.175, 40)):
        drawn.way([(south, 9.515), (south, 9.52)], highway="residential", name=street)
        for number in range(1, houses + 1):
            drawn.node((south, 9.515 + number * 1e-4), addr__street=street, addr__housenumber=str(number))
    engine = an_engine(tmp_path, drawn)
    yield engine
    engine.close()


@pytest.mark.parametrize("text", ["Bödastrasse 4", "4 bödastr.", "BO\u0308DASTRASSE 4"])
def test_of_two_names_the_one_with_the_typed_accents_comes_first(two_spellings: EmbeddedPlaces, text: str) -> None:
    assert [place.name for place in geocode(two_spellings, text)] == ["Bödastrasse 4", "Bodastrasse 4"]
    assert search(two_spellings, text)[:2] == ["Bödastrasse 4", "Bodastrasse 4"]


def test_a_name_with_the_accents_typed_so_far_comes_first(two_spellings: EmbeddedPlaces) -> None:
    rows = asyncio.run(two_spellings.autocomplete(AutocompleteQuery(text="Böd")))
    assert [row.display_lines[0] for row in rows[:2]] == ["Bödastrasse", "Bodastrasse"]


def test_without_accents_both_spellings_are_found(two_spellings: EmbeddedPlaces) -> None:
    assert {place.name for place in geocode(two_spellings, "bodastrasse 4")} == {"Bödastrasse 4", "Bodastrasse 4"}


def test_a_kind_of_place_is_offered_where_only_queries_are_wanted(engine: EmbeddedPlaces) -> None:
    query = AutocompleteQuery(text="caf", filters=Filters(result_types=frozenset({ResultType.QUERY})))
    assert [row.display_lines for row in asyncio.run(engine.autocomplete(query))] == [("Café", "Search Nearby")]


def test_a_coordinate_is_completed_by_the_point_itself(engine: EmbeddedPlaces) -> None:
    (row,) = asyncio.run(engine.autocomplete(AutocompleteQuery(text="47.1402, 9.5191")))
    assert row.location == Point(47.1402, 9.5191)
    assert row.display_lines == ("47.1402, 9.5191", "Landstrasse 8, 9490 Vaduz, Liechtenstein")
    assert row.query == "47.1402, 9.5191"
