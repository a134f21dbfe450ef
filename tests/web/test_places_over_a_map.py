"""Every parameter of the place endpoints has its effect on a real map, as the contract says (§4.1 to §4.5)."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jsonschema_rs
import pytest

from places_fakes import FakePlaces
from routes_fakes import FakeRoutes
from small_map import a_town
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.places import SearchFound
from trigpoint.maps.queries import SearchQuery
from trigpoint.web.v1.endpoints import ENDPOINTS
from trigpoint.wire.openapi import make_document
from trigpoint.wire.parameters import Parameters

ROWS = {row.path: row for row in ENDPOINTS}
DOCUMENT: Any = make_document()


class NothingNear(FakePlaces):
    """Knows a place far away by its name, which no search finds."""

    async def search(self, query: SearchQuery) -> SearchFound:
        self.asked.append(query)
        return SearchFound(places=())


VADUZ, SCHAAN, BUCHS = "47.14,9.52", "47.18,9.52", "47.17,9.44"
AROUND_SCHAAN = "47.19,9.54,47.17,9.50"


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """Liechtenstein with Vaduz and Schaan, and Buchs on the Swiss side of the Rhine."""
    home = tmp_path_factory.mktemp("map")
    town = a_town()
    town.boundary((47.17, 9.40), 0.045, 2, name="Schweiz", name__fr="Suisse", **{"ISO3166-1:alpha2": "CH"})
    town.node((47.17, 9.44), number=9001, place="town", name="Buchs", population="12000")
    town.way([(47.17, 9.435), (47.17, 9.443)], number=9002, highway="residential", name="Bahnhofstrasse")
    town.way([(47.142, 9.515), (47.142, 9.525)], number=9003, highway="residential", name="Bahnhofstrasse")
    town.node((47.1702, 9.44), number=9004, amenity="cafe", name="Café Rhein")
    town.node((47.1802, 9.521), number=9005, amenity="cafe", name="Café Rhein")
    town.node((47.1405, 9.521), number=9006, tourism="museum", name="Landesmuseum", name__en="National Museum")
    town.node((47.1401, 9.5201), number=9007, shop="clothes", name="Buchs")
    square = [(47.1395, 9.519), (47.1395, 9.5195), (47.139, 9.5195), (47.1395, 9.519)]
    town.way(square, number=9300, highway="pedestrian", place="square", name="Rathausplatz", tourism="attraction")
    for number in range(45):
        town.node((47.139 + number * 0.00002, 9.5205), number=9100 + number, shop="books", name=f"Buchladen {number}")
    import_files(home / "places", [town.write(home / "map.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(home)
    yield Atlas(places=engine)
    engine.close()


def ask(atlas: Atlas, path: str, **parameters: str) -> Any:
    """Take a request through its row; the answer is as the OpenAPI document describes it."""
    row = ROWS[path]
    query = row.parse(Parameters({name: [value] for name, value in parameters.items()}))

    async def find() -> Any:
        return await row.ask(atlas, query)

    body = json.loads(row.render(asyncio.run(find())))
    schema = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.validator_for(schema | {"components": DOCUMENT["components"]}).validate(body)
    return body


def lines(atlas: Atlas, path: str, **parameters: str) -> list[str]:
    return [", ".join(place["formattedAddressLines"]) for place in ask(atlas, path, **parameters)["results"]]


def names(atlas: Atlas, **parameters: str) -> list[str]:
    return [place["name"] for place in ask(atlas, "/v1/search", **parameters)["results"]]


@pytest.mark.parametrize("path", ["/v1/geocode", "/v1/search"])
@pytest.mark.parametrize("name", ["searchLocation", "userLocation"])
def test_a_location_puts_the_nearest_first(atlas: Atlas, path: str, name: str) -> None:
    assert "Vaduz" in lines(atlas, path, q="Landstrasse 8", **{name: VADUZ})[0]
    assert "Schaan" in lines(atlas, path, q="Landstrasse 8", **{name: SCHAAN})[0]


@pytest.mark.parametrize("path", ["/v1/geocode", "/v1/search"])
def test_a_region_puts_what_it_shows_first(atlas: Atlas, path: str) -> None:
    assert "Schaan" in lines(atlas, path, q="Landstrasse 8", searchRegion=AROUND_SCHAAN)[0]


def test_the_search_location_takes_precedence_over_the_user_location(atlas: Atlas) -> None:
    found = lines(atlas, "/v1/search", q="Landstrasse 8", searchLocation=SCHAAN, userLocation=VADUZ)
    assert "Schaan" in found[0]


def test_a_default_region_ranks_and_a_required_one_excludes(atlas: Atlas) -> None:
    ranked = lines(atlas, "/v1/search", q="Café Rhein", searchRegion=AROUND_SCHAAN)
    assert len(ranked) == 2
    required = lines(atlas, "/v1/search", q="Café Rhein", searchRegion=AROUND_SCHAAN, searchRegionPriority="required")
    assert len(required) == 1
    assert "Liechtenstein" in required[0]


@pytest.mark.parametrize("path", ["/v1/geocode", "/v1/search"])
def test_a_limit_to_countries_excludes_the_others(atlas: Atlas, path: str) -> None:
    both = lines(atlas, path, q="Bahnhofstrasse", limitToCountries="CH,LI")
    swiss = lines(atlas, path, q="Bahnhofstrasse", limitToCountries="CH")
    assert len(both) == 2
    assert swiss == [line for line in both if line.endswith("Switzerland")]
    assert lines(atlas, path, q="Bahnhofstrasse", limitToCountries="FI") == []


def test_the_language_names_places_and_countries(atlas: Atlas) -> None:
    (german,) = ask(atlas, "/v1/search", q="Landesmuseum", lang="de")["results"]
    (english,) = ask(atlas, "/v1/search", q="Landesmuseum", lang="en")["results"]
    assert (german["name"], english["name"]) == ("Landesmuseum", "National Museum")
    assert german["id"] == english["id"]
    assert lines(atlas, "/v1/reverseGeocode", loc=BUCHS, lang="fr")[0].endswith("Suisse")
    assert lines(atlas, "/v1/geocode", q="Vaduz", lang="ru")[0] == "Вадуц, Лихтенштейн"


def test_result_types_restrict_the_results(atlas: Atlas) -> None:
    assert "Alpspitz" in names(atlas, q="Alpspitz", resultTypeFilter="physicalFeature")
    assert names(atlas, q="Alpspitz", resultTypeFilter="pointOfInterest") == []
    assert "Alpspitz" in names(atlas, q="Alpspitz", resultTypeFilter="poi")
    assert names(atlas, q="Landesmuseum", resultTypeFilter="Address", lang="de") == []


def test_poi_categories_are_included_and_excluded(atlas: Atlas) -> None:
    near = {"searchLocation": VADUZ, "q": "Café Wüest"}
    assert "Café Wüest" in names(atlas, includePoiCategories="Cafe", **near)
    assert "Café Wüest" not in names(atlas, includePoiCategories="Museum", **near)
    assert "Café Wüest" not in names(atlas, excludePoiCategories="Cafe", **near)


def test_address_categories_are_included_and_excluded(atlas: Atlas) -> None:
    only = {"q": "Vaduz", "resultTypeFilter": "address"}
    assert names(atlas, includeAddressCategories="Locality", **only) == ["Vaduz"]
    assert names(atlas, includeAddressCategories="Country", **only) == []
    assert "Vaduz" not in names(atlas, excludeAddressCategories="Locality", **only)


def test_pages_show_everything_once(atlas: Atlas) -> None:
    seen: list[str] = []
    parameters = {"q": "bookshop", "searchLocation": VADUZ, "enablePagination": "true"}
    while parameters:
        page = ask(atlas, "/v1/search", **parameters)
        seen += [place["id"] for place in page["results"]]
        info = page["paginationInfo"]
        assert (info["totalResults"], info["totalPageCount"]) == (45, 3)
        parameters = {"pageToken": info["nextPageToken"]} if "nextPageToken" in info else {}
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize(
    "typed",
    ["Landstrasse 8", "Café", "Muse", "Vad", "Alps", "bookshop", "Landstrasse & A", "cafe in Bu", "bookshop va"],
)
def test_every_completion_opens_exactly_what_it_shows(atlas: Atlas, typed: str) -> None:
    rows = ask(atlas, "/v1/searchAutocomplete", q=typed, searchLocation=VADUZ)["results"]
    assert rows
    for row in rows:
        again = dict(parse_qsl(urlencode(parse_qsl(urlsplit(row["completionUrl"]).query))))
        opened = ask(atlas, "/v1/search", **again)["results"]
        assert opened
        if "structuredAddress" in row:
            (place,) = opened
            assert place["name"] == row["displayLines"][0]
            assert place["coordinate"] == {name: row["location"][name] for name in ("latitude", "longitude")}


def test_the_completion_of_a_kind_of_place_in_an_area_finds_those_there(atlas: Atlas) -> None:
    row = ask(atlas, "/v1/searchAutocomplete", q="café in Bu", searchLocation=VADUZ)["results"][0]
    assert row["displayLines"] == ["Café", "Buchs, Switzerland"]
    opened = ask(atlas, "/v1/search", **dict(parse_qsl(urlsplit(row["completionUrl"]).query)))["results"]
    assert [place["formattedAddressLines"][-1] for place in opened] == ["Switzerland"]


def test_a_restaurant_and_its_address_are_two_places(atlas: Atlas) -> None:
    house = ask(atlas, "/v1/geocode", q="Aeulestrasse 20 Vaduz")["results"][0]
    restaurant = ask(atlas, "/v1/search", q="Löwen")["results"][0]
    assert (house["name"], restaurant["name"]) == ("Aeulestrasse 20", "Löwen")
    found = ask(atlas, "/v1/place", ids=f"{house['id']},{restaurant['id']}")["results"]
    assert [place["name"] for place in found] == ["Aeulestrasse 20", "Löwen"]


def test_a_square_that_is_a_street_too_is_found_once(atlas: Atlas) -> None:
    found = ask(atlas, "/v1/search", q="Rathausplatz")["results"]
    assert [place["name"] for place in found] == ["Rathausplatz"]


def test_results_can_be_looked_up_by_id(atlas: Atlas) -> None:
    found = ask(atlas, "/v1/search", q="Landesmuseum", lang="de")["results"][0]
    same = ask(atlas, "/v1/place/{id}", id=found["id"], lang="de")
    assert {name: same[name] for name in ("id", "name", "coordinate", "formattedAddressLines")} == {
        name: found[name] for name in ("id", "name", "coordinate", "formattedAddressLines")
    }
    several = ask(atlas, "/v1/place", ids=f"{found['id']},I1", lang="de")
    assert several["results"] == [same]
    others = ask(atlas, "/v1/place/alternateIds", ids=found["id"])
    assert others["results"][0]["id"] == found["id"]


@pytest.mark.parametrize("path", ["/v1/geocode", "/v1/search", "/v1/searchAutocomplete"])
@pytest.mark.parametrize(
    "text",
    ["!!!", "x" * 1024, "' OR 1=1 --", "name:a AND (", "\\", "*", "[1 TO 2]", "مرحبا", "e\u0301" * 300, "😀🗺️", "\u202eabc", "\x00",
     "的" * 500, "1 2 3 4 5 6 7 8 9", "Vaduz," * 150, "near me"],
)  # fmt: skip
def test_a_malicious_text_is_handled(atlas: Atlas, path: str, text: str) -> None:
    assert isinstance(ask(atlas, path, q=text)["results"], list)


@pytest.mark.parametrize(
    ("hints", "town"),
    [({}, "Schaan"), ({"userLocation": BUCHS}, "Buchs"), ({"searchLocation": BUCHS}, "Buchs")],
)
def test_a_kind_of_place_as_an_end_is_sought_around_the_hints_or_the_other_end(
    atlas: Atlas, hints: dict[str, str], town: str
) -> None:
    beside = Atlas(places=atlas.places, routes=FakeRoutes())
    found = ask(beside, "/v1/directions", origin=SCHAAN, destination="cafe", **hints)["destination"]
    assert found["structuredAddress"]["locality"] == town


def test_a_kind_of_place_as_an_end_of_which_nothing_is_near_is_no_place_far_away() -> None:
    far = NothingNear()
    beside = Atlas(places=far, routes=FakeRoutes())
    found = ask(beside, "/v1/directions", origin=SCHAAN, destination="airport")
    assert "destination" not in found
    assert [type(query) for query in far.asked] == [SearchQuery]
    assert "destination" in ask(beside, "/v1/directions", origin=SCHAAN, destination="Airport Road")


def test_a_name_as_an_end_is_not_sought_around_the_other_end(atlas: Atlas) -> None:
    beside = Atlas(places=atlas.places, routes=FakeRoutes())
    assert ask(beside, "/v1/directions", origin=BUCHS, destination="Schaan")["destination"]["name"] == "Schaan"


@pytest.mark.parametrize(("hints", "country"), [({}, "CH"), ({"searchLocation": VADUZ}, "LI")])
def test_a_town_as_an_end_comes_before_a_thing_of_its_name_near_the_other_end(
    atlas: Atlas, hints: dict[str, str], country: str
) -> None:
    beside = Atlas(places=atlas.places, routes=FakeRoutes())
    found = ask(beside, "/v1/directions", origin=VADUZ, destination="Buchs", **hints)["destination"]
    assert found["countryCode"] == country
