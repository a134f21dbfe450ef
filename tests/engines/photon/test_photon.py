"""Places from Photon: the requests to it, and the results made from its responses."""

import pytest

from photon_written import TOWN
from service_fakes import Asked, FakeService, QueryRunner, serving
from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Box, Point
from trigpoint.engines.photon.engine import PhotonPlaces
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.engines import CannotError
from trigpoint.maps.place_ids import PlaceRef, Source, address_ref, encode, postcode_ref
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.queries import AutocompleteQuery, Filters, GeocodeQuery, Hints, ReverseQuery

HERE = Point(47.14, 9.52)
NEAR = Hints(search_location=HERE)

PHOTON = QueryRunner(PhotonPlaces)
ask, geocode, search = PHOTON.ask, PHOTON.geocode, PHOTON.search


def complete(service: FakeService, text: str, **changes: object) -> tuple:
    return ask(service, lambda engine: engine.autocomplete(AutocompleteQuery(text=text, **changes)))


def test_an_address_has_the_parts_lines_and_id_that_an_import_gives_it(photon: FakeService) -> None:
    (place,) = geocode(photon, "Landstrasse 19 Vaduz")
    assert place.id == encode(address_ref(PlaceRef(Source.WAY, 364552339)))
    assert (place.kind, place.name) == (PlaceKind.ADDRESS, "Landstrasse 19")
    assert place.address_lines == ("Landstrasse 19", "9490 Vaduz", "Liechtenstein")
    assert (place.address.locality, place.address.sub_locality) == ("Vaduz", "Ebenholz")


def test_misspellings_are_left_to_photon(photon: FakeService) -> None:
    assert geocode(photon, "Landstrase 19 Vadz")[0].name == "Landstrasse 19"


@pytest.mark.parametrize(
    ("text", "kind", "ref"),
    [
        ("Vaduz", PlaceKind.LOCALITY, PlaceRef(Source.RELATION, 1155956)),
        ("Ebenholz", PlaceKind.SUB_LOCALITY, PlaceRef(Source.NODE, 12)),
        ("Liechtenstein", PlaceKind.COUNTRY, PlaceRef(Source.RELATION, 1155955)),
        ("9490", PlaceKind.POSTAL_CODE, postcode_ref("LI", "9490")),
        ("Städtle", PlaceKind.STREET, PlaceRef(Source.WAY, 297699632)),
        ("Coop Pronto", PlaceKind.POI, PlaceRef(Source.NODE, 4759734023)),
        ("Grauspitz", PlaceKind.PHYSICAL_FEATURE, PlaceRef(Source.NODE, 13)),
    ],
)
def test_each_kind_of_place_has_its_id(photon: FakeService, text: str, kind: PlaceKind, ref: PlaceRef) -> None:
    (place,) = geocode(photon, text)
    assert (place.kind, place.id) == (kind, encode(ref))


def test_a_shop_has_its_category_and_the_tags_that_photon_kept(photon: FakeService) -> None:
    (shop,) = geocode(photon, "Coop Pronto")
    assert (shop.poi_category, shop.telephone) == (PoiCategory.FOOD_MARKET, "+423 1")


def test_the_extent_of_a_town_is_its_region(photon: FakeService) -> None:
    (town,) = geocode(photon, "Vaduz")
    assert town.region.south < 47.0903
    assert town.region.north > 47.1745


def test_hints_become_parameters(photon: FakeService) -> None:
    region = Box(south=47.0, west=9.4, north=47.3, east=9.7)
    hints = Hints(search_region=region, region_required=True, countries=frozenset({"LI", "CH"}))
    geocode(photon, "Vaduz", hints=hints, lang="de-CH")
    asked = photon.asked[-1][1]
    assert ("bbox", "9.400000,47.000000,9.700000,47.300000") in asked
    assert [value for name, value in asked if name == "countrycode"] == ["CH", "LI"]
    assert ("lang", "de") in asked
    assert ("lat", "47.150000") in asked


def test_an_older_photon_without_countrycodes_is_asked_without_them_after_one_error(photon: FakeService) -> None:
    usual = photon.answer

    def answer(path: str, asked: Asked) -> object:
        if "countrycode" in dict(asked):
            return 400, b'{"message": "unknown query parameter \'countrycode\'.  Allowed parameters are: [q]"}'
        return usual(path, asked)

    photon.answer = answer
    query = GeocodeQuery(text="Vaduz", hints=Hints(countries=frozenset({"LI"})))
    other = GeocodeQuery(text="Vaduz", hints=Hints(countries=frozenset({"CH"})))

    async def twice(engine: PhotonPlaces) -> tuple[int, int]:
        return len(await engine.geocode(query)), len(await engine.geocode(other))

    assert ask(photon, twice) == (1, 0)
    assert len(photon.asked) == 3


def test_a_language_that_photon_lacks_is_left_out(photon: FakeService) -> None:
    usual = photon.answer

    def answer(path: str, asked: Asked) -> object:
        if dict(asked).get("lang") == "ja":
            return 400, b'{"message": "language ja is not supported, supported languages are: default, en, de, fr"}'
        return usual(path, asked)

    photon.answer = answer
    assert geocode(photon, "Vaduz", lang="ja")[0].country == "リヒテンシュタイン"


def test_another_error_of_photon_is_reported_with_its_status(photon: FakeService) -> None:
    photon.answer = lambda _path, _asked: (400, b'{"message": "missing search term"}')
    with pytest.raises(UnavailableError, match=f"Photon at {photon.url} answered 400"):
        geocode(photon, "Vaduz")


def test_a_point_is_reversed_to_the_address_near_it_and_open_water_to_nothing(photon: FakeService) -> None:
    (place,) = ask(photon, lambda engine: engine.reverse(ReverseQuery(point=HERE)))
    assert (place.kind, place.name) == (PlaceKind.ADDRESS, "Landstrasse 19")
    assert ask(photon, lambda engine: engine.reverse(ReverseQuery(point=Point(0.0, 0.0)))) == ()


def test_places_of_a_kind_around_a_point_come_nearest_first(photon: FakeService) -> None:
    found = search(photon, "restaurant", hints=NEAR)
    assert [place.name for place in found.places] == ["Restaurant New Castle", "Linde"]
    reverse = [asked for path, asked in photon.asked if path == "/reverse"]
    assert ("osm_tag", "amenity:restaurant") in reverse[0]


def test_places_of_a_kind_in_a_town_lie_in_its_extent(photon: FakeService) -> None:
    found = search(photon, "ravintola Vaduz", lang="fi")
    assert [place.name for place in found.places][:1] == ["Restaurant New Castle"]
    assert all(47.09 < place.coordinate.latitude < 47.1745 for place in found.places)


def test_an_unfinished_text_is_completed_with_kinds_and_places(photon: FakeService) -> None:
    rows = complete(photon, "Vad", hints=NEAR)
    assert [row.display_lines for row in rows] == [
        ("Vaduz", "9490 Vaduz, Liechtenstein"),
        ("Städtle", "9490 Vaduz, Liechtenstein"),
    ]
    assert rows[0].place_id == encode(PlaceRef(Source.RELATION, 1155956))
    kinds = complete(photon, "resta", hints=NEAR)
    assert (kinds[0].display_lines, kinds[0].query) == (("Restaurant", "Search Nearby"), "restaurant")


def test_whether_a_kind_exists_is_asked_once_while_typing(
    photon: FakeService,
) -> None:
    async def type_it(engine: PhotonPlaces) -> list[int]:
        return [
            len(await engine.autocomplete(AutocompleteQuery(text=text, hints=NEAR)))
            for text in ("resta", "restau", "restaur")
        ]

    assert ask(photon, type_it) == [1, 1, 1]
    assert photon.paths.count("/reverse") == 1


def test_a_result_with_an_impossible_coordinate_is_left_out(photon: FakeService) -> None:
    nowhere = TOWN | {"geometry": {"type": "Point", "coordinates": [9.5, 95.0]}}
    photon.answer = lambda _path, _asked: {"type": "FeatureCollection", "features": [nowhere, TOWN]}
    assert len(geocode(photon, "Vaduz")) == 1


def test_a_kind_in_a_town_with_an_unfinished_name_is_offered(photon: FakeService) -> None:
    rows = complete(photon, "restaurant in vad")
    assert [(row.display_lines, row.query) for row in rows] == [
        (("Restaurant", "Vaduz, Liechtenstein"), "restaurant Vaduz, Liechtenstein")
    ]


def test_completions_follow_the_filters_and_the_limit(photon: FakeService) -> None:
    only_places = Filters(result_types=frozenset({ResultType.ADDRESS}))
    assert complete(photon, "resta", hints=NEAR, filters=only_places) == ()
    assert len(complete(photon, "Vad", rows=1)) == 1
    assert complete(photon, " ?") == ()


def test_a_typed_coordinate_is_offered_with_its_address(photon: FakeService) -> None:
    (row,) = complete(photon, "47.14, 9.52")
    assert row.display_lines == ("47.14, 9.52", "Landstrasse 19, 9490 Vaduz, Liechtenstein")
    assert row.query == "47.14, 9.52"


def test_a_place_can_be_looked_up_while_it_is_cached_without_asking_photon(photon: FakeService) -> None:
    town = encode(PlaceRef(Source.RELATION, 1155956))

    async def work(engine: PhotonPlaces) -> list[str]:
        with pytest.raises(CannotError, match="cannot look up a place by its ID"):
            await engine.find_places([town], lang="en")
        await engine.autocomplete(AutocompleteQuery(text="Vad", lang="en"))
        return [(await engine.find_places([town], lang=lang))[town].country or "" for lang in ("en", "fi")]

    assert ask(photon, work) == ["Liechtenstein", "Liechtenstein"]


def test_a_lookup_with_an_id_that_is_not_cached_is_refused(photon: FakeService) -> None:
    town, unknown = encode(PlaceRef(Source.RELATION, 1155956)), encode(PlaceRef(Source.RELATION, 1))

    async def work(engine: PhotonPlaces) -> int:
        await engine.autocomplete(AutocompleteQuery(text="Vad", lang="en"))
        before = len(photon.asked)
        with pytest.raises(CannotError, match="cannot look up a place by its ID"):
            await engine.find_places([town, unknown], lang="fi")
        return len(photon.asked) - before

    assert ask(photon, work) == 0


def test_the_status_has_the_version_and_the_date_of_the_data(photon: FakeService) -> None:
    status = ask(photon, lambda engine: engine.status())
    assert status.ready
    assert status.detail == f"Photon 1.1.0 at {photon.url} answers, data of 2026-11-20T02:00:00Z."
    assert status.sources[0].as_of == "2026-11-20T02:00:00Z"


def test_a_server_that_is_not_photon_is_recognised() -> None:
    with serving(lambda _path, _asked: (200, b"<html>")) as service:
        with pytest.raises(UnavailableError, match="is not Photon"):
            geocode(service, "Vaduz")
        assert not ask(service, lambda engine: engine.status()).ready
