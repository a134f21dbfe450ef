"""Queries that leave something out, or say more than the data: initials, unknown codes, unfinished names, the centre of a town."""

# ruff: noqa: RUF001 (letters that look alike are what is tested)

from collections.abc import Iterator

import pytest

from drawn_towns import CINCINNATI, KAZAN, LINZ, TAMPERE, four_towns, near, street
from engines.embedded.queries import an_engine_with_cities, complete, geocode, geocode_names, hints_at, search
from trigpoint.engines.embedded.engine import EmbeddedPlaces
from trigpoint.engines.embedded.query.centres import town_of_centre
from trigpoint.engines.embedded.query.glued import part_words
from trigpoint.maps.postal import begun_code

CITIES = {
    "Kazan", "Tampere", "Linz", "Cincinnati", "London", "Los Angeles", "Ottawa", "Amsterdam", "Oslo", "Vancouver", "Turku", "Abo",
    "Islamabad", "Miyanshahr", "Columbus", "Baltimore", "New Baltimore", "Lospalos", "Newcastle", "New York City", "Paris", "Paris 16 Passy",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    drawn = four_towns()
    street(drawn, near(LINZ, 12, 0), "Haselweg", ["12"], addr__city="Linz", ref="BT 14")
    drawn.node(near(LINZ, 12, 3), amenity="fast_food", name="BT")
    drawn.node(near(LINZ, 1, 4), amenity="bank", name="Ost Bank")
    drawn.node(near(LINZ, 0, 0), amenity="bank", name="Hypo")
    drawn.node(near(LINZ, 41, 0), shop="clothes", name="WeiTing")
    drawn.node(near(LINZ, 42, 0), shop="clothes", name="Ting and Wei")
    drawn.node(near(LINZ, 40, 0), amenity="bank", name="Ost Hypo Bank")
    drawn.boundary(LINZ, 0.06, 8, name="Linz")
    drawn.node(near(LINZ, 9, 0), place="suburb", name="Urfahr")
    drawn.node(near(LINZ, 9, 1), railway="station", name="Linz-Urfahr")
    drawn.node(near(LINZ, 6.2, 1), addr__street="长江路", addr__housenumber="8号")
    for n in range(16):
        drawn.node(near(CINCINNATI, n, 9), shop="kiosk", name=f"Cincinnati News {n}")
    drawn.node(near(TAMPERE, 20, 0), amenity="cafe", name="Kahvila")
    drawn.node(near(TAMPERE, 21, 0), shop="kiosk", name="Mürüsel")
    drawn.node(near(TAMPERE, 1, 9), amenity="parking", name="Bahnhof Parking Nord Ost, Zufahrt links")
    drawn.node(near(KAZAN, 1, 1), railway="subway_entrance", name="Площадь Тукая (выход 2)")
    with an_engine_with_cities(home, drawn, CITIES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LA", "Los Angeles"),
        ("L.A.", "Los Angeles"),
        ("L. A.", "Los Angeles"),
        ("SW1A 1AA London", "London"),
        ("London SW1A 1AA", "London"),
        ("K1A 0B1 Ottawa", "Ottawa"),
        ("1012 AB Amsterdam", "Amsterdam"),
        ("PO Box 12 - 4020 Linz", "4020"),
        ("Postboks 100 Sentrum, 0101 Oslo", "Oslo"),
        ("Apt. de Correus 12, 4020 Linz", "4020"),
        ("45 219 Cincinnati", "45219"),
        ("US-45 219 Cincinnati", "45219"),
        ("downtown Cincinnati", "Cincinnati"),
        ("Stadtzentrum Linz", "Linz"),
        ("Linz city centre", "Linz"),
        ("Tampereen keskusta", None),  # the genitive of another language is no name
        ("Åbo", "Turku"),  # its Swedish name is as good as the Finnish one
        ("اسلام آباد", "Islamabad"),  # the gazetteer keeps no accents of such names
        ("巴尔的摩", "Baltimore"),  # GeoNames has it in traditional characters
        ("Urfahr, Linz", "Urfahr"),  # the quarter, not the station
        ("osthypobank", "Ost Hypo Bank"),
        ("WeiTing", "WeiTing"),  # one word in the data, not two with something else
        ("WeiGoethestraße, Linz", "Goethestraße"),
        ("goethestrasse12linz", "Goethestraße 12"),
        ("BT 14", "Haselweg"),
        ("BT 12", None),  # neither the house on BT 14 nor the thing called BT
        ("US 53", None),
        ("Goethestr./Alte Lederergasse, Linz", "Goethestraße & Alte Lederergasse"),
    ],
)
def test_what_is_left_out_or_not_known_does_not_hide_the_place(
    engine: EmbeddedPlaces, text: str, name: str | None
) -> None:
    places = geocode(engine, text)
    assert (places[0].name if places else None) == name


@pytest.mark.parametrize(
    "text",
    [
        "г. Казань, вн.тер.г. муниципальный округ Вахитовский, ул. Баумана, д. 7",
        "г. Казань, муниципальный округ Вахитовский, ул. Баумана, д. 7",
        "Казань, внутригородская территория муниципальный округ Вахитовский, улица Баумана, 7",
    ],
)
def test_the_municipality_of_a_russian_register_is_left_aside(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].address.sub_thoroughfare == "7"


@pytest.mark.parametrize(
    "text", ["长江路8号", "长江路8号未知大学", "未知大学,长江路8号", "未知公司，长江路8号，邮编402000"]
)
def test_an_address_is_found_beside_a_name_in_chinese(engine: EmbeddedPlaces, text: str) -> None:
    places = geocode(engine, text)
    assert [place.address.sub_thoroughfare for place in places] == ["8号"]


def test_a_station_is_found_by_its_name_and_kind_if_its_own_name_says_more(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "метро Площадь Тукая")[0].name.startswith("Площадь Тукая")


@pytest.mark.parametrize(
    ("text", "at", "name"),
    [
        ("mcmil", CINCINNATI, "McMillan"),  # not Milan
        ("mc mil", CINCINNATI, "McMillan"),
        ("kmar", CINCINNATI, "Kmarket"),
        ("Ost Bank", LINZ, "Ost Bank"),  # not a bank near Ost
        ("downtown Linz", LINZ, "Linz"),
    ],
)
def test_a_search_finds_what_has_the_text_as_the_beginning_of_its_name(
    engine: EmbeddedPlaces, text: str, at: tuple[float, float], name: str
) -> None:
    assert search(engine, text, at)[0] == name


def test_what_is_sought_near_a_place_may_be_some_kilometres_away(engine: EmbeddedPlaces) -> None:
    assert search(engine, "cafe near Tampere railway station", TAMPERE) == ["Kahvila"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LI-94", ("LI", "94")),
        ("fi – 0010", ("FI", "0010")),
        ("AD-50", ("AD", "AD50")),
        ("S(0189", ("SG", "0189")),
        ("LI-9494", None),
        ("LI-", None),
        ("Weg-94", None),
        ("LI-94 S", None),
    ],
)
def test_an_unfinished_code_has_its_country_before_it(text: str, code: tuple[str, str] | None) -> None:
    assert begun_code(text) == code


def test_an_unfinished_code_behind_its_country_is_completed(engine: EmbeddedPlaces) -> None:
    assert [row.display_lines[0] for row in complete(engine, "A-40")] == ["4020"]
    assert [row.display_lines[0] for row in complete(engine, "FI-331")] == ["33100"]


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("downtown Columbus", "Columbus"),
        ("the centre of Linz", "Linz"),
        ("Stadtmitte von Linz", "Linz"),
        ("centre-ville de Nice", "Nice"),
        ("центр города Казань", "Казань"),
        ("Oslo sentrum", "Oslo"),
        ("上海市中心", "上海"),
        ("Centre", None),
        ("Shopping Mall", None),
        ("City of Columbus", "Columbus"),
        ("Stadtgemeinde Linz", "Linz"),
        ("Parròquia d'Ordino", "Ordino"),
        ("Oslo kommune", "Oslo"),
    ],
)
def test_the_town_of_a_centre_is_read_in_many_languages(text: str, town: str | None) -> None:
    assert town_of_centre(text) == town


def test_a_station_is_found_by_its_kind_before_what_has_the_words_in_a_longer_name(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "Bahnhof Tampere")[0].name == "Tampere railway station"
    assert geocode(engine, "станция метро Казань-Пассажирская")[0].name == "Казань-Пассажирская"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("osthypobank", "ost hypo bank"),
        ("OstHypoBank", "ost hypo bank"),
        ("banklinz", "bank linz"),
        ("bankbank", "bank bank"),
        ("bank", None),
        ("ostbank1", None),
        ("osthypobankx", None),
        ("abhypobank", None),  # parts of two letters are everywhere
        ("ost hypo", None),
    ],
)
def test_words_typed_as_one_are_parted_where_each_is_known(text: str, words: str | None) -> None:
    assert part_words(text, {"ost", "hypo", "bank", "linz", "ab"}.__contains__) == words


def test_a_short_word_begins_a_town_of_several_words_as_much_as_a_longer_word(engine: EmbeddedPlaces) -> None:
    assert complete(engine, "los")[0].display_lines[0] == "Los Angeles"  # not Lospalos
    names = [row.display_lines[0] for row in complete(engine, "new")]
    assert names.index("New York City") < names.index("Newcastle")


def test_one_letter_beside_a_kind_is_no_place_yet(engine: EmbeddedPlaces) -> None:
    assert complete(engine, "bank h", at=LINZ)[0].display_lines[0] == "Ost Hypo Bank"


@pytest.mark.parametrize(("at", "state"), [((39.96, -83.0), "MD"), ((39.85, -82.62), "OH")])
def test_a_city_of_the_world_comes_before_a_village_of_its_name_that_is_not_close(
    engine: EmbeddedPlaces, at: tuple[float, float], state: str
) -> None:
    best = geocode(engine, "Baltimore", hints=hints_at(at))[0]
    assert (best.name, best.address.administrative_area_code) == ("Baltimore", state)


def test_a_town_is_offered_by_its_whole_name_although_things_nearby_fill_the_list(engine: EmbeddedPlaces) -> None:
    assert complete(engine, "cincinnati", CINCINNATI)[0].display_lines == (
        "Cincinnati",
        "Cincinnati, OH, United States",
    )


@pytest.mark.parametrize("text", ["mürüs", "murus", "mueruesel", "mueruese", "muer"])
def test_umlauts_may_be_written_out_while_a_name_is_typed(engine: EmbeddedPlaces, text: str) -> None:
    assert complete(engine, text, TAMPERE)[0].display_lines[0] == "Mürüsel"


@pytest.mark.parametrize(("text", "state"), [("City of Columbus", "OH"), ("Town of Columbus", "OH")])
def test_a_town_may_be_called_by_its_municipality(engine: EmbeddedPlaces, text: str, state: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.name, best.address.administrative_area_code) == ("Columbus", state)
    assert search(engine, text, LINZ)[0] == "Columbus"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Koulukatu 12, Talo Q, Tampere", "Koulukatu 12"),
        ("Goethestraße 12, Haus B, Hof links, Linz", "Goethestraße 12"),
        ("Koulukatu 99, Talo Q, Tampere", "Koulukatu"),
        ("Koulukatu, 12, escalier B, Tampere", "Koulukatu 12"),
    ],
)
def test_parts_of_an_address_between_the_number_and_the_town_may_be_unknown(
    engine: EmbeddedPlaces, text: str, name: str
) -> None:
    assert geocode_names(engine, text)[:1] == [name]


@pytest.mark.parametrize("text", ["Koulukatu 12, Talo Q, London", "Nirgends 12, Haus B, Linz"])
def test_an_address_in_another_town_or_street_is_not_found_without_its_inner_parts(
    engine: EmbeddedPlaces, text: str
) -> None:
    assert geocode(engine, text) == []
