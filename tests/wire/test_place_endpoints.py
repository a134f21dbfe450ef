"""Contract §4.2 to §4.5 and §4.8: every parameter reaches the engine, every field reaches the client."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places_fakes import GRIMALDI, FakePlaces, a_place, a_query_row, a_row, an_id
from trigpoint.base.errors import InvalidError, NotFoundError, UnavailableError
from trigpoint.base.geo import Box, Point, region_around
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.places import PlaceKind, StructuredAddress
from trigpoint.maps.queries import AutocompleteQuery, Filters, GeocodeQuery, Hints, ReverseQuery, SearchQuery
from trigpoint.web.v1 import endpoints
from trigpoint.web.v1.endpoints import Endpoint
from trigpoint.wire.parameters import Parameters

HINTS = {
    "limitToCountries": "mc,FR",
    "searchLocation": "43.7,7.4",
    "userLocation": "43.8,7.5",
    "searchRegion": "44,8,43,7",
}
READ_HINTS = Hints(
    search_location=Point(43.7, 7.4),
    user_location=Point(43.8, 7.5),
    search_region=Box(south=43, west=7, north=44, east=8),
    countries=frozenset({"MC", "FR"}),
)
FILTERS = {
    "resultTypeFilter": "Poi,Address",
    "includePoiCategories": "Cafe,EVCharger",
    "excludePoiCategories": "Nightlife",
    "includeAddressCategories": "Locality",
    "excludeAddressCategories": "PostalCode",
}
READ_FILTERS = Filters(
    result_types=frozenset({ResultType.POI, ResultType.ADDRESS}),
    include_poi=frozenset({PoiCategory.CAFE, PoiCategory.EV_CHARGER}),
    exclude_poi=frozenset({PoiCategory.NIGHTLIFE}),
    include_address=frozenset({AddressCategory.LOCALITY}),
    exclude_address=frozenset({AddressCategory.POSTAL_CODE}),
)


def answer(endpoint: Endpoint[Any, Any], parameters: Mapping[str, str], places: FakePlaces | None = None) -> Any:
    """Take a request through a row, without HTTP around it; give the decoded body."""
    atlas = Atlas(places=places or FakePlaces())
    query = endpoint.parse(Parameters({name: [value] for name, value in parameters.items()}))
    body = endpoint.render(asyncio.run(_ask(endpoint, atlas, query)))
    assert b'":null' not in body  # a text may say null
    return json.loads(body)


async def _ask(endpoint: Endpoint[Any, Any], atlas: Atlas, query: Any) -> Any:
    return await endpoint.ask(atlas, query)


def asked(endpoint: Endpoint[Any, Any], parameters: Mapping[str, str]) -> Any:
    """Give what the engine was asked."""
    places = FakePlaces()
    answer(endpoint, parameters, places)
    return places.asked[-1]


# /v1/geocode


def test_geocode_passes_every_parameter_on() -> None:
    query = asked(endpoints.GEOCODE, {"q": " 12 Rue Grimaldi ", "lang": "fr-mc"} | HINTS)
    assert query == GeocodeQuery(text="12 Rue Grimaldi", hints=READ_HINTS, lang="fr-MC")


def test_geocode_needs_only_q_and_ignores_what_it_does_not_know() -> None:
    query = asked(endpoints.GEOCODE, {"q": "x", "limit": "1", "center": "?", "searchRegionPriority": "odd"})
    assert query == GeocodeQuery(text="x", hints=Hints(), lang="en-US")


def test_geocode_without_q_is_refused() -> None:
    with pytest.raises(InvalidError, match="Parameter 'q' must be given"):
        answer(endpoints.GEOCODE, {"q": "  "})


def test_a_place_has_apples_fields_in_apples_order() -> None:
    (place,) = answer(endpoints.GEOCODE, {"q": "x"})["results"]
    assert list(place) == [
        "id",
        "coordinate",
        "displayMapRegion",
        "name",
        "formattedAddressLines",
        "structuredAddress",
        "country",
        "countryCode",
    ]
    assert place["coordinate"] == {"latitude": 43.7338, "longitude": 7.4208}
    assert place["name"] == "12 Rue Grimaldi"
    assert place["formattedAddressLines"] == ["12 Rue Grimaldi", "98000 Monaco", "Monaco"]
    assert list(place["structuredAddress"].items()) == [
        ("locality", "Monaco"),
        ("postCode", "98000"),
        ("thoroughfare", "Rue Grimaldi"),
        ("subThoroughfare", "12"),
        ("fullThoroughfare", "12 Rue Grimaldi"),
    ]
    assert (place["country"], place["countryCode"]) == ("Monaco", "MC")


def test_a_region_is_south_west_north_east_500_metres_each_way() -> None:
    region = answer(endpoints.GEOCODE, {"q": "x"})["results"][0]["displayMapRegion"]
    assert list(region) == ["southLatitude", "westLongitude", "northLatitude", "eastLongitude"]
    assert region["northLatitude"] - region["southLatitude"] == pytest.approx(2 * 0.0044915764, abs=3e-7)
    metres = Point(43.7338, region["westLongitude"]).distance_to(Point(43.7338, region["eastLongitude"]))
    assert metres == pytest.approx(1000, abs=0.1)


def test_a_structured_address_has_all_eleven_parts_or_is_empty() -> None:
    address = StructuredAddress(
        administrative_area="California",
        sub_administrative_area="Santa Clara County",
        administrative_area_code="CA",
        locality="Cupertino",
        post_code="95014",
        sub_locality="North",
        thoroughfare="Apple Park Way",
        sub_thoroughfare="1",
        full_thoroughfare="1 Apple Park Way",
        areas_of_interest=("Apple Park",),
        dependent_localities=("North",),
    )
    whole, empty = answer(
        endpoints.GEOCODE, {"q": "x"}, FakePlaces((a_place(address=address), a_place(address=StructuredAddress())))
    )["results"]
    assert whole["structuredAddress"] == {
        "administrativeArea": "California",
        "subAdministrativeArea": "Santa Clara County",
        "administrativeAreaCode": "CA",
        "locality": "Cupertino",
        "postCode": "95014",
        "subLocality": "North",
        "thoroughfare": "Apple Park Way",
        "subThoroughfare": "1",
        "fullThoroughfare": "1 Apple Park Way",
        "areasOfInterest": ["Apple Park"],
        "dependentLocalities": ["North"],
    }
    assert empty["structuredAddress"] == {}


def test_what_a_place_lacks_is_left_out() -> None:
    (bare,) = answer(endpoints.GEOCODE, {"q": "x"}, FakePlaces((a_place(country=None, country_code=None),)))["results"]
    assert not {"country", "countryCode", "telephone", "urls", "alternateIds", "poiCategory", "center"} & set(bare)
    rich = a_place(telephone="+37793153600", urls=("https://musee.example",), alternate_ids=(an_id(2),))
    (full,) = answer(endpoints.GEOCODE, {"q": "x"}, FakePlaces((rich,)))["results"]
    assert (full["telephone"], full["urls"]) == ("+37793153600", ["https://musee.example"])
    assert full["alternateIds"] == [an_id(2)]


def test_nothing_found_is_an_empty_list() -> None:
    assert answer(endpoints.GEOCODE, {"q": "x"}, FakePlaces(())) == {"results": []}
    assert answer(endpoints.REVERSE_GEOCODE, {"loc": "0,0"}, FakePlaces(())) == {"results": []}


def test_an_atlas_without_an_engine_is_unavailable() -> None:
    with pytest.raises(UnavailableError, match="trigpoint places import"):
        asyncio.run(Atlas().geocode(GeocodeQuery(text="x")))


# /v1/reverseGeocode


def test_reverse_geocode_passes_point_and_language_on() -> None:
    query = asked(endpoints.REVERSE_GEOCODE, {"loc": "43.7338, 7.4208", "lang": "fr"})
    assert query == ReverseQuery(point=GRIMALDI, lang="fr")


def test_reverse_geocode_without_loc_is_refused() -> None:
    with pytest.raises(InvalidError, match="Parameter 'loc' must be 'latitude,longitude'"):
        answer(endpoints.REVERSE_GEOCODE, {})


# /v1/search


def test_search_passes_every_parameter_on() -> None:
    given_all = {"q": "coffee", "lang": "fr", "searchRegionPriority": "required", "enablePagination": "true"}
    query = asked(endpoints.SEARCH, given_all | HINTS | FILTERS)
    hints = Hints(
        search_location=READ_HINTS.search_location,
        user_location=READ_HINTS.user_location,
        search_region=READ_HINTS.search_region,
        region_required=True,
        countries=READ_HINTS.countries,
    )
    assert query == SearchQuery(text="coffee", hints=hints, filters=READ_FILTERS, lang="fr", paginated=True)


def test_search_needs_q_unless_a_page_token_comes() -> None:
    with pytest.raises(InvalidError, match="Parameter 'q' must be given"):
        answer(endpoints.SEARCH, {"lang": "fr"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("resultTypeFilter", "query"),
        ("includePoiCategories", "Coffeeshop"),
        ("excludePoiCategories", "x"),
        ("includeAddressCategories", "City"),
        ("excludeAddressCategories", "Street"),
        ("searchRegionPriority", "must"),
        ("enablePagination", "yes"),
        ("searchLocation", "here"),
        ("userLocation", "91,0"),
        ("searchRegion", "1,2,3"),
        ("limitToCountries", "FRA"),
        ("lang", "french"),
        ("pageToken", "2"),
        ("metadata", "ChwKFE11c2V1bQ=="),
    ],
)
def test_a_bad_value_names_its_parameter(name: str, value: str) -> None:
    with pytest.raises(InvalidError) as refused:
        answer(endpoints.SEARCH, {"q": "x", name: value})
    assert refused.value.name == name
    assert refused.value.received == value


def test_address_categories_need_address_among_the_result_types() -> None:
    filters = {"q": "x", "includeAddressCategories": "Locality"}
    with pytest.raises(InvalidError, match="Parameter 'resultTypeFilter' must be given with 'address'"):
        answer(endpoints.SEARCH, filters | {"resultTypeFilter": "poi"})
    answer(endpoints.SEARCH, filters | {"resultTypeFilter": "poi,address"})
    answer(endpoints.SEARCH, filters)


def test_a_search_result_has_apples_fields_in_apples_order() -> None:
    cafe = a_place(kind=PlaceKind.POI, name="Café de Paris", poi_category=PoiCategory.CAFE)
    body = answer(endpoints.SEARCH, {"q": "x"}, FakePlaces((cafe,)))
    assert list(body) == ["displayMapRegion", "results"]
    assert list(body["results"][0]) == [
        "id",
        "name",
        "formattedAddressLines",
        "structuredAddress",
        "country",
        "countryCode",
        "coordinate",
        "displayMapRegion",
        "poiCategory",
    ]
    assert body["results"][0]["poiCategory"] == "Cafe"


def test_every_search_answer_has_a_region_even_an_empty_one() -> None:
    body = answer(endpoints.SEARCH, {"q": "x", "searchLocation": "43.7338,7.4208"}, FakePlaces(()))
    around = region_around(GRIMALDI)
    assert body["results"] == []
    assert body["displayMapRegion"]["southLatitude"] == pytest.approx(around.south)
    assert body["displayMapRegion"]["eastLongitude"] == pytest.approx(around.east)


def test_the_region_of_a_search_holds_all_its_results() -> None:
    places = FakePlaces((a_place(1, coordinate=Point(0, 179.9)), a_place(2, coordinate=Point(1, -179.9))))
    region = answer(endpoints.SEARCH, {"q": "x"}, places)["displayMapRegion"]
    assert region["westLongitude"] == pytest.approx(179.9, abs=0.01)
    assert region["eastLongitude"] == pytest.approx(-179.9, abs=0.01)


def test_pages_are_counted_only_when_asked_for() -> None:
    assert "paginationInfo" not in answer(endpoints.SEARCH, {"q": "x"})
    info = answer(endpoints.SEARCH, {"q": "x", "enablePagination": "true"})["paginationInfo"]
    assert info == {"totalPageCount": 1, "totalResults": 1}
    none = answer(endpoints.SEARCH, {"q": "x", "enablePagination": "true"}, FakePlaces(()))["paginationInfo"]
    assert none == {"totalPageCount": 0, "totalResults": 0}


def test_page_tokens_lead_through_all_results_and_back() -> None:
    places = FakePlaces(tuple(a_place(number) for number in range(1, 46)))
    first = answer(endpoints.SEARCH, {"q": "x", "enablePagination": "true", "lang": "fr"} | HINTS, places)
    assert first["paginationInfo"].keys() == {"nextPageToken", "totalPageCount", "totalResults"}
    assert (first["paginationInfo"]["totalPageCount"], first["paginationInfo"]["totalResults"]) == (3, 45)
    second = answer(endpoints.SEARCH, {"pageToken": first["paginationInfo"]["nextPageToken"]}, places)
    third = answer(endpoints.SEARCH, {"pageToken": second["paginationInfo"]["nextPageToken"]}, places)
    assert "nextPageToken" not in third["paginationInfo"]
    seen = [place["id"] for page in (first, second, third) for place in page["results"]]
    assert seen == [place.id for place in places.places]
    again = answer(endpoints.SEARCH, {"pageToken": second["paginationInfo"]["prevPageToken"]}, places)
    assert again == first


def test_a_page_token_carries_the_whole_query_and_ignores_what_stands_beside_it() -> None:
    places = FakePlaces(tuple(a_place(number) for number in range(1, 46)))
    given_all = {"q": "coffee", "lang": "fr", "searchRegionPriority": "required", "enablePagination": "true"}
    first = answer(endpoints.SEARCH, given_all | HINTS | FILTERS, places)
    token = first["paginationInfo"]["nextPageToken"]
    beside = {"pageToken": token, "q": "tea", "lang": "english", "resultTypeFilter": "odd", "searchRegion": "?"}
    answer(endpoints.SEARCH, beside, places)
    one, two = places.asked
    assert two.page == 2
    assert (two.text, two.lang, two.hints, two.filters) == (one.text, one.lang, one.hints, one.filters)


# /v1/searchAutocomplete


def test_autocomplete_passes_every_parameter_on() -> None:
    query = asked(
        endpoints.SEARCH_AUTOCOMPLETE, {"q": "caf", "lang": "fr", "searchRegionPriority": "REQUIRED"} | HINTS | FILTERS
    )
    assert query.hints.region_required
    assert query == AutocompleteQuery(text="caf", hints=query.hints, filters=READ_FILTERS, lang="fr")


def test_autocomplete_knows_the_result_type_query() -> None:
    query = asked(endpoints.SEARCH_AUTOCOMPLETE, {"q": "caf", "resultTypeFilter": "Query"})
    assert query.filters.result_types == {ResultType.QUERY}


def test_every_row_has_url_lines_and_a_location_of_two_members() -> None:
    query_row, place_row = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"})["results"]
    assert list(query_row) == ["completionUrl", "displayLines", "location"]
    assert list(place_row) == ["completionUrl", "displayLines", "location", "structuredAddress"]
    assert query_row["displayLines"] == ["Museum", "Search Nearby"]
    assert place_row["structuredAddress"] == {"locality": "Monaco"}
    for row in (query_row, place_row):
        assert list(row["location"].items()) == [("latitude", 43.7338), ("longitude", 7.4208)]


def test_a_completion_url_is_relative_encoded_and_carries_no_language() -> None:
    rows = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus", "lang": "fr"})["results"]
    assert rows[0]["completionUrl"].startswith("/v1/search?q=Museum&metadata=")
    lines = "Mus%C3%A9e%20oc%C3%A9anographique%20Avenue%20Saint-Martin%2C%2098000%20Monaco"
    assert rows[1]["completionUrl"].startswith(f"/v1/search?q={lines}&metadata=")
    assert all("lang" not in row["completionUrl"] and "+" not in row["completionUrl"] for row in rows)


def opened(url: str, places: FakePlaces, **more: str) -> Any:
    """Open a completion URL as a client does: parsed, encoded again, the language added."""
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path) == ("", "", "/v1/search")
    encoded_again = urlencode(parse_qsl(parts.query, strict_parsing=True) + list(more.items()))
    return answer(endpoints.SEARCH, dict(parse_qsl(encoded_again)), places)


def test_a_row_of_a_place_opens_exactly_that_place() -> None:
    shown = a_place(7, name="Musée océanographique", kind=PlaceKind.POI)
    places = FakePlaces((a_place(1), shown, a_place(2)))
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"}, places)["results"][1]["completionUrl"]
    body = opened(url, places, lang="fr")
    assert [place["id"] for place in body["results"]] == [an_id(7)]
    assert places.asked[-1] == ((an_id(7),), "fr")


def test_a_row_whose_place_is_gone_searches_for_its_words_where_it_was() -> None:
    places = FakePlaces((a_place(1),))
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"}, places)["results"][1]["completionUrl"]
    opened(url, places)
    fallen_back = places.asked[-1]
    assert fallen_back.text == "Musée océanographique Avenue Saint-Martin, 98000 Monaco"
    assert fallen_back.hints.search_location == GRIMALDI


def test_a_query_row_searches_where_and_how_it_was_typed() -> None:
    places = FakePlaces()
    typed = {"q": "mus", "resultTypeFilter": "poi,query", "searchRegionPriority": "required"} | HINTS
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, typed, places)["results"][0]["completionUrl"]
    opened(url, places, lang="fr", enablePagination="true")
    typed_query, searched = places.asked[-2:]
    assert (searched.text, searched.lang, searched.page, searched.paginated) == ("Museum", "fr", 1, True)
    assert searched.hints == typed_query.hints
    assert searched.filters.result_types == {ResultType.POI}


def test_a_query_row_without_hints_searches_around_its_location() -> None:
    places = FakePlaces()
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"}, places)["results"][0]["completionUrl"]
    assert not opened(url, places).get("paginationInfo")
    assert places.asked[-1].hints == Hints(search_location=GRIMALDI)


def test_parameters_beside_the_metadata_of_a_query_row_win() -> None:
    places = FakePlaces()
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"} | HINTS, places)["results"][0]["completionUrl"]
    opened(url, places, searchLocation="1,2", limitToCountries="FI")
    hints = places.asked[-1].hints
    assert (hints.search_location, hints.countries) == (Point(1, 2), {"FI"})
    assert hints.search_region == READ_HINTS.search_region


def test_damaged_metadata_is_refused() -> None:
    places = FakePlaces()
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"}, places)["results"][1]["completionUrl"]
    with pytest.raises(
        InvalidError, match="Parameter 'metadata' must be copied whole and unchanged from a 'completion"
    ):
        opened(url[:-1] + ("A" if url[-1] != "A" else "Q"), places)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300).filter(str.strip))
def test_any_row_survives_being_parsed_and_encoded_again(text: str) -> None:
    places = FakePlaces(rows=(a_query_row(query=text, display_lines=(text, "Search Nearby")), a_row()))
    rows = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "x"}, places)["results"]
    assert len(rows[0]["completionUrl"]) < 8_000
    opened(rows[0]["completionUrl"], places)
    assert places.asked[-1].text == " ".join(text.split())[:200].rstrip()


# /v1/place/{id}, /v1/place, /v1/place/alternateIds


def test_one_id_gives_a_bare_place() -> None:
    body = answer(endpoints.PLACE, {"id": an_id(), "lang": "fr"})
    assert body["id"] == an_id()
    assert "results" not in body
    assert asked(endpoints.PLACE, {"id": an_id(), "lang": "fr"}) == ((an_id(),), "fr")


def test_a_malformed_id_and_an_unknown_one_are_told_apart() -> None:
    with pytest.raises(InvalidError, match="Parameter 'id' must be a place ID"):
        answer(endpoints.PLACE, {"id": "I7C250D2CDCB364A"})
    with pytest.raises(NotFoundError, match=f"No place has the ID '{an_id(99)}'"):
        answer(endpoints.PLACE, {"id": an_id(99)})


def test_several_ids_give_places_in_the_order_asked_and_errors_beside_them() -> None:
    places = FakePlaces(tuple(a_place(number) for number in (1, 2, 3)))
    ids = ",".join([an_id(3), "I123", an_id(99), an_id(1), an_id(3)])
    body = answer(endpoints.PLACES, {"ids": ids, "lang": "fr"}, places)
    assert list(body) == ["results", "errors"]
    assert [place["id"] for place in body["results"]] == [an_id(3), an_id(1)]
    assert body["errors"] == [
        {"errorCode": "FAILED_INVALID_ID", "id": "I123"},
        {"errorCode": "FAILED_NOT_FOUND", "id": an_id(99)},
    ]
    assert places.asked == [((an_id(3), an_id(99), an_id(1)), "fr")]


@pytest.mark.parametrize("endpoint", [endpoints.PLACES, endpoints.ALTERNATE_IDS])
def test_ids_are_required(endpoint: Endpoint[Any, Any]) -> None:
    with pytest.raises(InvalidError, match="Parameter 'ids' must be place IDs with commas between them"):
        answer(endpoint, {"ids": ","})


def test_alternate_ids_are_given_for_each_id_even_when_there_are_none() -> None:
    places = FakePlaces(alternates={an_id(1): (an_id(2),), an_id(3): ()})
    body = answer(endpoints.ALTERNATE_IDS, {"ids": f"{an_id(1)},{an_id(3)},{an_id(4)},x"}, places)
    assert body == {
        "results": [{"id": an_id(1), "alternateIds": [an_id(2)]}, {"id": an_id(3), "alternateIds": []}],
        "errors": [{"errorCode": "FAILED_NOT_FOUND", "id": an_id(4)}, {"errorCode": "FAILED_INVALID_ID", "id": "x"}],
    }
