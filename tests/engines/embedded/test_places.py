"""The engine's answers on a small town: geocode, reverse, search, completion, look-up."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from small_map import VADUZ, SmallMap, a_town
from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.place_ids import PlaceRef, Source, address_ref, encode
from trigpoint.maps.places import Place, PlaceKind
from trigpoint.maps.queries import AutocompleteQuery, Filters, GeocodeQuery, Hints, ReverseQuery, SearchQuery


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    file = a_town().write(home / "town.osm")
    import_files(home / "places", [file], progress=lambda _step, _share: None)
    reader = open_embedded(home)
    yield reader
    reader.close()


def geocode(engine: EmbeddedPlaces, text: str, *, hints: Hints | None = None, lang: str = "en-US") -> list[Place]:
    return list(asyncio.run(engine.geocode(GeocodeQuery(text=text, hints=hints or Hints(), lang=lang))))


def reverse(engine: EmbeddedPlaces, at: tuple[float, float]) -> list[Place]:
    return list(asyncio.run(engine.reverse(ReverseQuery(point=Point(*at)))))


def search(
    engine: EmbeddedPlaces, text: str, *, hints: Hints | None = None, filters: Filters | None = None
) -> list[str]:
    query = SearchQuery(text=text, hints=hints or Hints(), filters=filters or Filters())
    return [place.name for place in asyncio.run(engine.search(query)).places]


@pytest.mark.parametrize(
    "text",
    [
        "Landstrasse 8, 9490 Vaduz",
        "8 Landstrasse Vaduz",
        "landstraße 8 vaduz",
        "Landstr. 8 Vaduz",
        "Land strasse 8 Vaduz",
        "Lanstrasse 8 Vaduz",
        "Landstrasse 8, 9999 Vaduz",
        "LANDSTRASSE 8 VADUZ LIECHTENSTEIN",
        "Landstrasse 8 Вадуц",
        "Landstrasse Nr. 8, Vaduz",
        "Apt 4, Landstrasse 8, Vaduz",
        "Vaduz Landstrasse 8",
    ],
)
def test_an_address_is_found_however_it_is_written(engine: EmbeddedPlaces, text: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.name, best.address.locality, best.address.post_code) == ("Landstrasse 8", "Vaduz", "9490")
    assert best.kind is PlaceKind.ADDRESS
    assert best.id == encode(address_ref(PlaceRef(Source.NODE, 6008)))
    assert best.address_lines == ("Landstrasse 8", "9490 Vaduz", "Liechtenstein")


def test_the_town_chooses_between_streets_of_one_name(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "Landstrasse 8 Schaan")[0].address.locality == "Schaan"
    assert geocode(engine, "Landstrasse 8, 9494")[0].address.locality == "Schaan"


def test_the_search_location_chooses_between_streets_of_one_name(engine: EmbeddedPlaces) -> None:
    for place, town in ((Point(47.18, 9.52), "Schaan"), (Point(*VADUZ), "Vaduz")):
        assert geocode(engine, "Landstrasse 8", hints=Hints(search_location=place))[0].address.locality == town


@pytest.mark.parametrize("text", ["Landstrasse 8 Schahn", "Lanstrasse 8 Schahn", "Schahn, Landstr. 8"])
def test_a_misspelled_town_chooses_too(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].address.locality == "Schaan"


@pytest.mark.parametrize("town", ["Schaan", "Schahn"])
def test_the_town_of_a_house_counts_where_its_street_lies_in_another(tmp_path: Path, town: str) -> None:
    drawn = a_town()
    drawn.way([(47.150, 9.518), (47.1599, 9.518), (47.170, 9.518)], highway="secondary", name="Grenzweg")
    drawn.node((47.152, 9.5181), addr__street="Grenzweg", addr__housenumber="2", addr__city="Vaduz")
    drawn.node((47.153, 9.5181), addr__street="Grenzweg", addr__housenumber="4", addr__city="Vaduz")
    drawn.node((47.165, 9.5181), addr__street="Grenzweg", addr__housenumber="2", addr__city="Schaan")
    engine = an_engine(tmp_path, drawn)
    assert geocode(engine, f"Grenzweg 2, {town}")[0].address.locality == "Schaan"
    engine.close()


@pytest.fixture
def a_through_road(tmp_path: Path) -> Iterator[EmbeddedPlaces]:
    """A road without a gap from Vaduz into Schaan, with a house in each that says no town, and a side road in Schaan."""
    drawn = a_town()
    south, border, north = ((latitude, 9.518) for latitude in (47.150, 47.160, 47.170))
    for way in ([south, border], [border, north]):
        drawn.way(way, highway="secondary", name="Feldkircher Strasse")
    drawn.way([(47.168, 9.518), (47.168, 9.522)], highway="residential", name="Duxweg")
    for latitude in (47.152, 47.165):
        drawn.node((latitude, 9.5181), addr__street="Feldkircher Strasse", addr__housenumber="3")
    engine = an_engine(tmp_path, drawn)
    yield engine
    engine.close()


@pytest.mark.parametrize("town", ["Vaduz", "Schaan"])
def test_a_road_through_two_towns_is_a_street_of_each(a_through_road: EmbeddedPlaces, town: str) -> None:
    street = geocode(a_through_road, f"Feldkircher Strasse, {town}")[0]
    assert (street.name, street.address.locality) == ("Feldkircher Strasse", town)
    house = geocode(a_through_road, f"Feldkircher Strasse 3, {town}")[0]
    assert (house.name, house.address.locality) == ("Feldkircher Strasse 3", town)


def test_a_crossing_is_in_the_town_where_the_streets_meet(a_through_road: EmbeddedPlaces) -> None:
    (crossing,) = geocode(a_through_road, "Feldkircher Strasse & Duxweg")
    assert crossing.address.locality == "Schaan"


def test_a_number_that_the_data_lacks_gives_the_street_at_the_nearest_one(engine: EmbeddedPlaces) -> None:
    best = geocode(engine, "Landstrasse 5 Vaduz")[0]
    assert best.kind is PlaceKind.STREET
    assert best.address.sub_thoroughfare is None
    assert best.address.thoroughfare == "Landstrasse"
    assert best.coordinate.longitude == pytest.approx(9.517, abs=0.0011)


def test_an_error_may_stand_beside_a_number_that_the_data_lacks(engine: EmbeddedPlaces) -> None:
    (street,) = geocode(engine, "Aulestrasse 999")
    assert (street.name, street.kind) == ("Aeulestrasse", PlaceKind.STREET)
    assert geocode(engine, "Qwertystrasse 999") == []


def test_an_interpolated_number_is_found(engine: EmbeddedPlaces) -> None:
    best = geocode(engine, "Aeulestrasse 5")[0]
    assert (best.name, best.kind) == ("Aeulestrasse 5", PlaceKind.ADDRESS)
    assert best.coordinate.latitude == pytest.approx(47.1373, abs=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "Landstrasse & Aeulestrasse",
        "aeulestr. und landstrasse",
        "Aeulestrasse / Landstrasse",
        "Landstrasse and Aeulestrasse, Vaduz",
    ],
)
def test_a_crossing_of_two_streets_is_found(engine: EmbeddedPlaces, text: str) -> None:
    (best,) = geocode(engine, text)
    assert best.coordinate.distance_to(Point(47.140, 9.520)) < 20
    assert " & " in best.name


@pytest.mark.parametrize("text", ["47.1402, 9.5189", "47.1402N 9.5189E", "47°8'24.7\"N 9°31'8\"E"])
def test_coordinates_are_read(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].address.thoroughfare == "Landstrasse"


def test_a_name_is_shown_in_the_language_asked_for(engine: EmbeddedPlaces) -> None:
    best = geocode(engine, "Vaduz", lang="ru")[0]
    assert (best.name, best.country, best.kind) == ("Вадуц", "Лихтенштейн", PlaceKind.LOCALITY)


def test_an_area_shows_its_extent_and_a_point_half_a_kilometre_each_way(engine: EmbeddedPlaces) -> None:
    town, house = geocode(engine, "Vaduz")[0], geocode(engine, "Landstrasse 8 Vaduz")[0]
    assert town.region.north - town.region.south > 0.039
    assert house.region.north - house.region.south == pytest.approx(0.0089831528)


@pytest.mark.parametrize(
    ("text", "name"), [("cafe wuest", "Café Wüest"), ("Cafe Wüst", "Café Wüest"), ("Löwen", "Löwen")]
)
def test_a_named_place_is_found(engine: EmbeddedPlaces, text: str, name: str) -> None:
    assert geocode(engine, text)[0].name == name


def test_a_place_carries_its_category_telephone_and_address(engine: EmbeddedPlaces) -> None:
    cafe, restaurant = geocode(engine, "Café Wüest")[0], geocode(engine, "Löwen")[0]
    assert (cafe.poi_category, cafe.telephone) == (PoiCategory.CAFE, "+423 123 45 67")
    assert cafe.address.thoroughfare == "Landstrasse"
    assert restaurant.address.full_thoroughfare == "Aeulestrasse 20"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "!?.,;",
        "qwertzuiopas",
        "4th & Vaduz Boulevard Nowhere",
        "١٢٣",
        "🎉🎉",
        "' OR 1=1 --",
        "name:x AND *",
        "a" * 10_000,
    ],
)
def test_what_means_nothing_finds_nothing(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text) == []


def test_limit_to_countries_shuts_others_out(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "Landstrasse 8", hints=Hints(countries=frozenset({"CH"}))) == []
    assert geocode(engine, "Landstrasse 8", hints=Hints(countries=frozenset({"CH", "LI"})))


def test_reverse_gives_the_house_on_the_side_of_the_point(engine: EmbeddedPlaces) -> None:
    (found,) = reverse(engine, (47.1402, 9.5181))
    assert found.name == "Landstrasse 6"


def test_reverse_gives_the_street_where_no_house_is_near(engine: EmbeddedPlaces) -> None:
    (found,) = reverse(engine, (47.14001, 9.5245))
    assert (found.name, found.kind) == ("Landstrasse", PlaceKind.STREET)
    assert found.address.sub_thoroughfare is None


def test_reverse_gives_the_area_where_no_street_is_near(engine: EmbeddedPlaces) -> None:
    assert [place.name for place in reverse(engine, (47.125, 9.53))] == ["Vaduz"]
    assert [place.name for place in reverse(engine, (47.10, 9.60))] == ["Liechtenstein"]


def test_reverse_gives_nothing_outside_of_everything(engine: EmbeddedPlaces) -> None:
    assert reverse(engine, (30.0, -40.0)) == []


def test_search_can_be_confined_to_sorts_of_result(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Alpspitz", filters=Filters(result_types=frozenset({ResultType.PHYSICAL_FEATURE}))) == [
        "Alpspitz"
    ]
    assert search(engine, "Alpspitz", filters=Filters(result_types=frozenset({ResultType.POINT_OF_INTEREST}))) == []
    assert search(engine, "Vaduz", filters=Filters(result_types=frozenset({ResultType.ADDRESS})))[0] == "Vaduz"


def test_search_can_be_confined_to_areas(engine: EmbeddedPlaces) -> None:
    only = Filters(result_types=frozenset({ResultType.ADDRESS}), include_address=frozenset({AddressCategory.COUNTRY}))
    assert search(engine, "Liechtenstein", filters=only) == ["Liechtenstein"]
    assert search(engine, "Vaduz", filters=only) == []


def test_search_can_leave_categories_out(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Schlossapotheke") == ["Schlossapotheke"]
    without = Filters(exclude_poi=frozenset({PoiCategory.PHARMACY}))
    assert search(engine, "Schlossapotheke", filters=without) == []


def test_a_required_region_shuts_out_what_lies_elsewhere(engine: EmbeddedPlaces) -> None:
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
def test_what_is_being_typed_is_completed(engine: EmbeddedPlaces, text: str, first: str) -> None:
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
def test_a_crossing_is_completed_once_its_second_street_has_begun(engine: EmbeddedPlaces, text: str) -> None:
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
def test_no_crossing_is_offered_that_is_not_there_or_not_admitted(
    engine: EmbeddedPlaces, text: str, query: dict[str, Any]
) -> None:
    rows = asyncio.run(engine.autocomplete(AutocompleteQuery(text=text, **query)))
    assert not any(" & " in row.display_lines[0] for row in rows)


@pytest.mark.parametrize("text", ["pharmacy in Va", "Pharmacy vad", "pharmacy near Vaduz", "pharmacy, VADU"])
def test_a_kind_of_place_is_offered_in_an_area_that_has_begun_to_be_typed(engine: EmbeddedPlaces, text: str) -> None:
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
def test_no_kind_of_place_is_offered_where_it_is_not_or_not_admitted(
    engine: EmbeddedPlaces, text: str, query: dict[str, Any]
) -> None:
    rows = asyncio.run(engine.autocomplete(AutocompleteQuery(text=text, **query)))
    assert not any(row.query for row in rows)


def test_completion_shows_a_name_and_where_it_is(engine: EmbeddedPlaces) -> None:
    (row, *_) = asyncio.run(engine.autocomplete(AutocompleteQuery(text="Landstrasse 8 Schaan")))
    assert row.display_lines == ("Landstrasse 8", "9494 Schaan, Liechtenstein")
    assert row.location == Point(47.1802, 9.52)


def test_every_id_that_is_given_out_can_be_looked_up(engine: EmbeddedPlaces) -> None:
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


def test_reverse_does_not_cross_a_border(tmp_path: Path) -> None:
    drawn = a_town()
    drawn.node((47.2497, 9.55), addr__street="Grenzweg", addr__housenumber="1", addr__city="Ruggell")
    import_files(tmp_path / "places", [drawn.write(tmp_path / "town.osm")], progress=lambda _step, _share: None)
    engine = open_embedded(tmp_path)
    assert [place.name for place in reverse(engine, (47.2496, 9.55))] == ["Grenzweg 1"]
    assert reverse(engine, (47.2502, 9.55)) == []
    engine.close()


def an_engine(tmp_path: Path, drawn: SmallMap) -> EmbeddedPlaces:
    import_files(tmp_path / "places", [drawn.write(tmp_path / "map.osm")], progress=lambda _step, _share: None)
    return open_embedded(tmp_path)


def test_a_number_that_names_no_street_is_found_on_the_street_beside_it(tmp_path: Path) -> None:
    drawn = a_town()
    drawn.way([(47.13, 9.515), (47.13, 9.52)], highway="residential", name="Lowal")
    drawn.node((47.1301, 9.517), addr__housenumber="20")
    engine = an_engine(tmp_path, drawn)
    told = reverse(engine, (47.1301, 9.517))[0]
    assert told.name == "Lowal 20"
    assert geocode(engine, ", ".join(told.address_lines))[0].id == told.id
    engine.close()


def test_of_two_houses_of_one_number_the_one_in_the_named_town_or_code_is_found(tmp_path: Path) -> None:
    drawn = a_town()
    drawn.way([(47.1595, 9.50), (47.1605, 9.50)], highway="residential", name="Grenzweg")
    for number in (6301, 6302):
        drawn.node((47.1596, 9.5001 + number * 1e-7), number=number, addr__street="Grenzweg", addr__housenumber="2")
    drawn.node((47.1597, 9.5), number=6303, addr__street="Grenzweg", addr__housenumber="6", addr__postcode="9490")
    drawn.node((47.1603, 9.5), number=6304, addr__street="Grenzweg", addr__housenumber="6", addr__postcode="9494")
    engine = an_engine(tmp_path, drawn)
    for text, number in (
        ("Grenzweg 6, 9490", 6303),
        ("Grenzweg 6, 9494", 6304),
        ("Grenzweg 6, Vaduz", 6303),
        ("Grenzweg 6, Schaan", 6304),
        ("Grenzweg 6, 9494 Schaan, Liechtenstein", 6304),
    ):
        assert geocode(engine, text)[0].id == encode(address_ref(PlaceRef(Source.NODE, number))), text
    engine.close()


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
def test_of_two_names_the_one_with_the_accents_that_were_typed_comes_first(
    two_spellings: EmbeddedPlaces, text: str
) -> None:
    assert [place.name for place in geocode(two_spellings, text)] == ["Bödastrasse 4", "Bodastrasse 4"]
    assert search(two_spellings, text)[:2] == ["Bödastrasse 4", "Bodastrasse 4"]


def test_a_name_is_completed_with_the_accents_that_were_typed_so_far(two_spellings: EmbeddedPlaces) -> None:
    rows = asyncio.run(two_spellings.autocomplete(AutocompleteQuery(text="Böd")))
    assert [row.display_lines[0] for row in rows[:2]] == ["Bödastrasse", "Bodastrasse"]


def test_who_types_no_accents_finds_both(two_spellings: EmbeddedPlaces) -> None:
    assert {place.name for place in geocode(two_spellings, "bodastrasse 4")} == {"Bödastrasse 4", "Bodastrasse 4"}


@pytest.mark.parametrize("text", ["Landstrasse 76, 76a, 76b", "Lanstrasse 76, 76a, 76b", "76a Landstrasse"])
def test_a_house_with_several_numbers_is_found_by_them_all(tmp_path: Path, text: str) -> None:
    drawn = a_town()
    drawn.node((47.1392, 9.5171), addr__street="Landstrasse", addr__housenumber="76, 76a, 76b")
    engine = an_engine(tmp_path, drawn)
    assert geocode(engine, text)[0].name == "Landstrasse 76, 76a, 76b"
    engine.close()


def test_status_gives_an_address_to_ask_for(engine: EmbeddedPlaces) -> None:
    example = asyncio.run(engine.status()).example
    assert ", ".join(geocode(engine, example)[0].address_lines[:2]) == example


def test_status_of_a_map_without_addresses_names_the_best_known_thing(tmp_path: Path) -> None:
    drawn = SmallMap()
    drawn.node(VADUZ, place="town", name="Vaduz")
    drawn.node((47.1401, 9.5235), amenity="cafe", name="Café Wüest")
    engine = an_engine(tmp_path, drawn)
    assert asyncio.run(engine.status()).example == "Vaduz"
    engine.close()


def search_places(engine: EmbeddedPlaces, text: str, **filters: frozenset[ResultType]) -> list[Place]:
    query = SearchQuery(text=text, filters=Filters(**filters))
    return list(asyncio.run(engine.search(query)).places)


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


def test_a_kind_of_place_is_offered_where_only_queries_are_wanted(engine: EmbeddedPlaces) -> None:
    query = AutocompleteQuery(text="caf", filters=Filters(result_types=frozenset({ResultType.QUERY})))
    assert [row.display_lines for row in asyncio.run(engine.autocomplete(query))] == [("Café", "Search Nearby")]


@pytest.mark.parametrize(("countries", "found"), [({"LI"}, ["Café Wüest"]), (set(), [])])
def test_a_kind_of_place_is_sought_in_a_named_country_however_far(
    engine: EmbeddedPlaces, countries: set[str], found: list[str]
) -> None:
    hints = Hints(search_location=Point(60.17, 24.94), countries=frozenset(countries))
    assert search(engine, "coffee", hints=hints) == found


def test_a_street_comes_before_a_stop_of_its_name_where_a_number_is_asked_for(tmp_path: Path) -> None:
    drawn = a_town()
    drawn.node((47.1401, 9.5171), highway="bus_stop", name="Vaduz Landstrasse")
    engine = an_engine(tmp_path, drawn)
    assert geocode(engine, "Landstrasse 999, Vaduz")[0].name == "Landstrasse"
    assert geocode(engine, "Vaduz Landstrasse")[0].name == "Vaduz Landstrasse"
    engine.close()


def test_a_thing_of_which_the_extract_has_one_node_is_found_there(tmp_path: Path) -> None:
    drawn = a_town()
    drawn.way([drawn.node((47.13, 9.53)), 999_991, 999_992], leisure="park", name="Haberfeld")
    drawn.way([999_993, 999_994], leisure="park", name="Nirgendwo")
    engine = an_engine(tmp_path, drawn)
    assert geocode(engine, "Haberfeld")[0].coordinate == Point(47.13, 9.53)
    assert geocode(engine, "Nirgendwo") == []
    engine.close()


@pytest.mark.parametrize(
    "text", ["N 47.1402 E 9.519", "47°08'24.72\"N 9°31'8.4\"E", "geo:47.1402,9.519", "POINT(9.519 47.1402)"]
)
def test_a_coordinate_is_the_address_there_however_it_is_written(engine: EmbeddedPlaces, text: str) -> None:
    assert [place.name for place in geocode(engine, text)] == ["Landstrasse 8"]
    assert search(engine, text) == ["Landstrasse 8"]


def test_a_coordinate_is_completed_by_the_point_itself(engine: EmbeddedPlaces) -> None:
    (row,) = asyncio.run(engine.autocomplete(AutocompleteQuery(text="47.1402, 9.5191")))
    assert row.location == Point(47.1402, 9.5191)
    assert row.display_lines == ("47.1402, 9.5191", "Landstrasse 8, 9490 Vaduz, Liechtenstein")
    assert row.query == "47.1402, 9.5191"


def test_a_short_plus_code_is_found_near_its_town(engine: EmbeddedPlaces) -> None:
    assert [place.name for place in geocode(engine, "4GR9+3J Vaduz")] == ["Landstrasse 8"]
