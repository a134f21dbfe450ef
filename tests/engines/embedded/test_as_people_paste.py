"""Pasted text is understood: letters, links to maps, words that were run together, the wrong keyboard layout."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from drawn_towns import CINCINNATI, KAZAN, TAMPERE, four_towns, near, street
from engines.embedded.queries import an_engine, complete, geocode_names, search
from trigpoint.engines.embedded.engine import EmbeddedPlaces


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    drawn = four_towns()
    drawn.node(near(TAMPERE, 1, 1), shop="clothes", name="Koulukatu & Keith", addr__city="Tampere")
    drawn.node(near(TAMPERE, 40, 40), leisure="sports_centre", name="Club de Tennis Tampere", addr__city="Tampere")
    drawn.node(CINCINNATI, place="city", name="Cincinnati", population="300000")
    street(drawn, near(CINCINNATI, 20, 0), "Elm Avenue", ["12"], addr__city="Cincinnati")
    street(drawn, near(CINCINNATI, 30, 65), "West Elm Avenue", ["70"], addr__city="Norwood")
    street(drawn, near(TAMPERE, 8, 0), "Olavs gate", ["5"], addr__city="Tampere")
    drawn.node(near(TAMPERE, 3, 3), railway="station", name="Satama", addr__city="Tampere")
    drawn.node(near(TAMPERE, 5, 3), railway="station", name="Lampi")
    drawn.node(near(TAMPERE, 5, 5), railway="station", name="Metro Lampi")
    drawn.node(near(KAZAN, 3, 3), railway="station", name="Метро «Лесная»")
    drawn.node(near(TAMPERE, 4, 4), place="country", name="Suomenmaa", addr__city="Tampere")
    drawn.node(near(TAMPERE, 2, 2), sport="tennis", leisure="pitch")
    with closing(an_engine(home, drawn)) as opened:
        yield opened


@pytest.mark.parametrize(
    "text",
    [
        "John Smith\nAcme Ltd\nKoulukatu 12\n33100 Tampere\nFinland\nTel: +358 3 123 4567",
        "Acme Ltd, Building C, Koulukatu 12, 33100 Tampere, info@example.com",
        "https://www.google.com/maps/search/?api=1&query=Koulukatu%2012%2C%2033100%20Tampere",
        "📍 Koulukatu 12, 33100 Tampere",
        "where is Koulukatu 12, Tampere?",
        "from the airport to Koulukatu 12, Tampere",
        "Koulukatu12, Tampere",
        "Koulukatu №12, Tampere",
    ],
)
def test_the_address_in_a_text_is_found(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode_names(engine, text)[0] == "Koulukatu 12"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("12 CalhounStreet Cincinnati", "12 Calhoun Street"),
        ("Goethestraße 12, Apt 4B, 4020 Linz", "Goethestraße 12"),
        ("Olavs gt. 5, Tampere", "Olavs gate 5"),
        ("an der Kreuzung Goethestraße und Alte Lederergasse", "Goethestraße & Alte Lederergasse"),
        ("at the corner of Koulukatu and Satamatie", "Koulukatu & Satamatie"),
        ("bahnhof Satama", "Satama"),
        ("Lampi metro railway station", "Metro Lampi"),
        ("м. Лесная", "Метро «Лесная»"),
        ("I-75 exit 3, Cincinnati", "Mill Creek Expressway"),
        ("Exit 3 I-75 Cincinnati", "Mill Creek Expressway"),
        ("ekbwf <fevfyf 7", "улица Баумана, 7"),
        ("лщгдглфег 12 ефьзуку", "Koulukatu 12"),
    ],
)
def test_words_run_together_and_the_wrong_keyboard_layout_are_read(
    engine: EmbeddedPlaces, text: str, name: str
) -> None:
    assert geocode_names(engine, text)[0] == name


def test_a_name_with_capitals_inside_is_found_as_it_is(engine: EmbeddedPlaces) -> None:
    assert geocode_names(engine, "McMillan's")[0] == "McMillan's"


def test_search_and_autocomplete_read_pasted_text_too(engine: EmbeddedPlaces) -> None:
    assert search(engine, "where is the nearest train station?", TAMPERE)[0] == "Tampere railway station"
    assert complete(engine, "лщгдглфе", TAMPERE)[0].display_lines[0] == "Koulukatu"


def test_a_name_with_a_sign_for_a_crossing_is_the_thing_of_that_name(engine: EmbeddedPlaces) -> None:
    assert geocode_names(engine, "Koulukatu & Keith, Tampere")[0] == "Koulukatu & Keith"


def test_a_street_and_a_word_that_is_none_is_the_street(engine: EmbeddedPlaces) -> None:
    assert geocode_names(engine, "Koulukatu & Nowhere, Tampere")[0] == "Koulukatu"


def test_a_name_with_a_word_for_a_kind_comes_before_things_of_the_kind(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Club de Tennis Tampere", TAMPERE)[0] == "Club de Tennis Tampere"


def test_a_country_is_in_no_town(engine: EmbeddedPlaces) -> None:
    assert geocode_names(engine, "Suomenmaa") == ["Finland"]  # as the country at that point is called
    assert "Finland" not in geocode_names(engine, "Tampere Suomenmaa")


def test_a_pasted_address_with_its_postal_city_is_completed(engine: EmbeddedPlaces) -> None:
    assert complete(engine, "70 West Elm Avenue, Cincinnati")[0].display_lines[0] == "70 West Elm Avenue"


def test_a_scottish_name_is_completed_in_one_word_and_in_two(engine: EmbeddedPlaces) -> None:
    assert {row.display_lines[0] for row in complete(engine, "mc mil")[:2]} == {"McMillan", "McMillan's"}
