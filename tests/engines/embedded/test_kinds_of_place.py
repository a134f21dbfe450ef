"""Queries for kinds of place ("cafe"): nearby, in a named place, and while typing."""

# ruff: noqa: RUF001 (words of many languages)

import asyncio
from collections.abc import Iterator

import pytest

from small_map import VADUZ, a_town
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.kind_queries import read_category
from trigpoint.maps.kinds import Kind
from trigpoint.maps.places import Completion
from trigpoint.maps.queries import AutocompleteQuery, Filters, Hints, SearchQuery


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("kinds")
    town = a_town()
    town.node((47.1405, 9.5210), amenity="restaurant", cuisine="pizza;italian", name="Vesuvio")
    town.node((47.1807, 9.5210), amenity="restaurant", cuisine="pizza", name="Etna")
    town.node((47.1410, 9.5215), shop="books", name="Omni")
    town.node((47.1412, 9.5216), amenity="toilets")
    town.node((47.1510, 9.5015), natural="beach", name="Rheinstrand")
    town.node((47.1413, 9.5217), leisure="playground")
    town.way(
        [(47.1420, 9.5220), (47.1420, 9.5222), (47.1422, 9.5222), (47.1420, 9.5220)], leisure="pitch", sport="tennis"
    )
    import_files(home / "places", [town.write(home / "town.osm")], progress=lambda _done, _step: None)
    reader = open_embedded(home)
    yield reader
    reader.close()


def names_of(
    engine: EmbeddedPlaces, text: str, *, near: Point | None = None, filters: Filters | None = None
) -> list[str]:
    query = SearchQuery(text=text, hints=Hints(search_location=near), filters=filters or Filters())
    return [place.name for place in asyncio.run(engine.search(query)).places]


def rows_of(
    engine: EmbeddedPlaces, text: str, *, lang: str = "en", near: Point | None = None, filters: Filters | None = None
) -> list[Completion]:
    hints = Hints(search_location=near)
    query = AutocompleteQuery(text=text, lang=lang, hints=hints, filters=filters or Filters())
    return list(asyncio.run(engine.autocomplete(query)))


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("coffee", "Cafe", ""),
        ("Coffee near me", "Cafe", ""),
        ("Apotheke in Vaduz", "Pharmacy", "Vaduz"),
        ("Vaduz, Apotheke", "Pharmacy", "Vaduz"),
        ("bureau de poste", "PostOffice", ""),
        ("car wash bei Schaan", "amenity=car_wash", "Schaan"),
        ("スーパー", "shop=supermarket", ""),
    ],
)
def test_a_text_is_parsed_into_kind_and_area(text: str, kind: str, rest: str) -> None:
    parsed = read_category(text)
    assert parsed is not None
    assert Kind(kind) in parsed.kinds
    assert parsed.rest == rest


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("cafe with wifi", "Cafe", ""),
        ("restaurants for kids", "Restaurant", ""),
        ("Café mit Terrasse", "Cafe", ""),
        ("кафе с верандой", "Cafe", ""),
        ("dog friendly cafe", "Cafe", ""),
        ("top rated restaurants in Vaduz", "Restaurant", "Vaduz"),
        ("restaurants within walking distance", "Restaurant", ""),
        ("hotel within 1 km", "Hotel", ""),
        ("the nearest atm to me", "ATM", ""),
        ("restaurants near", "Restaurant", ""),
        ("best pizza in town", "cuisine=pizza", ""),
        ("5 star hotel Monaco", "Hotel", "Monaco"),
        ("Apotheke in", "Pharmacy", ""),
        ("nearest pharmacy to Städtle 6", "Pharmacy", "Städtle 6"),
        ("closest parking to Kiasma", "Parking", "Kiasma"),
        ("die nächste Tankstelle", "GasStation", ""),
        ("la gasolinera más cercana", "GasStation", ""),
        ("en yakın eczane", "Pharmacy", ""),
        ("مطعم قريب", "Restaurant", ""),
        ("nhà hàng gần đây", "Restaurant", ""),
        ("上海大学附近的酒店", "Hotel", "上海大学"),
        ("上海大学附近酒店", "Hotel", "上海大学"),
        ("東京駅の近くのホテル", "Hotel", "東京駅"),
        ("서울역 근처 호텔", "Hotel", "서울역"),
    ],
)
def test_features_and_distances_in_a_query_for_a_kind_are_ignored(text: str, kind: str, rest: str) -> None:
    parsed = read_category(text)
    assert parsed is not None
    assert Kind(kind) in parsed.kinds
    assert parsed.rest == rest


@pytest.mark.parametrize("text", ["Landstrasse 8", "Vaduz", "", "coffeeshop", "way to Vaduz", "the Vaduz", "with wifi"])
def test_other_texts_are_no_queries_for_a_kind(text: str) -> None:
    assert read_category(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("pharmacy", ["Schlossapotheke"]),
        ("Apotheke", ["Schlossapotheke"]),
        ("薬局", ["Schlossapotheke"]),
        ("АПТЕКА", ["Schlossapotheke"]),
        ("book shop", ["Omni"]),
        ("صيدلية", ["Schlossapotheke"]),
        ("the nearest pharmacy to Vaduz", ["Schlossapotheke"]),
        ("bookshop", ["Omni"]),
        ("Buchhandlung in Vaduz", ["Omni"]),
        ("beach", ["Rheinstrand"]),
        ("hospital", []),
    ],
)
def test_a_word_finds_the_places_of_its_kind(engine: EmbeddedPlaces, text: str, names: list[str]) -> None:
    assert names_of(engine, text) == names


def test_the_nearest_of_a_kind_comes_first(engine: EmbeddedPlaces) -> None:
    assert names_of(engine, "pizza", near=Point(*VADUZ)) == ["Vesuvio", "Etna"]
    assert names_of(engine, "pizza", near=Point(47.18, 9.52)) == ["Etna", "Vesuvio"]


def test_a_named_place_restricts_the_search_for_a_kind(engine: EmbeddedPlaces) -> None:
    assert names_of(engine, "pizza in Schaan", near=Point(*VADUZ)) == ["Etna"]


def test_filters_apply_to_searches_for_a_kind(engine: EmbeddedPlaces) -> None:
    assert names_of(engine, "pizza", filters=Filters(exclude_poi=frozenset({PoiCategory.RESTAURANT}))) == []
    assert names_of(engine, "pizza", filters=Filters(result_types=frozenset({ResultType.ADDRESS}))) == []


def test_a_beach_has_its_category(engine: EmbeddedPlaces) -> None:
    found = asyncio.run(engine.search(SearchQuery(text="Rheinstrand")))
    assert found.places[0].poi_category is PoiCategory.BEACH


@pytest.mark.parametrize(("text", "lang", "name"), [("toilets", "en", "Restroom"), ("WC", "de", "Toilette")])
def test_a_place_without_a_name_has_the_name_of_its_kind(
    engine: EmbeddedPlaces, text: str, lang: str, name: str
) -> None:
    (place,) = asyncio.run(engine.search(SearchQuery(text=text, lang=lang))).places
    assert (place.name, place.poi_category) == (name, PoiCategory.RESTROOM)


@pytest.mark.parametrize(("text", "category"), [("playground", PoiCategory.PLAYGROUND), ("tennis", PoiCategory.TENNIS)])
def test_a_playground_and_a_pitch_need_no_name(engine: EmbeddedPlaces, text: str, category: PoiCategory) -> None:
    (place,) = asyncio.run(engine.search(SearchQuery(text=text, hints=Hints(search_location=Point(*VADUZ))))).places
    assert place.poi_category is category


def test_an_unfinished_kind_is_offered_first_as_a_query(engine: EmbeddedPlaces) -> None:
    row = rows_of(engine, "apo", lang="de", near=Point(*VADUZ))[0]
    assert row.display_lines == ("Apotheke", "In der Nähe suchen")
    assert (row.query, row.place_id, row.address) == ("Apotheke", None, None)
    assert row.location == Point(*VADUZ)


def test_a_query_completion_without_a_location_is_placed_at_a_result(engine: EmbeddedPlaces) -> None:
    assert rows_of(engine, "pharm")[0].location == Point(47.1403, 9.5185)


def test_a_kind_without_results_is_not_offered(engine: EmbeddedPlaces) -> None:
    assert all(row.query is None for row in rows_of(engine, "hosp"))


def test_query_completions_can_be_filtered_out(engine: EmbeddedPlaces) -> None:
    only_places = Filters(result_types=frozenset({ResultType.POINT_OF_INTEREST}))
    assert all(row.query is None for row in rows_of(engine, "caf", filters=only_places))


@pytest.mark.parametrize("text", ["food", "somewhere to eat"])
def test_a_filter_for_places_to_eat_admits_them_for_any_word_for_food(engine: EmbeddedPlaces, text: str) -> None:
    hints = Hints(search_location=Point(*VADUZ))
    for included, count in ((PoiCategory.CAFE, 1), (PoiCategory.PHARMACY, 0)):
        query = SearchQuery(text=text, hints=hints, filters=Filters(include_poi=frozenset({included})))
        places = asyncio.run(engine.search(query)).places
        assert [place.poi_category for place in places] == [included] * count


def test_a_kind_without_places_gives_no_results_of_other_kinds(engine: EmbeddedPlaces) -> None:
    hints = Hints(search_location=Point(*VADUZ))
    assert asyncio.run(engine.search(SearchQuery(text="nearest gas station", hints=hints))).places == ()


@pytest.mark.parametrize(("text", "names"), [("Vaduz", ["Schlossapotheke"]), ("Vesuvio", []), ("Nowhere", [])])
def test_an_area_and_a_filter_for_categories_find_what_the_filter_admits_there(
    engine: EmbeddedPlaces, text: str, names: list[str]
) -> None:
    assert names_of(engine, text, filters=Filters(include_poi=frozenset({PoiCategory.PHARMACY}))) == names
