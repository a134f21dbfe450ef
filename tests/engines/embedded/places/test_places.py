"""Results of the engine on a small town: geocode, reverse, search, completion, lookup."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.embedded.queries import an_engine, geocode, reverse, search
from small_map import VADUZ, a_town
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.place_ids import PlaceRef, Source, address_ref, encode
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.queries import Hints


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


def test_the_town_in_the_query_decides_between_streets_of_one_name(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "Landstrasse 8 Schaan")[0].address.locality == "Schaan"
    assert geocode(engine, "Landstrasse 8, 9494")[0].address.locality == "Schaan"


def test_the_search_location_decides_between_streets_of_one_name(engine: EmbeddedPlaces) -> None:
    for place, town in ((Point(47.18, 9.52), "Schaan"), (Point(*VADUZ), "Vaduz")):
        assert geocode(engine, "Landstrasse 8", hints=Hints(search_location=place))[0].address.locality == town


@pytest.mark.parametrize("text", ["Landstrasse 8 Schahn", "Lanstrasse 8 Schahn", "Schahn, Landstr. 8"])
def test_a_misspelled_town_decides_too(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].address.locality == "Schaan"


def test_a_misspelled_town_is_found_among_the_many_things_that_have_its_name(tmp_path: Path) -> None:
    drawn = a_town()
    for number in range(300):
        drawn.node((47.14 + number / 50_000, 9.52), shop="kiosk", name=f"Kiosk Vaduz {number}")
    engine = an_engine(tmp_path, drawn)
    best = geocode(engine, "Vadz")[0]
    assert (best.name, best.kind) == ("Vaduz", PlaceKind.LOCALITY)
    engine.close()


@pytest.mark.parametrize("town", ["Schaan", "Schahn"])
def test_the_town_of_a_house_is_found_even_if_its_street_lies_in_another(tmp_path: Path, town: str) -> None:
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


def test_a_misspelled_street_is_found_even_if_the_number_is_missing(engine: EmbeddedPlaces) -> None:
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
def test_a_meaningless_text_finds_nothing(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text) == []


def test_limit_to_countries_excludes_others(engine: EmbeddedPlaces) -> None:
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


def test_reverse_gives_nothing_outside_of_the_data(engine: EmbeddedPlaces) -> None:
    assert reverse(engine, (30.0, -40.0)) == []


def test_reverse_does_not_cross_a_border(tmp_path: Path) -> None:
    drawn = a_town()
    drawn.node((47.2497, 9.55), addr__street="Grenzweg", addr__housenumber="1", addr__city="Ruggell")
    import_files(tmp_path / "places", [drawn.write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    assert [place.name for place in reverse(engine, (47.2496, 9.55))] == ["Grenzweg 1"]
    assert reverse(engine, (47.2502, 9.55)) == []
    engine.close()


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


@pytest.mark.parametrize("text", ["Landstrasse 76, 76a, 76b", "Lanstrasse 76, 76a, 76b", "76a Landstrasse"])
def test_a_house_with_several_numbers_is_found_by_them_all(tmp_path: Path, text: str) -> None:
    drawn = a_town()
    drawn.node((47.1392, 9.5171), addr__street="Landstrasse", addr__housenumber="76, 76a, 76b")
    engine = an_engine(tmp_path, drawn)
    assert geocode(engine, text)[0].name == "Landstrasse 76, 76a, 76b"
    engine.close()


def test_a_street_comes_before_a_stop_of_its_name_where_a_number_is_asked_for(tmp_path: Path) -> None:
    drawn = a_town()
    drawn.node((47.1401, 9.5171), highway="bus_stop", name="Vaduz Landstrasse")
    engine = an_engine(tmp_path, drawn)
    assert geocode(engine, "Landstrasse 999, Vaduz")[0].name == "Landstrasse"
    assert geocode(engine, "Vaduz Landstrasse")[0].name == "Vaduz Landstrasse"
    engine.close()


def test_a_way_of_which_the_extract_has_one_node_is_found_there(tmp_path: Path) -> None:
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


def test_a_short_plus_code_is_found_near_its_town(engine: EmbeddedPlaces) -> None:
    assert [place.name for place in geocode(engine, "4GR9+3J Vaduz")] == ["Landstrasse 8"]
