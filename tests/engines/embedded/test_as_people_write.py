"""Queries as people write them: house numbers, Russian addresses, the city first, names in every script."""

# ruff: noqa: RUF001 (letters that look alike are what is tested)

from collections.abc import Iterator

import pytest

from drawn_towns import CINCINNATI, KAZAN, LINZ, TAMPERE, four_towns, near
from engines.embedded.queries import an_engine_with_cities, complete, geocode, search, search_places
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces
from trigpoint.maps.places import Place, PlaceKind

CITIES = {
    "Kazan", "Tampere", "Linz", "Cincinnati", "Norwood", "Paris", "Parizh", "London", "New York City", "Chengdu", "Osaka", "Moscow",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    with an_engine_with_cities(home, four_towns(), CITIES) as opened:
        yield opened


def number_of(places: list[Place]) -> str | None:
    return places[0].address.sub_thoroughfare if places else None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("226 Calhoun Street, Cincinnati", "226"),
        ("226 1/2 Calhoun Street, Cincinnati", "226 1/2"),
        ("226-1/2 Calhoun St Cincinnati", "226 1/2"),
        ("226½ Calhoun Street", "226 1/2"),
        ("226 ½ Calhoun Street", "226 1/2"),
        ("Calhoun Street 226 1/2", "226 1/2"),
        ("723-B Calhoun Street", "723-B"),
        ("723 B Calhoun Street", "723-B"),
        ("723b Calhoun Street", "723-B"),
        ("A31 Calhoun Street", "A31"),
        ("A-31 Calhoun Street", "A31"),
        ("Calhoun Street A 31, Cincinnati", "A31"),
        ("37 R Calhoun Street, Cincinnati", "37 R"),
        ("37R Calhoun Street", "37 R"),
        ("3/226 Calhoun Street, Cincinnati", "226"),
        ("203 W 10th Ave, Cincinnati", "203"),
        ("203 W 10 Ave, Cincinnati", "203"),
        ("Goethestraße 17-19, Linz", "17-19"),
        ("Goethestr. 17 Linz", "17-19"),
        ("Goethestraße17, Linz", "17-19"),
        ("C/ Koulukatu 14 A, Tampere", "14 A"),
        ("Koulukatu 14 A, Tampere", "14 A"),
        ("Koulukatu 14A Tampere", "14 A"),
        ("Koulukatu 14, Tampere", "14"),
        ("улица Баумана 13/12 к2, Казань", "13/12 к2"),
        ("ул. Баумана, д. 13/12, корп. 2", "13/12 к2"),
        ("улица Баумана 13/12 строение 1", "13/12 с1"),
        ("Goncharova ulitsa, 5, korpus 2, Kazan", "5 к2"),
        ("Гончарова, д. 5, к. 2", "5 к2"),
        ("Goncharova st., 5, bld. 2, Kazan", "5 к2"),
        ("Baumana Street 13/12 building 1, Kazan", "13/12 с1"),
        ("ул. Баумана, №7, Казань", "7"),
        ("Goethestraße Nº 17, Linz", "17-19"),
    ],
)
def test_a_number_is_found_in_each_usual_spelling(engine: EmbeddedPlaces, text: str, number: str) -> None:
    assert number_of(geocode(engine, text)) == number


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("228 1/2 Calhoun Street, Cincinnati", "Calhoun Street"),
        ("12 1/2 Calhoun Street, Cincinnati", "Calhoun Street"),
        ("226 1/3 Calhoun Street, Cincinnati", "Calhoun Street"),
        ("226 ¾ Calhoun Street", "Calhoun Street"),
        ("Goncharova Street 5, bld. 3, Kazan", "улица Гончарова"),
        ("Гончарова 5/2", "улица Гончарова"),
        ("Гончарова, д. 5, к. 3", "улица Гончарова"),
        ("улица Баумана 7 к2, Казань", "улица Баумана"),
        ("Goethestraße 12 b, Linz", "Goethestraße"),
    ],
)
def test_an_unknown_house_number_gives_the_street_and_no_other_house(
    engine: EmbeddedPlaces, text: str, street: str
) -> None:
    best = geocode(engine, text)[0]
    assert (best.kind, best.name) == (PlaceKind.STREET, street)


def test_the_letter_of_a_staircase_is_that_of_its_house(engine: EmbeddedPlaces) -> None:
    assert number_of(geocode(engine, "Koulukatu 16 B 12, Tampere")) == "16"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Российская Федерация, г Казань, ул Баумана, д 7", "7"),
        ("Россия, г. Казань, ул. Баумана, д. 15А", "15А"),
        ("ПФО, г. Казань, ул. Баумана, д. 7", "7"),
        ("г. Казань, ул. Баумана, дом № 7", "7"),
        ("Кленовый б-р, д. 22", "22"),
        ("б-р Кленовый 22", "22"),
        ("Кленовый бул. 22", "22"),
        ("Дорожный пр-д 3", "3"),
        ("Dorozhnyj proezd, 3", "3"),
        ("3 Dorozhnyy Proyezd", "3"),
        ("Klenovy bulvar 22", "22"),
    ],
)
def test_russian_forms_are_read(engine: EmbeddedPlaces, text: str, number: str) -> None:
    best = geocode(engine, text)
    assert number_of(best) == number


@pytest.mark.parametrize(
    "text", ["Казань", "г. Казань", "город Казань", "Kazan", "Казань, РФ", "Казань, Российская Федерация"]
)
def test_a_city_comes_before_things_named_after_it(engine: EmbeddedPlaces, text: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.kind, best.name) == (PlaceKind.LOCALITY, "Kazan")
    assert best.coordinate.distance_to(Point(*KAZAN)) < 5_000


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Париж", "FR"),
        ("パリ", "FR"),
        ("巴黎", "FR"),
        ("파리", "FR"),
        ("باريس", "FR"),
        ("פריז", "FR"),
        ("ปารีส", "FR"),
        ("पॅरिस", "FR"),
        ("ロンドン", "GB"),
        ("伦敦", "GB"),
        ("Λονδίνο", "GB"),
        ("Νέα Υόρκη", "US"),
        ("ニューヨーク", "US"),
        ("成都", "CN"),
        ("成都市", "CN"),
        ("大阪市", "JP"),
        ("모스크바", "RU"),
        ("Moscow, Russische Föderation", "RU"),
        ("New York, EE.UU.", "US"),
        ("London, Großbritannien", "GB"),
    ],
)
def test_a_city_is_found_in_every_script_that_it_is_written_in(engine: EmbeddedPlaces, text: str, country: str) -> None:
    assert geocode(engine, text)[0].country_code == country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Linz, AT", "AT"),
        ("Linz AT", "AT"),
        ("linz, at", "AT"),
        ("London, CA", "CA"),
        ("London, GB", "GB"),
        ("Linz (AT)", "AT"),
        ("london gb", "GB"),
        ("Linz, AUT", "AT"),
    ],
)
def test_the_code_of_a_country_may_stand_behind_a_town(engine: EmbeddedPlaces, text: str, country: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.kind, best.country_code) == (PlaceKind.LOCALITY, country)


@pytest.mark.parametrize("text", ["McMillan's", "McMillans", "mcmillans", "McMillan’s", "mc millans"])
def test_an_apostrophe_may_be_missing_in_the_query(engine: EmbeddedPlaces, text: str) -> None:
    assert search(engine, text)[0] == "McMillan's"


@pytest.mark.parametrize("text", ["12 Main Avenue, Cincinnati", "12 Main Ave Cincinnati OH"])
def test_the_postal_town_may_be_a_neighbouring_one(engine: EmbeddedPlaces, text: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.name, best.address.locality) == ("12 Main Avenue", "Norwood")


@pytest.mark.parametrize("text", ["Main Avenue, Cincinnati", "Mian Avenue, Cincinnati"])
def test_a_street_may_be_in_the_next_town(engine: EmbeddedPlaces, text: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.name, best.address.locality) == ("Main Avenue", "Norwood")


@pytest.mark.parametrize(
    "text", ["Koulukatu 12, London", "London, Koulukatu 12, Finland", "Firma Muster AG, Koulukatu 12, Chengdu"]
)
def test_a_house_in_another_town_is_not_returned(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text) == []


@pytest.mark.parametrize("text", ["McMillan", "Kmarket", "k market"])
def test_a_nearby_shop_comes_before_a_better_match_far_away(engine: EmbeddedPlaces, text: str) -> None:
    assert search_places(engine, text, LINZ)[0].coordinate.distance_to(Point(*LINZ)) < 1_000


@pytest.mark.parametrize(
    "text",
    [
        "33100 Tampere", "Tampere 33100", "33100", "FI-33100 Tampere", "FI 33100 Tampere", "FIN-33100", "FI33100 Tampere",
        "SF-33100 Tampere", "postinumero 33100",
        "33100 Tampere, Finland", "33100, FI", "33100 Tampere FIN", "PL 12, 33100 Tampere", "P.O. Box 100, 33100 Tampere", "33100 Tampere Cedex 2",
    ],
)  # fmt: skip
def test_a_postal_code_with_its_town_is_the_code(engine: EmbeddedPlaces, text: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.kind, best.name) == (PlaceKind.POSTAL_CODE, "33100")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A-4020 Linz", "4020"),
        ("PLZ 4020", "4020"),
        ("Linz, 4020", "4020"),
        ("45219-3866", "45219"),
        ("ZIP code 45219", "45219"),
        ("Cincinnati, OH 45219-3866", "45219"),
        ("420111, г. Казань", "420111"),
        ("почтовый индекс 420111", "420111"),
    ],
)
def test_a_code_is_found_as_its_country_writes_it(engine: EmbeddedPlaces, text: str, code: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.kind, best.name) == (PlaceKind.POSTAL_CODE, code)


@pytest.mark.parametrize("text", ["FI-33999 Tampere", "33999 Tampere", "N-4020 Tampere"])
def test_an_unknown_postal_code_still_finds_the_town(engine: EmbeddedPlaces, text: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.kind, best.name) == (PlaceKind.LOCALITY, "Tampere")


def test_a_code_is_completed_with_its_town(engine: EmbeddedPlaces) -> None:
    assert "33100" in [row.display_lines[0] for row in complete(engine, "33100 Tam")[:5]]


@pytest.mark.parametrize(
    "text",
    [
        "Koulukatu 12, PL 100, 33100 Tampere",
        "c/o Matti Meikäläinen, Koulukatu 12, 33100 Tampere",
        "z.Hd. Frau Muster, Koulukatu 12, Tampere",
        "Koulukatu 12, 3rd Floor, Tampere",
        "Koulukatu 12 LH 2",
        "Koulukatu 12 Mailstop 5, 33100 Tampere",
        "Koulukatu 12, Suite 5, FI-33100 Tampere",
        "Herra Matti Meikäläinen Oy, Koulukatu 12, 33100 Tampere",
        "Koulukatu 12, 33100 Tampere, Puh. +358 123 45 67",
    ],
)
def test_words_for_mail_delivery_do_not_prevent_a_match(engine: EmbeddedPlaces, text: str) -> None:
    assert number_of(geocode(engine, text)) == "12"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Calhoun & Vine", CINCINNATI),
        ("Calhoun Street and North Vine Street", CINCINNATI),
        ("N Vine St & E Calhoun St, Cincinnati", CINCINNATI),
        ("corner of Vine Street and Calhoun Street, Cincinnati, OH", CINCINNATI),
        ("Calhoun / Vine, Norwood", CINCINNATI),
        ("Ecke Goethestraße Alte Lederergasse", LINZ),
        ("Goethestr. Ecke Alte Lederergasse, Linz", LINZ),
        ("Goethestraße und Alte Lederergasse", LINZ),
        ("Goethestraße near Alte Lederergasse, Linz", LINZ),
        ("Goethestraße cross Alte Lederergasse", LINZ),
        ("Koulukadun ja Satamatien kulma", TAMPERE),
        ("Koulukatu x Satamatie, Tampere", TAMPERE),
        ("угол Кленовый бульвар и Липовая улица, Казань", near(KAZAN, 3, 0)),
        ("à l'angle de Koulukatu et de Satamatie", TAMPERE),
        ("cantonada Koulukatu Satamatie", TAMPERE),
        ("Calhoun Street x Vine Street Cincinnati OH", CINCINNATI),
        ("Cincinnati, Calhoun Street & Vine Street", CINCINNATI),
        ("where Vine Street meets Calhoun Street, Cincinnati", CINCINNATI),
        ("Calhoun Street &amp; Vine Street", CINCINNATI),
        ("Goethestraße Kreuzung Alte Lederergasse", LINZ),
        ("Einmündung Alte Lederergasse in Goethestraße", LINZ),
        ("kulma Koulukatu Satamatie, Tampere", TAMPERE),
        ("Koulukadun ja Satamatien kulma, Tampere", TAMPERE),
        ("i krysset Koulukatu/Satamatie", TAMPERE),
        ("на углу Кленового бульвара и Липовой улицы, Казань", near(KAZAN, 3, 0)),
        ("成都路长江路路口", near(LINZ, 6, 0)),
        ("成都路近长江路", near(LINZ, 6, 0)),
        ("成都路与长江路交界处", near(LINZ, 6, 0)),
        ("junction of Calhoun Street with Vine Street, Cincinnati", CINCINNATI),
    ],
)
def test_the_crossing_of_two_streets_is_found(engine: EmbeddedPlaces, text: str, at: tuple[float, float]) -> None:
    best = geocode(engine, text)[0]
    assert " & " in best.name
    assert best.coordinate.distance_to(Point(*at)) < 60


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("Calhoun Street & Xyzzy Avenue, Cincinnati", "Calhoun Street"),
        ("Nirgendsgasse / Goethestraße, Linz", "Goethestraße"),
        ("Koulukatu & Puutarhakatu, Tampere", "Koulukatu"),
        ("улица Баумана и улица Несуществующая, Казань", "улица Баумана"),
    ],
)
def test_a_crossing_that_does_not_exist_gives_the_known_street(engine: EmbeddedPlaces, text: str, street: str) -> None:
    assert {place.name for place in geocode(engine, text)} == {street}


@pytest.mark.parametrize("town", [", Tampere", " Tampere"])
def test_a_crossing_in_another_town_is_not_returned(engine: EmbeddedPlaces, town: str) -> None:
    found = geocode(engine, f"Calhoun Street & Vine Street{town}")
    assert not any(" & " in place.name for place in found)


@pytest.mark.parametrize("text", ["Schule Goethe und Schiller", "12 Calhoun Street and more"])
def test_the_word_and_in_a_name_or_an_address_is_no_crossing(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].kind in {PlaceKind.POI, PlaceKind.ADDRESS}


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("I-75", "Mill Creek Expressway"),
        ("I75", "Mill Creek Expressway"),
        ("I 75 Cincinnati", "Mill Creek Expressway"),
        ("Interstate 75, Cincinnati, OH", "Mill Creek Expressway"),
        ("Highway 75, Cincinnati", "Mill Creek Expressway"),
        ("OH-562", "OH 562"),
        ("State Route 562, Cincinnati", "OH 562"),
        ("SR 562", "OH 562"),
        ("Ohio Route 562", "OH 562"),
        ("US Highway 52", "US 52"),
        ("US-52, Cincinnati", "US 52"),
        ("A7", "A 7"),
        ("A 7 Linz", "A 7"),
        ("Autobahn 7", "A 7"),
        ("B139 Linz", "B 139"),
        ("Bundesstraße 139", "B 139"),
        ("Autobahn A7", "A 7"),
        ("Bundesstr. 139, Linz", "B 139"),
        ("Ohio 562", "OH 562"),
        ("State Rt 562, Cincinnati", "OH 562"),
        ("Interstate Route 75", "Mill Creek Expressway"),
        ("Interstate Hwy 75 Cincinnati", "Mill Creek Expressway"),
        ("I-75 northbound Cincinnati", "Mill Creek Expressway"),
    ],
)
def test_a_road_is_found_by_its_number(engine: EmbeddedPlaces, text: str, street: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.kind, best.name) == (PlaceKind.STREET, street)


@pytest.mark.parametrize("text", ["I-76", "OH 563", "A 8"])
def test_a_road_with_another_number_is_not_returned(engine: EmbeddedPlaces, text: str) -> None:
    assert not any(place.kind is PlaceKind.STREET for place in geocode(engine, text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("fast food open now", "McMillan's"),
        ("fast food near me", "McMillan's"),
        ("best fast food near me open now", "McMillan's"),
        ("fast food near S-Market", "McMillan's"),
        ("supermarket close to Schule Goethe und Schiller", "K-Market"),
        ("supermarket in der Nähe von McMillan's", "S-Market"),
        ("Supermarkt in Linz", "S-Market"),
    ],
)
def test_a_query_may_be_a_kind_near_a_place(engine: EmbeddedPlaces, text: str, name: str) -> None:
    assert search(engine, text, LINZ)[0] == name


def test_a_kind_in_a_city_without_data_is_not_searched_nearby(engine: EmbeddedPlaces) -> None:
    assert search(engine, "fast food in London", LINZ) == []
    assert search(engine, "fast food McMillan's", LINZ)[0] == "McMillan's"


def test_results_on_another_continent_are_not_near(engine: EmbeddedPlaces) -> None:
    assert search(engine, "town hall", CINCINNATI) == []
    assert search(engine, "town hall", TAMPERE)[0] == "Tampere House"


def test_letters_and_a_number_in_a_name_are_no_road_number(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "Station No9")[0].name == "Station No9"
