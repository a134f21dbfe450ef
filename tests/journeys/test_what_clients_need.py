"""What fifteen public clients rely on (contract §9), item by item, over real HTTP and real map data."""

import base64
import json
import time
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import httpx
import pytest

from served import Served
from trigpoint.engines.valhalla.configuration import is_installed
from trigpoint.maps.categories import PoiCategory

PLACE_MEMBERS = {
    "name",
    "coordinate",
    "displayMapRegion",
    "formattedAddressLines",
    "structuredAddress",
    "country",
    "countryCode",
}
CENTRE = "60.1699,24.9384"
needs_valhalla = pytest.mark.skipif(
    not is_installed(), reason="Valhalla has no wheel for this Python (3.12 or later has)"
)


class Api:
    """A client of the shared server, with an access token of its own."""

    def __init__(self, server: Served, key: Any) -> None:
        self.server = server
        self.auth = key.signer.auth_token()
        self.token = server.get("/v1/token", self.auth).json()["accessToken"]

    def get(self, path: str, **parameters: str) -> httpx.Response:
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self.server.get(path + query, self.token)

    def results(self, path: str, **parameters: str) -> list[dict[str, Any]]:
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["results"]
        return found


@pytest.fixture(scope="module")
def api(server: Served, installer: Any, tmp_path_factory: pytest.TempPathFactory) -> Api:
    return Api(server, installer.key(tmp_path_factory.mktemp("clients")))


def members(value: Any) -> list[Any]:
    """List every value at every depth."""
    if isinstance(value, dict):
        return [item for one in value.values() for item in members(one)] + [value]
    if isinstance(value, list):
        return [item for one in value for item in members(one)]
    return [value]


def test_1_the_access_token_is_a_jwt_that_any_client_can_decode(api: Api) -> None:
    answer = api.server.get("/v1/token", api.auth).json()
    header, payload, signature = answer["accessToken"].split(".")
    assert header
    assert signature
    text = base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=None, validate=True).decode("ascii")
    assert not set(text) & set(">?~")
    assert json.loads(text)["exp"] > time.time()
    assert type(answer["expiresInSeconds"]) is int
    assert answer["expiresInSeconds"] > 60


def test_2_absent_members_are_left_out_and_required_ones_are_present(api: Api) -> None:
    answers = [
        api.get("/v1/geocode", q="Mannerheimintie 5, Helsinki").json(),
        api.get("/v1/reverseGeocode", loc=CENTRE).json(),
        api.get("/v1/search", q="cafe", searchLocation=CENTRE).json(),
        api.get("/v1/searchAutocomplete", q="mann", searchLocation=CENTRE).json(),
    ]
    for answer in answers:
        assert answer["results"]
        assert None not in members(answer)
    for place in [place for answer in answers[:3] for place in answer["results"]]:
        assert place.keys() >= PLACE_MEMBERS
    assert answers[2].keys() >= {"displayMapRegion", "results"}
    for row in answers[3]["results"]:
        assert row.keys() >= {"completionUrl", "displayLines", "location"}
        assert row["location"].keys() == {"latitude", "longitude"}


def test_3_categories_are_apples_and_search_results_have_ids(api: Api) -> None:
    places = api.results("/v1/search", q="cafe", searchLocation=CENTRE)
    known = {category.value for category in PoiCategory}
    assert places
    assert all(place["id"].startswith("I") for place in places)
    assert {place["poiCategory"] for place in places if "poiCategory" in place} <= known


def test_4_a_completion_url_is_relative_and_survives_parsing_and_encoding(api: Api) -> None:
    rows = api.results("/v1/searchAutocomplete", q="Mannerheim", searchLocation=CENTRE)
    row = next(row for row in rows if "structuredAddress" in row)
    url = row["completionUrl"]
    assert url.startswith("/v1/search?")
    assert " " not in url
    for again in (url, f"/v1/search?{urlencode(parse_qsl(urlsplit(url).query))}", quote(unquote(url), safe="/?=&")):
        answer = api.server.get(again + "&lang=fi", api.token)
        assert answer.status_code == 200, answer.text
        assert answer.json()["results"][0]["name"] == row["displayLines"][0]


@needs_valhalla
def test_5_distances_times_and_indexes_are_integers(api: Api) -> None:
    text = api.get("/v1/directions", origin="60.1712,24.9414", destination="60.1675,24.9442").text
    told = json.loads(text, parse_float=lambda number: ("float", number))
    assert told["routes"]
    for route in told["routes"]:
        assert all(type(route[name]) is int for name in ("distanceMeters", "durationSeconds"))
        assert all(type(index) is int for index in route["stepIndexes"])
    for step in told["steps"]:
        assert all(type(step[name]) is int for name in ("stepPathIndex", "distanceMeters", "durationSeconds"))
    etas = api.get("/v1/etas", origin="60.1712,24.9414", destinations="60.1675,24.9442").text
    for eta in json.loads(etas, parse_float=lambda number: ("float", number))["etas"]:
        names = ("distanceMeters", "expectedTravelTimeSeconds", "staticTravelTimeSeconds")
        assert all(type(eta[name]) is int for name in names)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/geocode", 400),
        ("GET", "/v1/reverseGeocode?loc=north", 400),
        ("GET", "/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/v1/place/I1", 400),
        ("PUT", "/v1/geocode?q=x", 405),
        ("GET", "/v1/geocode?q=" + "x" * 9000, 414),
        ("POST", "/v1/token", 413),
    ],
)
def test_6_every_4xx_is_json_in_the_envelope(api: Api, method: str, path: str, status: int) -> None:
    headers = {"authorization": f"Bearer {api.token}"}
    content = b"x" * 70_000 if status == 413 else None
    answer = httpx.request(method, api.server.url + path, headers=headers, content=content, timeout=30)
    assert answer.status_code == status
    assert answer.json().keys() == {"error"}
    assert answer.json()["error"].keys() == {"message", "details"}
    assert answer.headers["content-type"] == "application/json;charset=utf8"


def test_6_a_client_that_begins_with_an_empty_bearer_recovers(api: Api) -> None:
    url = f"{api.server.url}/v1/geocode?q=Helsinki"
    first = httpx.get(url, headers=[(b"authorization", b"Bearer")], timeout=30)
    assert (first.status_code, first.json()["error"]["message"]) == (401, "Not Authorized")
    assert api.results("/v1/geocode", q="Helsinki")


@pytest.mark.parametrize(
    "kind", ["Poi", "poi", "pointOfInterest", "POINTOFINTEREST", "Address", "physicalFeature", "poi,Address"]
)
def test_7_result_types_are_read_in_any_case(api: Api, kind: str) -> None:
    assert api.get("/v1/search", q="kahvila", resultTypeFilter=kind, searchLocation=CENTRE).status_code == 200
    completed = api.get("/v1/searchAutocomplete", q="kahvila", resultTypeFilter=f"{kind},Query", searchLocation=CENTRE)
    assert completed.status_code == 200


def test_7_unknown_parameters_are_ignored_and_a_page_token_comes_alone_or_with_q(api: Api) -> None:
    assert api.results("/v1/geocode", q="Mannerheimintie 5", limit="1", center="x", region="y", mode="z")
    first = api.get("/v1/search", q="cafe", searchLocation=CENTRE, enablePagination="true").json()
    token = first["paginationInfo"]["nextPageToken"]
    alone = api.results("/v1/search", pageToken=token)
    assert alone == api.results("/v1/search", q="cafe", pageToken=token)
    assert not {place["id"] for place in alone} & {place["id"] for place in first["results"]}


@needs_valhalla
def test_8_destinations_are_separated_by_a_bar_also_percent_encoded_and_ids_by_a_comma(api: Api) -> None:
    points = ("60.1675,24.9442", "60.1699,24.9384")
    counts = set()
    for bar in ("|", "%7C", "%7c"):
        path = f"/v1/etas?origin=60.1712,24.9414&destinations={bar.join(points)}"
        counts.add(len(api.server.get(path, api.token).json()["etas"]))
    assert counts == {2}
    ids = [place["id"] for place in api.results("/v1/search", q="cafe", searchLocation=CENTRE)[:2]]
    for comma in (",", "%2C"):
        found = api.server.get(f"/v1/place?ids={comma.join(ids)}", api.token).json()
        assert [place["id"] for place in found["results"]] == ids


def test_9_the_key_file_has_no_newline_at_its_end_and_additional_claims_are_accepted(
    server: Served, installer: Any, tmp_path: Any
) -> None:
    from trigpoint.credentials.auth_token import sign_claims

    key = installer.key(tmp_path)
    text = key.path.read_bytes()
    assert text.endswith(b"-----END PRIVATE KEY-----")
    assert b"\r" not in text
    now = int(time.time())
    token = sign_claims(
        key.signer.private_key,
        {"alg": "ES256", "kid": key.key_id, "typ": "JWT", "id": f"{key.team_id}.maps.com.a"},
        {"iss": key.team_id, "iat": now, "exp": now + 600, "sub": "maps.com.a"},
    )
    assert server.get("/v1/token", token).status_code == 200


def test_10_a_client_may_exchange_before_every_call(api: Api) -> None:
    for _ in range(25):
        token = api.server.get("/v1/token", api.auth).json()["accessToken"]
        assert api.server.get("/v1/geocode?q=Helsinki", token).status_code == 200


def test_the_sdk_calls_the_server_as_it_calls_apple(api: Api, installer: Any, tmp_path: Any) -> None:
    from trigpoint.client import ApiError, MapsClient

    key = installer.key(tmp_path)
    with MapsClient(key.signer, base_url=api.server.url) as maps:
        assert maps.geocode("Mannerheimintie 5, Helsinki")[0]["name"].startswith("Mannerheimintie 5")
        assert maps.reverse_geocode(60.1699, 24.9384)[0]["countryCode"] == "FI"
        with pytest.raises(ApiError, match=r"400 Bad Request: Parameter 'q' must be given"):
            maps.geocode("")
        installer.server.trigpoint("key", "revoke", key.key_id, "--reason", "superseded", "--yes")
        with pytest.raises(ApiError, match="KEY_REVOKED"):
            maps.geocode("Helsinki")
