"""Queries of strangers: towns with their countries in scripts without spaces, initials, shops with a typing error, words run together."""

from collections.abc import Iterator

import pytest

from drawn_towns import CINCINNATI, LINZ, TAMPERE, four_towns, near
from engines.embedded.queries import an_engine_with_cities, complete, geocode, geocode_names, search, search_places
from trigpoint.engines.embedded.engine import EmbeddedPlaces
from trigpoint.engines.embedded.query.countries import without_country
from trigpoint.maps.han import city_spellings
from trigpoint.maps.kind_queries import read_category
from trigpoint.maps.kinds import kinds_of
from trigpoint.maps.places import PlaceKind

CITIES = {
    "Tampere", "Linz", "Cincinnati", "Jakarta", "Tokyo", "Luanda", "Kanpur", "Los Angeles", "Washington", "Kyiv", "New York City",
    "Syracuse", "Osu", "Starbuck", "Utica", "Houston",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    drawn = four_towns()
    drawn.node(near(TAMPERE, 4, 4), amenity="fast_food", name="Burger King")
    drawn.node(near(TAMPERE, 2, 2), shop="clothes", name="H&M")
    drawn.node(near(TAMPERE, 2, 3), amenity="cafe", name="Starbucks")
    drawn.node(near(TAMPERE, 2, 5), tourism="hotel", name="Hotel of the Marina Bay")
    drawn.node(near(TAMPERE, 3, 5), tourism="hotel", name="Hilton Keskus", addr__city="Tampere")
    drawn.node(near(TAMPERE, 3, 6), amenity="townhall", name="Hotel Tampere", addr__city="Tampere")
    drawn.node(near(TAMPERE, 7, 5), shop="convenience", name="7-Eleven")
    drawn.node(near(TAMPERE, 6, 5), shop="florist", name="Bunte Kiste")
    drawn.way([near(LINZ, 20, 0), near(LINZ, 20, 4)], highway="residential", name="Sawyer Road")
    drawn.node(near(LINZ, 3, 6), amenity="bar", name="Houston")
    drawn.node(near(CINCINNATI, 20, 4), amenity="university", name="The Ohio State University")
    with an_engine_with_cities(home, drawn, CITIES) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ジャカルタ、インドネシア", "Jakarta"),
        ("インドネシア ジャカルタ", "Jakarta"),
        ("アメリカ合衆国ヒューストン", "Houston"),
        ("アメリカ合衆国 ヒューストン", "Houston"),
        ("ลูอันดา แองโกลา", "Luanda"),
        ("日本东京", "Tokyo"),
        ("نيويورك الولايات المتحدة", "New York City"),
        ("LA, CA", "Los Angeles"),
        ("L.A., CA", "Los Angeles"),
        ("Jakarta, IDN", "Jakarta"),
        ("Jakarta IDN", "Jakarta"),
        ("Linz (AT)", "Linz"),
        ("Linz/Austria", "Linz"),
        ("Linz / AUT", "Linz"),
        ("Cincinnati/OH", "Cincinnati"),
        ("Cincinnati / Ohio", "Cincinnati"),
        ("Greater Houston", "Houston"),
        ("Houston metropolitan area", "Houston"),
        ("м. Київ", "Kyiv"),
        ("м.Київ, Україна", "Kyiv"),
    ],
)
def test_a_city_is_found_with_its_country_or_state(engine: EmbeddedPlaces, text: str, name: str) -> None:
    assert geocode_names(engine, text)[:1] == [name]
    assert search(engine, text)[:1] == [name]


def test_a_city_of_the_world_comes_before_a_village_in_characters_that_only_the_village_has(
    engine: EmbeddedPlaces,
) -> None:
    for text in ("華盛頓", "华盛顿"):
        assert geocode(engine, text)[0].address.administrative_area_code == "DC"


@pytest.mark.parametrize("text", ["Houstn", "Huoston", "Housten"])
def test_a_misspelled_city_of_the_world_comes_before_a_thing_that_is_named_after_it(
    engine: EmbeddedPlaces, text: str
) -> None:
    found = geocode(engine, text)
    assert [place.kind for place in found[:2]] == [PlaceKind.LOCALITY, PlaceKind.POI]
    assert search_places(engine, text)[0].kind is PlaceKind.LOCALITY
    assert search_places(engine, text, LINZ)[0].kind is PlaceKind.POI, "what is around the corner comes first"


def test_a_few_pairs_of_characters_in_a_longer_name_are_no_answer(engine: EmbeddedPlaces) -> None:
    assert geocode(engine, "シャンハイ") == []


@pytest.mark.parametrize("text", ["कानपु", "कानपुर", "कान"])
def test_a_text_that_ends_with_a_vowel_sign_may_be_unfinished(engine: EmbeddedPlaces, text: str) -> None:
    assert "Kanpur" in [row.display_lines[0] for row in complete(engine, text)]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("日本東京", ("東京", "JP")),
        ("東京、日本", ("東京", "JP")),
        ("日本国東京", ("東京", "JP")),
        ("日本", None),
        ("東京", None),
        ("Tokyo, Japan", None),
        ("Токио", None),
    ],
)
def test_a_country_is_recognised_without_a_blank(text: str, rest: tuple[str, str] | None) -> None:
    assert without_country(text, [{("日本",): "JP", ("日本", "本国"): "JP", ("japan",): "JP"}]) == rest


def test_a_city_has_other_spellings_in_chinese() -> None:
    assert list(city_spellings("華盛頓")) == ["华盛顿", "华盛顿市", "华盛顿特区", "华盛顿特别市"]
    assert list(city_spellings("Washington")) == []


@pytest.mark.parametrize(
    ("text", "name"), [("BK", "Burger King"), ("hm", "H&M"), ("711", "7-Eleven"), ("hmb", "Hotel of the Marina Bay")]
)
def test_a_thing_nearby_is_found_by_its_initials(engine: EmbeddedPlaces, text: str, name: str) -> None:
    assert search(engine, text, TAMPERE)[0] == name
    assert name not in search(engine, text, LINZ)


@pytest.mark.parametrize("text", ["Hilton Hotel Tampere", "hotel Hilton, Tampere", "Tampere Hilton hotelli"])
def test_a_word_for_the_kind_of_a_thing_need_not_be_in_its_name(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode_names(engine, text)[:1] == ["Hilton Keskus"]
    assert search(engine, text)[0] == "Hilton Keskus"


@pytest.mark.parametrize("text", ["Marina Bay Hotel Jakarta", "Jakarta Marina Bay"])
def test_a_thing_of_which_a_part_is_named_is_not_in_another_known_town(engine: EmbeddedPlaces, text: str) -> None:
    assert geocode(engine, text) == []


@pytest.mark.parametrize("text", ["スターバックス", "星巴克", "스타벅스", "Старбакс", "ستاربكس"])
def test_a_brand_is_found_in_another_script(engine: EmbeddedPlaces, text: str) -> None:
    assert search(engine, text)[0] == "Starbucks"
    assert search(engine, text, TAMPERE)[0] == "Starbucks"
    assert "Starbucks" in [row.display_lines[0] for row in complete(engine, text)]


def test_initials_that_are_the_name_of_a_little_known_town_far_away_are_things_nearby(engine: EmbeddedPlaces) -> None:
    assert search(engine, "osu", CINCINNATI)[0] == "The Ohio State University"
    assert search(engine, "osu")[0] == "Osu"


def test_a_shop_nearby_comes_before_a_village_far_away_although_it_is_misspelled(engine: EmbeddedPlaces) -> None:
    assert search(engine, "Starbuck", TAMPERE)[0] == "Starbucks"
    assert search(engine, "Starbuck")[0] == "Starbuck"


def test_a_word_that_is_similar_to_the_name_of_a_street_far_away_does_not_find_it(engine: EmbeddedPlaces) -> None:
    assert search(engine, "sewyer", CINCINNATI) == []
    assert search(engine, "sewyer", LINZ) == ["Sawyer Road"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("33100Tampere", "33100"),
        ("koulukatu14tampere", "Koulukatu 14"),
        ("Koulukatu14Tampere", "Koulukatu 14"),
        ("area code 33100", "33100"),
        ("PLZ/Ort: 33100 Tampere", "33100"),
    ],
)
def test_a_number_may_be_joined_with_the_words_beside_it(engine: EmbeddedPlaces, text: str, name: str) -> None:
    assert geocode_names(engine, text)[:1] == [name]


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"railway": "station", "station": "subway", "name": "Shangda"}, "railway=subway_entrance"),
    ],
)
def test_a_thing_is_of_the_kind_that_people_ask_for(tags: dict[str, str], kind: str) -> None:
    assert kind in kinds_of(tags)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("craft beer", "amenity=pub"),
        ("Bier", "amenity=pub"),
        ("exchange office near me", "amenity=bureau_de_change"),
        ("rahanvaihto", "amenity=bureau_de_change"),
        ("clothing", "shop=clothes"),
        ("camp site", "Campground"),
        ("tourist office", "tourism=information"),
        ("Altglas", "amenity=recycling"),
        ("hipermercado", "shop=supermarket"),
        ("kebabpaikka", "cuisine=kebab"),
        ("gasoline", "GasStation"),
        ("drive thru", "amenity=fast_food"),
    ],
)
def test_what_people_call_a_kind_of_place_is_known(text: str, kind: str) -> None:
    category = read_category(text)
    assert category is not None
    assert kind in category.kinds
