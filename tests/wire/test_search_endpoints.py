"""Contract §4: /v1/search and /v1/searchAutocomplete, from parameters to bytes."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places_fakes import GRIMALDI, FakePlaces, a_place, a_query_row, a_row, an_id
from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point, region_around
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.queries import AutocompleteQuery, Hints, SearchQuery
from trigpoint.web.v1 import endpoints
from wire.place_requests import FILTERS, HINTS, READ_FILTERS, READ_HINTS, answer, asked


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


def test_search_needs_q_unless_a_page_token_is_given() -> None:
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


def test_pages_are_numbered_only_when_enabled() -> None:
    assert "paginationInfo" not in answer(endpoints.SEARCH, {"q": "x"})
    info = answer(endpoints.SEARCH, {"q": "x", "enablePagination": "true"})["paginationInfo"]
    assert info == {"totalPageCount": 1, "totalResults": 1}
    none = answer(endpoints.SEARCH, {"q": "x", "enablePagination": "true"}, FakePlaces(()))["paginationInfo"]
    assert none == {"totalPageCount": 0, "totalResults": 0}


def test_page_tokens_go_through_all_results_and_back() -> None:
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


def test_a_page_token_contains_the_whole_query_and_other_parameters_are_ignored() -> None:
    places = FakePlaces(tuple(a_place(number) for number in range(1, 46)))
    given_all = {"q": "coffee", "lang": "fr", "searchRegionPriority": "required", "enablePagination": "true"}
    first = answer(endpoints.SEARCH, given_all | HINTS | FILTERS, places)
    token = first["paginationInfo"]["nextPageToken"]
    beside = {"pageToken": token, "q": "tea", "lang": "english", "resultTypeFilter": "odd", "searchRegion": "?"}
    answer(endpoints.SEARCH, beside, places)
    one, two = places.asked
    assert two.page == 2
    assert (two.text, two.lang, two.hints, two.filters) == (one.text, one.lang, one.hints, one.filters)


def test_autocomplete_passes_every_parameter_on() -> None:
    query = asked(
        endpoints.SEARCH_AUTOCOMPLETE, {"q": "caf", "lang": "fr", "searchRegionPriority": "REQUIRED"} | HINTS | FILTERS
    )
    assert query.hints.region_required
    assert query == AutocompleteQuery(text="caf", hints=query.hints, filters=READ_FILTERS, lang="fr")


def test_autocomplete_accepts_the_result_type_query() -> None:
    query = asked(endpoints.SEARCH_AUTOCOMPLETE, {"q": "caf", "resultTypeFilter": "Query"})
    assert query.filters.result_types == {ResultType.QUERY}


def test_every_completion_has_a_url_lines_and_a_location() -> None:
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


def test_the_completion_of_a_place_opens_exactly_that_place() -> None:
    shown = a_place(7, name="Musée océanographique", kind=PlaceKind.POI)
    places = FakePlaces((a_place(1), shown, a_place(2)))
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"}, places)["results"][1]["completionUrl"]
    body = opened(url, places, lang="fr")
    assert [place["id"] for place in body["results"]] == [an_id(7)]
    assert places.asked[-1] == ((an_id(7),), "fr")


def test_the_completion_of_a_deleted_place_searches_for_its_words_there() -> None:
    places = FakePlaces((a_place(1),))
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"}, places)["results"][1]["completionUrl"]
    opened(url, places)
    fallen_back = places.asked[-1]
    assert fallen_back.text == "Musée océanographique Avenue Saint-Martin, 98000 Monaco"
    assert fallen_back.hints.search_location == GRIMALDI


def test_a_query_completion_searches_with_the_hints_it_was_typed_with() -> None:
    places = FakePlaces()
    typed = {"q": "mus", "resultTypeFilter": "poi,query", "searchRegionPriority": "required"} | HINTS
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, typed, places)["results"][0]["completionUrl"]
    opened(url, places, lang="fr", enablePagination="true")
    typed_query, searched = places.asked[-2:]
    assert (searched.text, searched.lang, searched.page, searched.paginated) == ("Museum", "fr", 1, True)
    assert searched.hints == typed_query.hints
    assert searched.filters.result_types == {ResultType.POI}


def test_a_query_completion_without_hints_searches_around_its_location() -> None:
    places = FakePlaces()
    url = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "mus"}, places)["results"][0]["completionUrl"]
    assert not opened(url, places).get("paginationInfo")
    assert places.asked[-1].hints == Hints(search_location=GRIMALDI)


def test_parameters_override_the_metadata_of_a_query_completion() -> None:
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
def test_any_completion_url_survives_being_parsed_and_encoded_again(text: str) -> None:
    places = FakePlaces(rows=(a_query_row(query=text, display_lines=(text, "Search Nearby")), a_row()))
    rows = answer(endpoints.SEARCH_AUTOCOMPLETE, {"q": "x"}, places)["results"]
    assert len(rows[0]["completionUrl"]) < 8_000
    opened(rows[0]["completionUrl"], places)
    assert places.asked[-1].text == " ".join(text.split())[:200].rstrip()
