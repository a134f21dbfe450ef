"""Places from Nominatim: the requests to it, and the results made from its responses."""

import json

import pytest

from service_fakes import FakeService, QueryRunner, serving
from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Box, Point
from trigpoint.engines.nominatim.engine import NominatimPlaces
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.engines import CannotError
from trigpoint.maps.explained import explained_lines
from trigpoint.maps.place_ids import PlaceRef, Source, address_ref, country_ref, encode, interpolation_ref, postcode_ref
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.queries import AutocompleteQuery, Filters, GeocodeQuery, Hints, ReverseQuery

VADUZ = Point(47.14, 9.52)
STAEDTLE = Point(47.141, 9.5215)

NOMINATIM = QueryRunner(NominatimPlaces)
ask, geocode, search = NOMINATIM.ask, NOMINATIM.geocode, NOMINATIM.search


def test_an_address_has_the_parts_lines_and_id_that_an_import_gives_it(nominatim: FakeService) -> None:
    (place,) = geocode(nominatim, "Landstrasse 19 Vaduz")  # the shop at the same address says the same again
    assert place.id == encode(address_ref(PlaceRef(Source.WAY, 364552339)))
    assert (place.kind, place.name) == (PlaceKind.ADDRESS, "Landstrasse 19")
    assert place.address_lines == ("Landstrasse 19", "9490 Vaduz", "Liechtenstein")
    address = place.address
    assert (address.thoroughfare, address.sub_thoroughfare) == ("Landstrasse", "19")
    assert (address.locality, address.sub_administrative_area, address.post_code) == ("Vaduz", "Oberland", "9490")
    assert (address.sub_locality, address.dependent_localities) == ("Ebenholz", ("Ebenholz",))
    assert (place.country, place.country_code) == ("Liechtenstein", "LI")


@pytest.mark.parametrize(
    ("text", "kind", "ref"),
    [
        ("Vaduz", PlaceKind.LOCALITY, PlaceRef(Source.RELATION, 1155956)),
        ("Liechtenstein", PlaceKind.COUNTRY, PlaceRef(Source.RELATION, 1155955)),
        ("Oberland", PlaceKind.SUB_ADMINISTRATIVE_AREA, PlaceRef(Source.RELATION, 1156142)),
        ("9490", PlaceKind.POSTAL_CODE, postcode_ref("LI", "9490")),
        ("Kunstmuseum Liechtenstein", PlaceKind.POI, PlaceRef(Source.WAY, 28712148)),
        ("Rhein", PlaceKind.PHYSICAL_FEATURE, PlaceRef(Source.RELATION, 123924)),
    ],
)
def test_each_kind_of_place_has_its_id(nominatim: FakeService, text: str, kind: PlaceKind, ref: PlaceRef) -> None:
    place = geocode(nominatim, text)[0]
    assert (place.kind, place.id) == (kind, encode(ref))


def test_an_area_has_nothing_of_what_lies_inside_it_and_its_own_extent(nominatim: FakeService) -> None:
    (vaduz,) = geocode(nominatim, "Vaduz")
    assert (vaduz.address.locality, vaduz.address.sub_locality) == ("Vaduz", None)
    assert vaduz.region.north - vaduz.region.south > 0.05
    (country,) = geocode(nominatim, "Liechtenstein", lang="fi")
    assert (country.name, country.address.locality) == ("Liechtenstein", None)


def test_the_ways_of_one_street_are_one_place(nominatim: FakeService) -> None:
    found = geocode(nominatim, "Landstrasse 999 Vaduz")
    assert [(place.kind, place.address.locality) for place in found] == [
        (PlaceKind.STREET, "Vaduz"),
        (PlaceKind.STREET, "Triesen"),
    ]


def test_a_museum_has_its_category_telephone_and_site(nominatim: FakeService) -> None:
    (museum,) = geocode(nominatim, "Kunstmuseum Liechtenstein")
    assert museum.poi_category is PoiCategory.MUSEUM
    assert museum.urls == ("https://www.kunstmuseum.li",)
    assert museum.telephone == "+42(0)32350300"
    assert museum.address_lines[0] == "Städtle 32"


def test_the_language_is_asked_with_its_fallbacks_and_the_country_is_named_in_it(nominatim: FakeService) -> None:
    (place,) = geocode(nominatim, "Landstrasse 19 Vaduz", lang="zh-TW")
    assert nominatim.parameter("accept-language") == "zh-TW,zh-Hant,zh"
    assert place.country == "列支敦斯登"


def test_of_several_house_numbers_one_is_requested(nominatim: FakeService) -> None:
    geocode(nominatim, "Schulgass 24;26a;28, Schaan")
    assert nominatim.parameter("q") == "Schulgass 24, Schaan"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Postfach 12, Landstrasse 19, FL-9490 Vaduz", ["Landstrasse 19, 9490 Vaduz"]),
        ("Landstrasse 19, 2. Stock, Vaduz", ["Landstrasse 19, 2. Stock, Vaduz", "Landstrasse 19, Vaduz"]),
        ("Rathaus, Landstrasse 19, Vaduz", ["Rathaus, Landstrasse 19, Vaduz", "Landstrasse 19, Vaduz"]),
        (
            "Caisa, Weg 6, 1. krs., Vaduz",
            ["Caisa, Weg 6, 1. krs., Vaduz", "Weg 6, 1. krs., Vaduz", "Weg 6, Vaduz"],
        ),
        ("Restaurant, Landstrasse, Vaduz", ["Restaurant, Landstrasse, Vaduz"]),
        ("Weg 1, Vaduz", ["Weg 1, Vaduz"]),
    ],
)
def test_parts_for_mail_delivery_are_removed_and_floor_and_building_if_nothing_is_found(
    nominatim: FakeService, text: str, asked: list[str]
) -> None:
    nominatim.answer = lambda _path, _asked: []
    geocode(nominatim, text)
    assert [dict(told)["q"] for _, told in nominatim.asked] == asked


def test_hints_become_parameters(nominatim: FakeService) -> None:
    region = Box(south=47.0, west=9.4, north=47.3, east=9.7)
    geocode(nominatim, "Vaduz", hints=Hints(search_region=region, countries=frozenset({"LI", "CH"})))
    assert nominatim.parameter("viewbox") == "9.400000,47.000000,9.700000,47.300000"
    assert nominatim.parameter("countrycodes") == "ch,li"
    assert nominatim.parameter("bounded") is None
    geocode(nominatim, "Vaduz", hints=Hints(search_region=region, region_required=True))
    assert nominatim.parameter("bounded") == "1"


def test_a_required_region_across_the_antimeridian_takes_two_requests(nominatim: FakeService) -> None:
    region = Box(south=-20.0, west=170.0, north=-10.0, east=-170.0)
    geocode(nominatim, "Suva", hints=Hints(search_region=region, region_required=True))
    assert sorted(dict(asked)["viewbox"] for _, asked in nominatim.asked) == [
        "-180.000000,-20.000000,-170.000000,-10.000000",
        "170.000000,-20.000000,180.000000,-10.000000",
    ]


def test_results_outside_a_required_region_are_removed(nominatim: FakeService) -> None:
    elsewhere = Box(south=60.0, west=24.0, north=61.0, east=25.0)
    assert geocode(nominatim, "Vaduz", hints=Hints(search_region=elsewhere, region_required=True)) == ()
    assert geocode(nominatim, "Vaduz", hints=Hints(countries=frozenset({"CH"}))) == ()


def test_reverse_gives_the_address_even_if_nominatim_returns_a_hotel_there(nominatim: FakeService) -> None:
    (place,) = ask(nominatim, lambda engine: engine.reverse(ReverseQuery(point=STAEDTLE)))
    assert (place.kind, place.name) == (PlaceKind.ADDRESS, "Städtle 3")
    assert nominatim.parameter("layer") == "address"
    assert geocode(nominatim, "47.141, 9.5215") == (place,)


def test_nothing_is_found_on_open_water_and_for_meaningless_words(nominatim: FakeService) -> None:
    assert ask(nominatim, lambda engine: engine.reverse(ReverseQuery(point=Point(0.0, 0.0)))) == ()
    assert geocode(nominatim, "xqzzy") == ()
    assert search(nominatim, "xqzzy").places == ()


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("restaurant in Vaduz", "en-US"),
        ("ravintola Vaduz", "fi"),
        ("レストラン Vaduz", "ja"),
        ("ресторан в Vaduz", "ru"),
    ],
)
def test_places_of_a_kind_in_a_town_are_requested_by_their_tags(nominatim: FakeService, text: str, lang: str) -> None:
    found = search(nominatim, text, lang=lang)
    assert found.places
    assert {place.poi_category for place in found.places} == {PoiCategory.RESTAURANT}
    assert "[amenity=restaurant] Vaduz" in [dict(asked).get("q") for _, asked in nominatim.asked]


def test_places_of_a_kind_around_a_point_come_nearest_first(nominatim: FakeService) -> None:
    found = search(nominatim, "restaurant", hints=Hints(search_location=VADUZ))
    distances = [place.coordinate.distance_to(VADUZ) for place in found.places if place.name != "restaurant"]
    assert len(found.places) >= 5
    assert distances == sorted(distances)
    assert "[amenity=restaurant] 47.140000,9.520000" in [dict(asked).get("q") for _, asked in nominatim.asked]


def test_a_nameless_charger_has_the_name_of_its_kind_and_a_nameless_shop_its_address() -> None:
    def row(**changes: object) -> dict[str, object]:
        address = {"house_number": "22", "road": "Äulestrasse", "town": "Vaduz", "country_code": "li"}
        return {"osm_type": "node", "lat": "47.14", "lon": "9.52", "name": "", "address": address} | changes

    rows = [
        row(osm_id=1, category="amenity", type="charging_station"),
        row(osm_id=2, category="shop", type="watches"),
    ]
    with serving(lambda _path, _asked: rows) as service:
        charger, *_ = search(service, "charging station", hints=Hints(search_location=VADUZ)).places
        found = geocode(service, "Äulestrasse 22 Vaduz")
    assert (charger.kind, charger.poi_category, charger.name) == (PlaceKind.POI, PoiCategory.EV_CHARGER, "EV charger")
    assert [(place.kind, place.name) for place in found] == [(PlaceKind.ADDRESS, "Äulestrasse 22")]


def test_a_tag_for_which_nominatim_fails_does_not_hide_others(nominatim: FakeService) -> None:
    usual = nominatim.answer
    nominatim.answer = lambda path, asked: (
        (500, b"") if "food_court" in dict(asked).get("q", "") else usual(path, asked)
    )
    assert search(nominatim, "restaurant in Vaduz").places


def test_filters_are_applied_to_the_results(nominatim: FakeService) -> None:
    museums = Filters(include_poi=frozenset({PoiCategory.MUSEUM}))
    addresses = Filters(result_types=frozenset({ResultType.ADDRESS}))
    assert search(nominatim, "Kunstmuseum Liechtenstein", filters=museums).total == 1
    assert search(nominatim, "Kunstmuseum Liechtenstein", filters=addresses).places == ()
    without = Filters(exclude_poi=frozenset({PoiCategory.MUSEUM}))
    assert search(nominatim, "Kunstmuseum Liechtenstein", filters=without).places == ()


def test_pages_end_with_the_results_of_one_request_to_nominatim() -> None:
    def rows(path: str, _asked: object) -> object:
        if path != "/search":
            return []
        return [
            {"osm_type": "node", "osm_id": at, "lat": "47.1", "lon": "9.5", "category": "tourism", "type": "artwork",
             "name": f"Stone {at}", "address": {"country_code": "li"}}
            for at in range(1, 41)
        ]  # fmt: skip

    with serving(rows) as service:
        pages = [search(service, "stone", page=page, page_size=20) for page in (1, 2, 3)]
        assert service.parameter("limit") == "40"
    assert [page.total for page in pages] == [40, 40, 40]
    assert [len(page.places) for page in pages] == [20, 20, 0]
    assert pages[1].places[0].name == "Stone 21"


def test_ids_are_looked_up_and_an_address_is_another_place_than_its_object(nominatim: FakeService) -> None:
    shop, house = PlaceRef(Source.NODE, 4759734023), PlaceRef(Source.WAY, 364552339)
    asked = [encode(shop), encode(address_ref(shop)), encode(address_ref(house)), encode(PlaceRef(Source.NODE, 1))]
    found = ask(nominatim, lambda engine: engine.find_places(asked, lang="en"))
    assert list(found) == asked[:3]
    assert [(place.id, place.kind, place.name) for place in found.values()] == [
        (asked[0], PlaceKind.POI, "Coop Pronto"),
        (asked[1], PlaceKind.ADDRESS, "Landstrasse 19"),
        (asked[2], PlaceKind.ADDRESS, "Landstrasse 19"),
    ]
    assert nominatim.parameter("osm_ids") == "N4759734023,W364552339,N1"


def test_many_ids_are_looked_up_in_batches(nominatim: FakeService) -> None:
    asked = [encode(PlaceRef(Source.NODE, number)) for number in range(1, 102)]
    assert ask(nominatim, lambda engine: engine.find_places(asked, lang="en")) == {}
    portions = [dict(told)["osm_ids"].count(",") + 1 for _, told in nominatim.asked]
    assert sorted(portions) == [1, 50, 50]  # they are asked at once


def test_countries_are_looked_up_by_name_and_towns_of_geonames_are_unknown(nominatim: FakeService) -> None:
    country, town = encode(country_ref("LI")), encode(PlaceRef(Source.GEONAMES, 3042030))
    found = ask(nominatim, lambda engine: engine.find_places([country, town], lang="de"))
    assert list(found) == [country]
    assert (found[country].id, found[country].kind) == (country, PlaceKind.COUNTRY)


def test_a_postal_code_can_be_looked_up_while_it_is_cached(nominatim: FakeService) -> None:
    code = encode(postcode_ref("LI", "9490"))

    async def twice(engine: NominatimPlaces) -> list[list[str]]:
        before = await engine.find_places([code], lang="en")
        await engine.geocode(GeocodeQuery(text="9490", lang="en"))
        return [
            list(before),
            list(await engine.find_places([code], lang="en")),
            list(await engine.find_places([code], lang="de")),
        ]

    assert ask(nominatim, twice) == [[], [code], [code]]


def test_an_interpolated_house_has_the_id_that_an_import_gives_it() -> None:
    row = {
        "osm_type": "way", "osm_id": 77, "lat": "47.1", "lon": "9.5", "category": "place", "type": "house", "name": "",
        "address": {"house_number": "12", "road": "Weg", "country_code": "li"},
        "boundingbox": ["47.0999500", "47.1000500", "9.4999500", "9.5000500"],
    }  # fmt: skip
    with serving(lambda _path, _asked: [row]) as service:
        (place,) = geocode(service, "Weg 12")
    assert place.id == encode(interpolation_ref(77, 12))
    assert place.name == "Weg 12"


def test_there_are_no_alternate_ids(nominatim: FakeService) -> None:
    vaduz, unknown = encode(PlaceRef(Source.RELATION, 1155956)), encode(PlaceRef(Source.NODE, 1))
    assert ask(nominatim, lambda engine: engine.find_alternate_ids([vaduz, unknown])) == {vaduz: ()}


def test_autocomplete_is_unavailable_and_the_error_says_what_to_set(nominatim: FakeService) -> None:
    with pytest.raises(CannotError, match="TRIGPOINT_PHOTON_URL, or import a region"):
        ask(nominatim, lambda engine: engine.autocomplete(AutocompleteQuery(text="Vad")))
    assert nominatim.asked == []


def test_the_status_has_the_version_the_date_of_the_data_and_the_licence(nominatim: FakeService) -> None:
    status = ask(nominatim, lambda engine: engine.status())
    assert status.ready
    assert status.detail == (f"Nominatim 5.3.3 at {nominatim.url} answers, data of 2026-11-26T20:21:14+00:00.")
    (source,) = status.sources
    assert (source.attribution, source.licence) == ("© OpenStreetMap contributors", "ODbL 1.0")
    assert source.as_of == "2026-11-26T20:21:14+00:00"


def test_a_nominatim_that_reports_an_error_is_not_ready(nominatim: FakeService) -> None:
    nominatim.answer = lambda _path, _asked: {"status": 700, "message": "Database connection failed"}
    assert not ask(nominatim, lambda engine: engine.status()).ready


def test_a_server_that_is_not_nominatim_is_recognised() -> None:
    with serving(lambda _path, _asked: (200, b"<html>")) as service:
        with pytest.raises(UnavailableError, match="is not Nominatim"):
            geocode(service, "Vaduz")
        assert not ask(service, lambda engine: engine.status()).ready


def test_an_invalid_result_is_left_out() -> None:
    good = {"osm_type": "node", "osm_id": 5, "lat": "47.1", "lon": "9.5", "category": "place", "type": "town",
            "name": "Here", "addresstype": "town", "place_rank": 18}  # fmt: skip
    rows = [
        good | {"lat": "north"},
        good | {"lat": "nan"},
        good | {"lon": "190"},
        good | {"osm_type": None, "osm_id": None},
        good,
    ]
    with serving(lambda _path, _asked: (200, json.dumps(rows).encode())) as service:
        assert [place.name for place in geocode(service, "Here")] == ["Here"]


def test_the_explanation_shows_the_results_of_nominatim(nominatim: FakeService) -> None:
    told = ask(nominatim, lambda engine: engine.explain(GeocodeQuery(text="Landstrasse 19 Vaduz")))
    assert told.decided == "'Landstrasse 19', the first result of Nominatim."
    assert [(one.name, one.source) for one in told.candidates] == [("Landstrasse 19", "Nominatim")]
    assert explained_lines(told)[2:4] == [
        "Candidates",
        "  1. Landstrasse 19 (address, Nominatim; found by its own search)",
    ]
    post = ask(nominatim, lambda engine: engine.explain(GeocodeQuery(text="Postfach 12, Landstrasse 19, Vaduz")))
    assert post.set_aside == ("Postfach 12",)
    nothing = ask(nominatim, lambda engine: engine.explain(GeocodeQuery(text="xqzzy")))
    assert nothing.decided == "Nominatim finds nothing."
