"""A published client for Apple's Maps Server API works with this server, with only its base URL changed.

It is `apple-maps-api` (MIT), which reads every answer into strict models of its own.
"""

from typing import Any

import httpx2
import pytest
from apple_maps_api import AppleMapsClient, MapRegion, PoiCategory, geocode_coordinates, geocode_postal_code

from served import Served

CENTRE = {"lat": 60.1699, "lng": 24.9384}


def a_client(server: Served, key: Any) -> AppleMapsClient:
    client = AppleMapsClient(team_id=key.team_id, key_id=key.key_id, private_key=key.path.read_text())
    client.base_url = server.url
    return client


@pytest.fixture(scope="module")
def client(server: Served, installer: Any, tmp_path_factory: pytest.TempPathFactory) -> AppleMapsClient:
    return a_client(server, installer.key(tmp_path_factory.mktemp("published")))


def test_it_finds_an_address_and_what_is_there(client: AppleMapsClient) -> None:
    place = client.geocode("Mannerheimintie 5, Helsinki", lang="en-GB").results[0]
    assert (place.name, place.countryCode) == ("Mannerheimintie 5", "FI")
    assert place.structuredAddress is not None
    assert place.structuredAddress.postCode == "00100"
    assert place.coordinate is not None
    there = {"lat": place.coordinate.latitude, "lng": place.coordinate.longitude}
    assert client.reverse_geocode(**there).results[0].name == place.name


def test_its_helper_functions_work(client: AppleMapsClient) -> None:
    there = geocode_coordinates(client, lat=CENTRE["lat"], lon=CENTRE["lng"])
    assert there is not None
    assert there.city == "Helsinki"
    found = geocode_postal_code(client, postal_code="00100", country="FI")
    assert found is not None
    assert (found.postal_code, found.city) == ("00100", "Helsinki")


def test_it_searches_page_by_page_until_there_are_no_more(client: AppleMapsClient) -> None:
    page = client.search("coffee", enable_pagination=True, **CENTRE)
    assert page.paginationInfo is not None
    names = [place.id for place in page.results]
    pages = 1
    while page.paginationInfo is not None and page.paginationInfo.nextPageToken:
        page = client.search(page_token=page.paginationInfo.nextPageToken)
        names += [place.id for place in page.results]
        pages += 1
    assert pages > 1
    assert len(set(names)) == len(names)


def test_it_filters_by_category_and_region(client: AppleMapsClient) -> None:
    region = MapRegion(northLatitude=60.175, eastLongitude=24.95, southLatitude=60.165, westLongitude=24.93)
    found = client.search(
        "coffee", search_region=region, search_region_priority="required", include_poi_categories=[PoiCategory.Cafe]
    )
    assert {place.poiCategory for place in found.results} == {PoiCategory.Cafe}
    for place in found.results:
        assert place.coordinate is not None
        assert region.southLatitude <= place.coordinate.latitude <= region.northLatitude


def test_it_opens_the_completion_that_was_chosen(client: AppleMapsClient) -> None:
    completions = client.autocomplete("kah", **CENTRE).results
    chosen = next(one for one in completions if one.location is not None)
    assert chosen.displayLines is not None
    assert client.search_completion(chosen).results[0].name == chosen.displayLines[0]


def test_it_is_refused_once_its_key_is_revoked(server: Served, installer: Any, tmp_path: Any) -> None:
    key = installer.key(tmp_path)
    client = a_client(server, key)
    assert client.geocode("Helsinki").results
    server.trigpoint("key", "revoke", key.key_id, "--reason", "compromised", "--yes").check_returncode()
    with pytest.raises(httpx2.HTTPStatusError) as raised:
        client.geocode("Helsinki")
    assert raised.value.response.status_code == 401
    assert "KEY_REVOKED" in raised.value.response.text
