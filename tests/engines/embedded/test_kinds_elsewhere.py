"""Searches for kinds of places: in a large town, in none that is known, and where nothing of the kind is near."""

from collections.abc import Iterator

import pytest

from drawn_towns import CINCINNATI, LINZ, TAMPERE, four_towns, near
from engines.embedded.queries import an_engine_with_cities, search
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.queries import Filters, Hints

SHOP = "Pub de La Collection de voitures anciennes de SAS le Prince de Cincinnati"

CITIES = {"Tampere", "Linz", "Cincinnati", "Essen", "Metro", "Bar Harbor", "Ikeja", "Suva"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    drawn = four_towns()
    drawn.node(near(CINCINNATI, 45, 0), amenity="fuel", name="Speedy")
    drawn.node(near(LINZ, 2, 2), amenity="pub", name="Zum Hasen")
    drawn.node(near(CINCINNATI, 2, 2), amenity="pub", name="Danny's Irish Pub")
    drawn.node(near(CINCINNATI, 2, 3), amenity="pub", name="Shamrock Irish Pub")
    drawn.node(near(CINCINNATI, 2, 1), amenity="pub", name="Barrel")
    drawn.node(near(CINCINNATI, 3, 1), shop="gift", name=SHOP)
    drawn.node(near(LINZ, 5, 5), leisure="park", name="Stadtpark")
    drawn.node(near(LINZ, 7, 7), leisure="park", name="Parc de la Mola")
    drawn.node(near(LINZ, 8, 7), leisure="park", name="Suva Park")
    drawn.way([near(TAMPERE, 9, 0), near(TAMPERE, 9, 4)], highway="residential", name="Iris")
    drawn.node(near(TAMPERE, 9, 2), amenity="pub", name="Kuppi")
    drawn.node(near(TAMPERE, 40, 3), amenity="bar", name="Harbor Bar")
    drawn.node(near(LINZ, 4, 4), historic="castle", name="Burg Hasenstein")
    drawn.node(near(CINCINNATI, 6, 6), amenity="bank", name="Ohio")
    drawn.way([near(CINCINNATI, 12, 0), near(CINCINNATI, 12, 4)], highway="residential", name="Bank Street")
    with an_engine_with_cities(home, drawn, CITIES) as opened:
        yield opened


@pytest.mark.parametrize("text", ["gas station Cincinnati", "gas station in Cincinnati, OH"])
def test_what_the_centre_of_a_town_lacks_is_found_as_far_as_the_town_reaches(engine: EmbeddedPlaces, text: str) -> None:
    assert search(engine, text) == ["Speedy"]


def test_a_distant_town_is_no_result_for_a_word_that_is_its_name_and_a_kind(engine: EmbeddedPlaces) -> None:
    assert search(engine, "metro") == ["Metro"]
    assert search(engine, "metro", LINZ) == []


def test_a_city_of_the_world_is_a_result_although_its_name_is_a_word_for_a_kind(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Essen", TAMPERE) == ["Essen"]
    assert search(engine, "Essen")[0] == "Essen"
    assert search(engine, "Essen", LINZ)[0] == "McMillan's"


def test_a_word_beside_a_kind_that_names_no_place_does_not_prevent_results_nearby(engine: EmbeddedPlaces) -> None:
    assert search(engine, "irish pub", LINZ) == ["Zum Hasen", "Danny's Irish Pub", "Shamrock Irish Pub"]
    assert search(engine, "rooftop pub", LINZ) == ["Zum Hasen"]
    assert search(engine, "rooftop pub") == []
    assert search(engine, "pub in Rooftop", LINZ) == []


def test_a_thing_nearby_with_all_words_comes_before_others_of_the_kind(engine: EmbeddedPlaces) -> None:
    assert search(engine, "irish pub", CINCINNATI) == ["Danny's Irish Pub", "Shamrock Irish Pub", "Barrel"]


def test_a_long_name_that_begins_with_a_word_for_a_kind_is_found_first(engine: EmbeddedPlaces) -> None:
    assert search(engine, SHOP)[0] == SHOP


def test_a_name_that_begins_with_a_kind_and_an_article_is_found_before_what_is_of_the_kind(
    engine: EmbeddedPlaces,
) -> None:
    assert search(engine, "Parc de", near(LINZ, 5, 5))[0] == "Parc de la Mola"
    assert search(engine, "Parc", near(LINZ, 5, 5))[0] == "Stadtpark"


def test_a_kind_and_the_name_of_one_place_find_that_place(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Hasenstein Castle")[0] == "Burg Hasenstein"
    assert search(engine, "Shamrock pub", LINZ)[0] == "Shamrock Irish Pub"


def test_a_street_that_is_called_like_a_kind_comes_before_the_kind(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Bank Street", CINCINNATI)[0] == "Bank Street"


def test_a_town_comes_before_things_of_the_kind_that_its_name_begins_with(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Bar Harbor, Maine", CINCINNATI)[0] == "Bar Harbor"
    assert search(engine, "harbor bar", CINCINNATI)[0] == "Harbor Bar"


def test_a_short_text_is_no_similar_name_far_away(engine: EmbeddedPlaces) -> None:
    assert search(engine, "ikea", LINZ) == []
    assert search(engine, "ikej", LINZ) == []
    assert search(engine, "ikeia", LINZ) == ["Ikeja"]
    assert search(engine, "ikea") == ["Ikeja"]


def test_a_word_for_a_kind_is_no_crossing(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Bar & Barrel Street", LINZ) == []
    assert search(engine, "B&B", LINZ) == []


def test_a_misspelled_town_comes_before_things_whose_names_begin_so(engine: EmbeddedPlaces) -> None:
    assert search(engine, "tampre") == ["Tampere", "Tampere House", "Tampere railway station"]


def test_a_letter_beside_a_kind_is_the_beginning_of_a_name(engine: EmbeddedPlaces) -> None:
    assert search(engine, "pub h", LINZ) == []
    assert search(engine, "pub has", LINZ)[0] == "Zum Hasen"


def test_the_place_beside_a_kind_may_be_inflected_in_finnish(engine: EmbeddedPlaces) -> None:
    assert search(engine, "rautatieasema Tampereella") == search(engine, "rautatieasema Tampere") != []
    assert search(engine, "pubi Tampereella", LINZ)[0] == "Kuppi"


def test_a_filter_also_excludes_what_has_all_words_beside_a_kind_in_its_name(engine: EmbeddedPlaces) -> None:
    hints = Hints(search_location=Point(*LINZ))
    excluded = Filters(exclude_poi=frozenset({PoiCategory.PARK}))
    assert search(engine, "suva park", hints=hints)[0] == "Suva Park"
    assert search(engine, "suva park", hints=hints, filters=excluded) == []
