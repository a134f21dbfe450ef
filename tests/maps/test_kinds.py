"""Kinds of places are recognised by words in every supported language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.maps import kinds
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.kinds import (
    Kind,
    fold_word,
    kind_name,
    kinds_named,
    kinds_of,
    kinds_starting,
    nearby,
)

ENGLISH = kinds._words("en")
DOCUMENTED_KEYS = {"amenity", "cuisine", "highway", "railway", "shop", "tourism"}


def test_english_has_words_for_every_category() -> None:
    assert {str(kind) for kind in ENGLISH if "=" not in kind} == {str(category) for category in PoiCategory}


@pytest.mark.parametrize("language", kinds.languages())
def test_every_language_file_has_known_kinds_and_nonempty_words(language: str) -> None:
    words = kinds._words(language)
    assert set(words) <= set(ENGLISH)
    assert len(words) >= 120
    assert all(word for names in words.values() for word in names)
    assert {kind.partition("=")[0] for kind in words if "=" in kind} == DOCUMENTED_KEYS


@pytest.mark.parametrize("language", kinds.languages())
def test_every_word_finds_its_kind_whatever_its_case(language: str) -> None:
    for kind, names in kinds._words(language).items():
        for name in names:
            assert kind in kinds_named(name)
            assert kind in kinds_named(f" {name.upper()} ")


@pytest.mark.parametrize("language", ["ar", "el", "he", "hi", "th", "tr", "uk"])
def test_the_usual_words_of_further_languages_find_their_kinds(language: str) -> None:
    words = kinds._further_words()[language]
    assert set(words) <= set(ENGLISH)
    assert language not in kinds.languages()
    assert all(kinds_named(name) for names in words.values() for name in names)
    assert kinds_named(words["Pharmacy"][0]) == {"Pharmacy"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("coffee", "Cafe"),
        ("cafe", "Cafe"),
        ("Café", "Cafe"),
        ("Apotheke", "Pharmacy"),
        ("BACKEREI", "Bakery"),
        ("Fussball", "Soccer"),
        ("boulangerie", "Bakery"),
        ("gare", "railway=station"),
        ("farmacia", "Pharmacy"),
        ("benzinera", "GasStation"),
        ("apteka", "Pharmacy"),
        ("약국", "Pharmacy"),
        ("sykehus", "Hospital"),
        ("fast-food", "amenity=fast_food"),
        ("car  wash", "amenity=car_wash"),
        ("bureau de poste", "PostOffice"),
        ("restaurants", "Restaurant"),
        ("pharmacies", "Pharmacy"),
        ("churches", "ReligiousSite"),
        ("スーパー", "shop=supermarket"),
        ("ｽｰﾊﾟｰ", "shop=supermarket"),
        ("咖啡", "Cafe"),
        ("藥局", "Pharmacy"),
        ("АПТЕКА", "Pharmacy"),
        ("apteekki", "Pharmacy"),
        ("ravintola", "Restaurant"),
        ("apotek", "Pharmacy"),
        ("padaria", "Bakery"),
        ("kapper", "shop=hairdresser"),
        ("cemetery", "amenity=grave_yard"),
        ("Friedhof", "amenity=grave_yard"),
        ("estanc", "shop=tobacco"),
        ("French food", "cuisine=french"),
        ("tapas", "cuisine=spanish"),
        ("steak", "cuisine=steak_house"),
        ("agencia de viajes", "shop=travel_agency"),
        ("посольство", "amenity=embassy"),
        ("旅行社", "shop=travel_agency"),
        ("Berghütte", "tourism=alpine_hut"),
    ],
)
def test_what_people_type_finds_the_kind(text: str, kind: str) -> None:
    assert Kind(kind) in kinds_named(text)


@pytest.mark.parametrize("text", ["", " ", "coffee in helsinki", "cof", "!", "Mannerheimintie"])
def test_other_texts_name_no_kind(text: str) -> None:
    assert kinds_named(text) == frozenset()


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"amenity": "restaurant", "cuisine": "pizza;burger"}, ("Restaurant", "cuisine=pizza", "cuisine=burger")),
        ({"shop": "books"}, ("Store", "shop=books")),
        ({"shop": "supermarket"}, ("FoodMarket", "shop=supermarket")),
        ({"amenity": "dentist"}, ("amenity=dentist",)),
        ({"amenity": "bench"}, ()),
        ({"landuse": "cemetery"}, ("amenity=grave_yard",)),
        ({"office": "diplomatic"}, ("amenity=embassy",)),
        ({"amenity": "restaurant", "cuisine": "tapas;steak"}, ("Restaurant", "cuisine=spanish", "cuisine=steak_house")),
    ],
)
def test_an_object_has_the_kinds_of_its_category_and_of_its_tags(
    tags: dict[str, str], expected: tuple[str, ...]
) -> None:
    assert kinds_of(tags) == expected


def test_a_prefix_is_completed_in_the_language_asked_for_then_in_english() -> None:
    assert kinds_starting("apo", "de")[0] == ("Apotheke", "Pharmacy")
    assert ("pharmacy", "Pharmacy") in kinds_starting("pharm", "de")
    assert kinds_starting("pharm", "fr-CH")[0] == ("pharmacie", "Pharmacy")
    assert kinds_starting("coff", "en-US")[0] == ("coffee", "Cafe")
    assert kinds_starting("", "en") == ()
    assert kinds_starting("qqq", "en") == ()
    assert kinds_starting("caf", "en")[0] == kinds_starting("café", "en")[0] == ("café", "Cafe")
    assert kinds_starting("städ", "en") == ()


def test_a_completed_kind_is_given_once() -> None:
    for prefix in "abcdefghijklmnopqrstuvwxyz":
        given_kinds = [kind for _, kind in kinds_starting(prefix, "de")]
        assert len(given_kinds) == len(set(given_kinds))


def test_a_kind_has_a_name_in_the_language_asked_for_else_in_english() -> None:
    assert kind_name(Kind("Pharmacy"), "de-AT") == "Apotheke"
    assert kind_name(Kind("Pharmacy"), "eu") == "pharmacy"
    assert kind_name(Kind("Pharmacy"), "zh-CN") == "药店"
    assert kind_name(Kind("Pharmacy"), "zh-TW") == "藥局"
    assert nearby("zh-Hant-HK") == "搜尋附近"
    assert nearby("de") == "In der Nähe suchen"
    assert nearby("eu") == "Search Nearby"


@given(st.text(max_size=50))
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    assert fold_word(fold_word(text)) == fold_word(text)


def test_a_railway_halt_is_a_station() -> None:
    assert "railway=station" in kinds_of({"railway": "halt"})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Apotheken", "Pharmacy"),
        ("Supermärkte", "shop=supermarket"),
        ("ristoranti", "Restaurant"),
        ("biblioteche", "Library"),
        ("apteekit", "Pharmacy"),
        ("аптеки", "Pharmacy"),
        ("музеи", "Museum"),
        ("scholen", "School"),
        ("restauranger", "Restaurant"),
        ("hôpitaux", "Hospital"),
        ("stazioni di ricarica", "EVCharger"),
    ],
)
def test_a_plural_names_the_kind(text: str, kind: str) -> None:
    assert kind in kinds_named(text)


def test_a_plural_is_not_suggested_in_addition_to_its_singular() -> None:
    assert [word for word, kind in kinds_starting("apothek", "de") if kind == "Pharmacy"] == ["Apotheke"]
