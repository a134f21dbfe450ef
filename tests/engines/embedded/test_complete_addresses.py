"""Complete addresses: districts and states, postal codes of streets only, a nearby town."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from drawn_towns import LINZ, near, street
from engines.embedded.queries import an_engine, geocode
from few_cities import build_few_cities
from small_map import SmallMap
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces
from trigpoint.maps.places import PlaceKind


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    build_few_cities(home, lambda city: city.name in {"Linz", "Wels", "Salzburg"} and city.countrycode == "AT")
    drawn = SmallMap()
    post = {"addr__postcode": "4020", "addr__city": "Linz"}
    street(drawn, LINZ, "Goethestraße", ["12", "17"], **post)
    street(drawn, near(LINZ, 4, 0), "Rue Colonel Fabien", ["5"], **post)
    drawn.way([near(LINZ, 10, 0), near(LINZ, 10, 9)], highway="residential", name="Rudolfstraße", postal_code="4040")
    drawn.way([near(LINZ, 14, 0), near(LINZ, 14, 9)], highway="residential", name="Altstraße", postal_code="4048;4049")
    drawn.node(near(LINZ, 90, 0), historic="castle", name="Burg Wildberg")
    with closing(an_engine(home, drawn)) as opened:
        yield opened


@pytest.mark.parametrize("code", ["4040", "AT-4040", "4040 Linz", "PLZ 4048", "4049"])
def test_a_postal_code_that_only_a_street_has_is_found(engine: EmbeddedPlaces, code: str) -> None:
    best = geocode(engine, code)[0]
    assert best.kind is PlaceKind.POSTAL_CODE
    assert best.name in code


def test_a_postal_code_is_placed_amid_its_houses_even_if_a_street_has_it_too(engine: EmbeddedPlaces) -> None:
    best = geocode(engine, "4020")[0]
    assert best.coordinate.distance_to(Point(*LINZ)) < 1_000


@pytest.mark.parametrize(
    "text",
    [
        "Goethestraße 12, 4020 Linz, Oberösterreich, Österreich",
        "Goethestraße 12, 4020 Linz, Regierungsbezirk Linz, Oberösterreich",
        "Goethestraße 12, Linz, Upper Austria, Austria",
        "Goethestraße 12, Oberösterreich",
    ],
)
def test_a_house_is_found_with_its_district_and_state(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].address.sub_thoroughfare == "12"


def test_a_house_in_another_state_is_not_returned(engine: EmbeddedPlaces) -> None:
    assert [place.kind for place in geocode(engine, "Goethestraße 12, Salzburg")] != [PlaceKind.ADDRESS]


@pytest.mark.parametrize("text", ["4020, Oberösterreich", "Oberösterreich 4020"])
def test_a_postal_code_is_found_with_its_state(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].name == "4020"


def test_a_place_is_found_with_the_name_of_a_nearby_town(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "Burg Wildberg, Linz")[0].name == "Burg Wildberg"
    assert "Burg Wildberg" not in {place.name for place in geocode(engine, "Burg Wildberg, Salzburg")}


@pytest.mark.parametrize("text", ["5 R. Colonel Fabien, Linz", "5 Rue Colonel Fabien", "5, r. Colonel Fabien, Linz"])
def test_a_letter_with_a_full_stop_behind_a_number_shortens_a_word(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text)[0].address.sub_thoroughfare == "5"
