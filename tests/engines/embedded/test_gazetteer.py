"""The gazetteer: towns, states and countries of the world, found without any extract; here a few of them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.embedded.queries import geocode, geocode_names
from small_map import VADUZ, a_town
from trigpoint.base.geo import Point
from trigpoint.engines.embedded import engine as places
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.gazetteer import build, city_names, service
from trigpoint.engines.embedded.gazetteer.towns import read_cities
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index import hot_swap
from trigpoint.engines.embedded.index.reader import open_generation
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.queries import AutocompleteQuery, Hints, ReverseQuery

NAMES = {
    "Paris", "Tokyo", "Vaduz", "San Francisco", "New York City", "Springfield", "Berlin", "Suva", "Casino", "Warsaw",
    "Aasiaat", "Rome", "Roma", "Valencia", "London", "Munich", "Vienna", "Vienne", "San José", "Salzburg", "Bailin",
    "Brasília", "Cancún", "Lima", "Venice", "Los Angeles", "Manhattan",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    towns = [city for city in build.cities() if city.name in NAMES]
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "cities", lambda: iter(towns))
        service.ensure_gazetteer(home)
        yield home


@pytest.fixture(scope="module")
def world(home: Path) -> Iterator[EmbeddedPlaces]:
    engine = open_embedded(home)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Paris", "Paris", "FR"),
        ("paris france", "Paris", "FR"),
        ("Paris, TX", "Paris", "US"),
        ("Paris, Texas, USA", "Paris", "US"),
        ("東京", "Tokyo", "JP"),
        ("ટોક્યો", "Tokyo", "JP"),
        ("लीमा", "Lima", "PE"),
        ("纽约", "New York City", "US"),
        ("东京市", "Tokyo", "JP"),
        ("華沙", "Warsaw", "PL"),
        ("羅馬", "Rome", "IT"),
        ("SF", "San Francisco", "US"),
        ("NYC", "New York City", "US"),
        ("100000 东京", "Tokyo", "JP"),
        ("Венеция", "Venice", "IT"),
        ("ਲੀਮਾ", "Lima", "PE"),
        ("လန်ဒန်", "London", "GB"),
        ("لندن", "London", "GB"),
        ("Lontoo", "London", "GB"),
        ("Токио", "Tokyo", "JP"),
        ("Warszawa", "Warsaw", "PL"),
        ("San Fransisco", "San Francisco", "US"),
        ("New York", "New York City", "US"),
        ("sanfrancisco", "San Francisco", "US"),
    ],
)
def test_a_town_of_the_world_is_found_in_many_scripts(world: EmbeddedPlaces, text: str, name: str, code: str) -> None:
    best = geocode(world, text)[0]
    assert (best.name, best.country_code, best.kind) == (name, code, PlaceKind.LOCALITY)


@pytest.mark.parametrize("text", ["Germany", "Deutschland", "Allemagne", "ドイツ", "Германия"])
def test_a_country_is_found_in_many_languages(world: EmbeddedPlaces, text: str) -> None:
    best = geocode(world, text)[0]
    assert (best.name, best.country_code, best.kind) == ("Germany", "DE", PlaceKind.COUNTRY)
    assert best.address_lines == ("Germany",)


def test_a_country_is_named_in_the_language_asked_for(world: EmbeddedPlaces) -> None:
    assert geocode(world, "Germany", lang="fr")[0].name == "Allemagne"


def test_a_town_is_named_in_the_script_of_its_country(world: EmbeddedPlaces) -> None:
    assert geocode(world, "Tokyo", lang="ja")[0].name == "東京"
    assert geocode(world, "東京", lang="en")[0].name == "Tokyo"


@pytest.mark.parametrize(
    ("text", "lang", "name"),
    [
        ("Rome", "it", "Roma"),
        ("Rome", "de", "Rom"),
        ("Munich", "de-AT", "München"),
        ("München", "en-GB", "Munich"),
        ("Tokyo", "de", "Tokio"),
        ("Vienna", "fr", "Vienne"),
        ("Munich", "fi", "Munich"),
    ],
)
def test_a_town_is_named_in_the_language_asked_for(world: EmbeddedPlaces, text: str, lang: str, name: str) -> None:
    assert geocode(world, text, lang=lang)[0].name == name


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Roma", "IT"),
        ("Valencia", "ES"),
        ("Vienne", "FR"),
        ("Vienna", "AT"),
        ("San José, Costa Rica", "CR"),
        ("柏林", "DE"),
    ],
)
def test_of_places_with_one_name_the_best_known_comes_first(world: EmbeddedPlaces, text: str, country: str) -> None:
    best = geocode(world, text)[0]
    assert best.country_code == country
    assert best.kind is PlaceKind.LOCALITY


def test_the_capital_comes_before_a_village_of_its_name(world: EmbeddedPlaces) -> None:
    best = geocode(world, "San José, Costa Rica")[0]
    assert best.coordinate.distance_to(Point(9.93, -84.08)) < 5_000


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("London, Ontario", "London", "CA"),
        ("London ON", "London", "CA"),
        ("London, England", "London", "GB"),
        ("London", "London", "GB"),
        ("München, Bayern", "Munich", "DE"),
        ("Munich, Bavaria", "Munich", "DE"),
        ("Roma, Lazio", "Rome", "IT"),
        ("Valencia, Comunitat Valenciana", "Valencia", "ES"),
    ],
)
def test_a_town_is_found_in_its_state_or_province(world: EmbeddedPlaces, text: str, name: str, country: str) -> None:
    best = geocode(world, text)[0]
    assert (best.name, best.country_code) == (name, country)


@pytest.mark.parametrize(("text", "lang", "name"), [("Bayern", "en", "Bavaria"), ("Bavaria", "de", "Bayern")])
def test_a_state_or_province_is_a_place(world: EmbeddedPlaces, text: str, lang: str, name: str) -> None:
    best = geocode(world, text, lang=lang)[0]
    assert (best.name, best.kind) == (name, PlaceKind.ADMINISTRATIVE_AREA)


def test_a_country_comes_before_its_capital_of_the_same_name(world: EmbeddedPlaces) -> None:
    assert geocode(world, "Бразилия")[0].kind is PlaceKind.COUNTRY


def test_a_state_has_a_code_where_addresses_have_one(world: EmbeddedPlaces) -> None:
    assert geocode(world, "London, Ontario")[0].address_lines == ("London ON", "Canada")
    assert geocode(world, "Cancún")[0].address.administrative_area_code is None


def test_a_town_comes_before_the_province_of_its_name(world: EmbeddedPlaces) -> None:
    assert geocode(world, "Salzburg")[0].kind is PlaceKind.LOCALITY


def test_the_names_of_cities_that_are_listed_are_known_to_geonames() -> None:
    known = {(city.countrycode, city.name): {city.name, *city.other_names} for city in read_cities("cities15000")}
    unknown = [
        (country, city, name)
        for country, cities in city_names.LISTED.items()
        for city, names in cities.items()
        for name in names.values()
        if name not in known.get((country, city), set())
    ]
    assert unknown == []


def test_an_american_town_lies_in_its_state(world: EmbeddedPlaces) -> None:
    best = geocode(world, "San Francisco")[0]
    assert (best.address.administrative_area, best.address.administrative_area_code) == ("California", "CA")


def test_reverse_gives_the_nearest_town_then_the_country_then_nothing(world: EmbeddedPlaces) -> None:
    def at(latitude: float, longitude: float) -> list[str]:
        query = ReverseQuery(point=Point(latitude, longitude))
        return [place.name for place in asyncio.run(world.reverse(query))]

    assert at(48.86, 2.30) == ["Paris"]
    assert at(48.40, 2.35) == ["France"]
    assert at(30.0, -40.0) == []


def test_a_town_across_the_antimeridian_is_near(world: EmbeddedPlaces) -> None:
    place = asyncio.run(world.reverse(ReverseQuery(point=Point(-18.14, 178.44))))
    assert [found.name for found in place] == ["Suva"]


def test_an_extract_comes_before_the_gazetteer_and_nothing_is_listed_twice(home: Path, tmp_path: Path) -> None:
    (tmp_path / "gazetteer").symlink_to(home / "gazetteer")
    drawn = a_town()
    drawn.node((47.1405, 9.5212), shop="supermarket", name="Casino")
    import_files(tmp_path / "places", [drawn.write(tmp_path / "town.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    try:
        assert geocode(engine, "Casino")[0].country_code == "LI"
        assert [place.name for place in geocode(engine, "Vaduz")] == ["Vaduz"]
        assert geocode(engine, "Paris")[0].country_code == "FR"
        assert geocode(engine, "Landstrasse 8, Vaduz, Liechtenstein")[0].address.sub_thoroughfare == "8"
        assert geocode(engine, "Landstrasse 8, Vaduz, Germany", hints=Hints(user_location=Point(*VADUZ))) != []
    finally:
        engine.close()


def test_the_gazetteer_is_built_once(home: Path) -> None:
    before = service.gazetteer_in_service(home)
    assert service.ensure_gazetteer(home) == before
    assert service.build_aside(home) is None


def test_a_newer_edition_of_the_data_is_built_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "edition", lambda: "another")
    assert service.gazetteer_in_service(home) is None


def complete(engine: EmbeddedPlaces, text: str, *, near: Point | None = None) -> list[str]:
    parsed = AutocompleteQuery(text=text, hints=Hints(search_location=near))
    return [row.display_lines[0] for row in asyncio.run(engine.autocomplete(parsed))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Londn", "London"),
        ("Londrs", "London"),
        ("Lontooo", "London"),
        ("Лондн", "London"),
        ("Müncen", "Munich"),
        ("Monacco di Baviera", "Munich"),
        ("Venedg, Italien", "Venice"),
        ("Varsva", "Warsaw"),
        ("Warshau", "Warsaw"),
    ],
)
def test_a_known_town_is_found_by_its_misspelled_name_in_many_languages(
    world: EmbeddedPlaces, text: str, name: str
) -> None:
    assert geocode_names(world, text)[:1] == [name]


@pytest.mark.parametrize("text", ["p", "pa", "par", "pari", "paris"])
def test_a_town_is_completed_from_its_first_letter(world: EmbeddedPlaces, text: str) -> None:
    assert "Paris" in complete(world, text)


@pytest.mark.parametrize("text", ["s", "su", "suv"])
def test_a_small_town_nearby_is_completed_beside_the_best_known_ones(world: EmbeddedPlaces, text: str) -> None:
    assert "Suva" in complete(world, text, near=Point(-18.1, 178.4))


@pytest.mark.parametrize("text", ["la p", "la pa", "de la par"])
def test_stop_words_do_not_hide_matches_of_a_short_prefix(world: EmbeddedPlaces, text: str) -> None:
    assert "Paris" in complete(world, text)


@pytest.mark.parametrize(("text", "best"), [("be", "Berlin"), ("to", "Tokyo"), ("ja", "Japan")])
def test_a_short_prefix_finds_the_best_known_places(world: EmbeddedPlaces, text: str, best: str) -> None:
    assert complete(world, text)[0] == best


def test_the_top_results_of_short_prefixes_are_precomputed(home: Path) -> None:
    folder = service.gazetteer_in_service(home)
    assert folder is not None
    reader = open_generation(folder)
    towns = [reader.data.record(record_id) for record_id in reader.data.best_with_prefix("sp")]
    ranks = [record.rank for record in towns if record.names["en"] == "Springfield"]
    assert ranks == sorted(ranks, reverse=True)
    assert reader.data.best_with_prefix("spri") == []
    reader.close()


def test_a_cached_completion_is_not_computed_again(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot_swap, "LOOK_EACH_S", 1e9)
    (tmp_path / "gazetteer").symlink_to(home / "gazetteer")
    file = a_town().write(tmp_path / "town.osm")
    import_files(tmp_path / "places", [file], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    query = AutocompleteQuery(text="Aeulestr")
    first = asyncio.run(engine.autocomplete(query))
    monkeypatch.setattr(places, "complete", lambda _readers, _query: pytest.fail("It is known."))
    assert asyncio.run(engine.autocomplete(query)) == first != ()
    engine.close()
