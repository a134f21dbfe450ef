"""Queries as people write them: short words for streets, umlauts written out, postal cities, roads with their town, names of countries."""

from collections.abc import Iterator

import pytest

from drawn_towns import CINCINNATI, LINZ, TAMPERE, four_towns, near, street
from engines.embedded.queries import an_engine_with_cities, complete, geocode
from trigpoint.engines.embedded.engine import EmbeddedPlaces
from trigpoint.engines.embedded.text.latin import is_written_out
from trigpoint.engines.embedded.text.roads import roads_in
from trigpoint.maps.places import PlaceKind

CITIES = {
    "Linz", "Cincinnati", "Norwood", "Kettering", "Andorra la Vella", "Abidjan", "Yangon", "Ohrid", "Kinshasa", "Minsk", "Bursa",
    "Kowloon", "Columbus", "Seoul", "Hastings",
}  # fmt: skip

VALLEY, COLUMBUS = (42.5075, 1.5215), (39.9612, -82.9988)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    drawn = four_towns()
    for north, name in enumerate(["Neugrütweg", "Neugrüttweg", "Passatge Sandy", "Carrer Sandy", "Passeig Valira"]):
        street(drawn, near(LINZ, 50 + north, 0), name)
    street(drawn, near(LINZ, 52, 2), "Neugrüttweg")
    for north, name in enumerate(
        ["Tormods vei", "Karl Johans gate", "Rue de la Source", "Källa", "Carrer Santa Eulàlia", "Hasestraße"]
    ):
        street(drawn, near(LINZ, 60 + north, 0), name)
    for north, name in enumerate(
        ["Stoney Way", "Scioto Trail", "Kaderly Drive", "Grosse Point Drive", "Kettering Road", "Hastings Lane"]
    ):
        street(drawn, near(CINCINNATI, -30 - north, 0), name)
    street(drawn, near(CINCINNATI, 0, 10), "Main Avenue", ["5"], addr__city="Cincinnati", addr__state="OH")
    for east in range(12):  # as many roads of this number elsewhere as are looked up
        drawn.way([near(TAMPERE, 20, 20 * east), near(TAMPERE, 20, 20 * east + 9)], highway="primary", ref="16")
    drawn.way(
        [near(CINCINNATI, -8, 44), near(CINCINNATI, -8, 46)], highway="primary", ref="OH 16", name="East Broad Street"
    )
    drawn.boundary(near(CINCINNATI, -8, 45), 0.002, 8, name="Cincinnati")
    drawn.way([near(COLUMBUS, 30, 0), near(COLUMBUS, 60, 0)], highway="motorway", ref="I 71", name="North Freeway")
    # A street that goes on in the next town under the same name; the house is only there.
    street(drawn, VALLEY, "Avinguda del Fener", ["2"], addr__city="Andorra la Vella")
    street(drawn, near(VALLEY, 1, 20), "Avinguda del Fener", ["9"], addr__city="Engordany")
    drawn.boundary(VALLEY, 0.008, 7, name="Andorra la Vella")
    drawn.boundary(near(VALLEY, 1, 20), 0.008, 7, name="Engordany")
    with an_engine_with_cities(home, drawn, CITIES) as opened:
        yield opened


def rows(engine: EmbeddedPlaces, text: str) -> list[str]:
    return [row.display_lines[0] for row in complete(engine, text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Neugruetweg", "Neugrütweg"),  # not Neugrüttweg, from which it is one letter away as well
        ("Kaella", "Källa"),
        ("Ptge. Sandy", "Passatge Sandy"),
        ("C/. Sandy", "Carrer Sandy"),
        ("Pº Valira", "Passeig Valira"),
        ("Tormods v. 3", "Tormods vei"),
        ("Tormods v", "Tormods vei"),
        ("Karl Johans g.", "Karl Johans gate"),
        ("R. de la Source", "Rue de la Source"),
        ("12 r de la Source", "Rue de la Source"),
        ("Carrer Sta. Eulàlia", "Carrer Santa Eulàlia"),
        ("HaseStr., Linz", "Hasestraße"),
        ("Stoney Wy, Cincinnati", "Stoney Way"),
        ("Scioto Trl Cincinnati", "Scioto Trail"),
        ("kaderly drv cincinnati", "Kaderly Drive"),
        ("Grosse Pt Drive, Cincinnati", "Grosse Point Drive"),
    ],
)
def test_short_words_for_streets_and_letters_written_out_are_read(engine: EmbeddedPlaces, text: str, name: str) -> None:
    assert geocode(engine, text)[0].name == name


@pytest.mark.parametrize(
    ("typed", "word", "is_so"),
    [
        ("neugruetweg", "neugrutweg", True),
        ("vaagebyveien", "vagebyveien", True),
        ("blumenauestr", "blumenauestr", False),  # nothing is written out
        ("bluemenauestr", "blumenauestr", True),
        ("neugruttweg", "neugrutweg", False),
        ("strtend", "strtnd", False),
    ],
)
def test_umlauts_written_out_are_told_from_typing_errors(typed: str, word: str, is_so: bool) -> None:
    assert is_written_out(typed, word) is is_so


@pytest.mark.parametrize(
    "text", ["Avinguda del Fener 9, Andorra la Vella", "Avinguda del Fener 9 Andorra la Vella Andorra"]
)
def test_a_postal_town_may_have_the_name_of_its_country_in_it(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].address.sub_thoroughfare == "9"


def test_a_house_of_the_next_town_is_completed_although_the_street_is_in_the_one_that_was_typed(
    engine: EmbeddedPlaces,
) -> None:
    assert rows(engine, "12 Main Avenue, Cincinnati, OH, USA")[0] == "12 Main Avenue"


@pytest.mark.parametrize("text", ["Route 16, Cincinnati", "Rte. 16, Cincinnati, OH", "OH-16 Cincinnati"])
def test_of_roads_with_one_number_that_in_the_town_is_found(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].name == "East Broad Street"


def test_a_road_is_completed_with_its_town(engine: EmbeddedPlaces) -> None:
    assert rows(engine, "I-75 Norwood")[0] == "Mill Creek Expressway"


def test_a_preposition_before_a_town_is_no_code_of_a_state(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "I-71 in Columbus")[0].name == "North Freeway"  # there is a Columbus, IN


def test_no_digit_of_a_road_number_is_a_typing_error(engine: EmbeddedPlaces) -> None:
    assert "OH 562" not in rows(engine, "OH 563 Cincinnati")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ctra general 4", ("cg4",)),
        ("ctra secundaria 101", ("cs101",)),
        ("motorvei e6", ("e6",)),
        ("united states highway 62", ("us62",)),
        ("oh-315", ("oh315", "sr315")),
    ],
)
def test_a_road_has_its_class_from_the_words_before_its_number(text: str, words: tuple[str, ...]) -> None:
    assert words in [road.words for road in roads_in(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Abidjan, Ivory Coast", "Abidjan"),
        ("Abidjan, Elfenbeinküste", "Abidjan"),
        ("Yangon, Burma", "Yangon"),
        ("Ohrid Macedonia", "Ohrid"),
        ("Kinshasa, DRC", "Kinshasa"),
        ("Kinshasa, Democratic Republic of the Congo", "Kinshasa"),
        ("minsk, weissrussland", "Minsk"),
        ("Linz, Oesterreich", "Linz"),
        ("Bursa, Turkey", "Bursa"),  # Unicode calls it Türkiye
        ("Kowloon, Hong Kong", "Kowloon"),
        ("Сеул, Южная Корея", "Seoul"),
        ("부르사, 터키", "Bursa"),
        ("Linz / Österreich", "Linz"),
        ("Kettering / USA", "Kettering"),  # no crossing, nor the road called so
        ("Hastings / New Zealand", "Hastings"),  # which has a longer name with the country in it
        ("kettering us", "Kettering"),
    ],
)
def test_a_country_behind_a_town_has_many_names(engine: EmbeddedPlaces, text: str, name: str) -> None:
    best = geocode(engine, text)[0]
    assert (best.kind, best.name) == (PlaceKind.LOCALITY, name)
