"""Contract §4.2 to §4.5 and §4.8: every parameter reaches the engine, every field reaches the client."""

import asyncio
from typing import Any

import pytest

from places_fakes import GRIMALDI, FakePlaces, a_place, an_id
from trigpoint.base.errors import InvalidError, NotFoundError, UnavailableError
from trigpoint.base.geo import Point
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.places import StructuredAddress
from trigpoint.maps.queries import GeocodeQuery, Hints, ReverseQuery
from trigpoint.web.v1 import endpoints
from trigpoint.web.v1.endpoints import Endpoint
from wire.place_requests import HINTS, READ_HINTS, answer, asked


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


def test_absent_members_of_a_place_are_left_out() -> None:
    (bare,) = answer(endpoints.GEOCODE, {"q": "x"}, FakePlaces((a_place(country=None, country_code=None),)))["results"]
    assert not {"country", "countryCode", "telephone", "urls", "alternateIds", "poiCategory", "center"} & set(bare)
    rich = a_place(telephone="+37793153600", urls=("https://musee.example",), alternate_ids=(an_id(2),))
    (full,) = answer(endpoints.GEOCODE, {"q": "x"}, FakePlaces((rich,)))["results"]
    assert (full["telephone"], full["urls"]) == ("+37793153600", ["https://musee.example"])
    assert full["alternateIds"] == [an_id(2)]


def test_only_a_place_that_is_looked_up_or_searched_for_tells_its_category() -> None:
    museum = FakePlaces((a_place(poi_category=PoiCategory.MUSEUM),))
    assert "poiCategory" not in answer(endpoints.GEOCODE, {"q": "x"}, museum)["results"][0]
    assert answer(endpoints.PLACE, {"id": an_id()}, museum)["poiCategory"] == "Museum"
    assert answer(endpoints.PLACES, {"ids": an_id()}, museum)["results"][0]["poiCategory"] == "Museum"


def test_nothing_found_is_an_empty_list() -> None:
    assert answer(endpoints.GEOCODE, {"q": "x"}, FakePlaces(())) == {"results": []}
    assert answer(endpoints.REVERSE_GEOCODE, {"loc": "0,0"}, FakePlaces(())) == {"results": []}


def test_an_atlas_without_an_engine_is_unavailable() -> None:
    with pytest.raises(UnavailableError, match="trigpoint places import"):
        asyncio.run(Atlas().geocode(GeocodeQuery(text="x")))


def test_reverse_geocode_passes_point_and_language_on() -> None:
    query = asked(endpoints.REVERSE_GEOCODE, {"loc": "43.7338, 7.4208", "lang": "fr"})
    assert query == ReverseQuery(point=GRIMALDI, lang="fr")


def test_reverse_geocode_without_loc_is_refused() -> None:
    with pytest.raises(InvalidError, match="Parameter 'loc' must be 'latitude,longitude'"):
        answer(endpoints.REVERSE_GEOCODE, {})


def test_one_id_gives_a_bare_place() -> None:
    body = answer(endpoints.PLACE, {"id": an_id(), "lang": "fr"})
    assert body["id"] == an_id()
    assert "results" not in body
    assert asked(endpoints.PLACE, {"id": an_id(), "lang": "fr"}) == ((an_id(),), "fr")


def test_a_malformed_id_and_an_unknown_one_have_different_errors() -> None:
    with pytest.raises(InvalidError, match="Parameter 'id' must be a place ID"):
        answer(endpoints.PLACE, {"id": "I7C250D2CDCB364A"})
    with pytest.raises(NotFoundError, match=f"No place has the ID '{an_id(99)}'"):
        answer(endpoints.PLACE, {"id": an_id(99)})


def test_several_ids_give_places_in_the_requested_order_and_errors() -> None:
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
