"""`/ma/bootstrap`: the answer that Apple's contract describes, and a refusal for each of its reasons."""

from dataclasses import replace
from typing import Any

import pytest

from conftest import NOON
from tiles_fakes import OSM_SET, PICTURES_SET, WORLD_SET, FakeTiles
from trigpoint import __version__
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.services import Service
from web.mapkit.site import OPERATOR, ORIGIN, TILE, MapSite

NOT_AUTHORIZED = b'{"error":{"message":"Not Authorized","details":[]}}'


def test_the_response_has_the_members_of_the_contract(site: MapSite) -> None:
    answer = site.bootstrap(path="/ma/bootstrap?apiVersion=2&mkjsVersion=5.78.1&poi=1", accept_language="fi,en;q=0.5")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=utf8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert len(answer.headers["x-rid"]) == 36
    body = answer.json()
    key = body["accessKey"]
    assert body["authInfo"]["team_id"] == site.key.team_id
    assert body["authInfo"]["access_token"].count(".") == 2
    assert key.split("_")[2:5] == [site.key.team_id, site.key.key_id, "maps.com.my.site"]
    assert {name: body[name] for name in body if name not in {"authInfo", "accessKey"}} == {
        "apiBaseUrl": "https://maps.example/base/v1/",
        "expiresInSeconds": 1800,
        "countryCode": "unknown",
        "environment": "prod",
        "acceptLanguage": "fi",
        "tileSources": [
            {
                "tileSource": name,
                "path": f"/base/ti/{name}/{{z}}/{{x}}/{{y}}.mvt?v=v1&accessKey={key}",
                "domains": ["maps.example"],
                "protocol": "https",
                "attributionId": name,
                "minZoomLevel": 0,
                "maxZoomLevel": zoom,
                "supportedSizes": [512],
                "supportedResolutions": [1, 2, 3],
                "showPrivacyLink": False,
                "showTermsOfUseLink": False,
                "needsLocationShift": False,
            }
            for name, zoom in (("world", 6), ("osm", 14))
        ],
        "modes": {
            mode: {"layers": [{"tileSource": "osm", "lowResTileSource": "world"}]}
            for mode in ("standard", "mutedStandard", "hybrid", "satellite")
        },
        "attributions": [
            {"attributionId": "world", "global": [{"name": "Natural Earth", "url": ""}]},
            {
                "attributionId": "osm",
                "global": [{"name": "© OpenStreetMap contributors", "url": "https://www.openstreetmap.org/copyright"}],
            },
        ],
        "analytics": {},
        "madabaDomains": [],
        "disableCsr": True,
        "styleUrl": f"https://maps.example/base/ti/style/{{style}}-{{scheme}}.json?lang={{lang}}&accessKey={key}",
        "version": __version__,
    }


@pytest.mark.parametrize(
    ("sets", "standard", "hybrid", "satellite"),
    [
        ((), [], [], []),
        ((WORLD_SET,), ["world"], ["world"], ["world"]),
        ((WORLD_SET, OSM_SET, PICTURES_SET), ["osm"], ["imagery", "osm"], ["imagery"]),
    ],
)
def test_the_map_types_depend_on_the_available_tile_sets(
    site: MapSite, sets: Any, standard: list[str], hybrid: list[str], satellite: list[str]
) -> None:
    modes = replace(site, engine=FakeTiles(sets)).bootstrap().json()["modes"]
    drawn = {name: [layer["tileSource"] for layer in mode["layers"]] for name, mode in modes.items()}
    assert drawn == {"standard": standard, "mutedStandard": standard, "hybrid": hybrid, "satellite": satellite}


def test_without_a_tile_engine_a_map_is_initialised_and_empty(site: MapSite) -> None:
    body = replace(site, engine=None).bootstrap().json()
    assert (body["tileSources"], body["attributions"]) == ([], [])


@pytest.mark.parametrize(("code", "told"), [("fi", "FI"), ("XX", "unknown"), ("", "unknown")])
def test_the_country_is_the_one_the_page_sends(site: MapSite, code: str, told: str) -> None:
    assert site.bootstrap(path=f"/ma/bootstrap?countryCode={code}").json()["countryCode"] == told


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("192.0.2.7:8060", "http://192.0.2.7:8060"),
        ("[::1]:8060", "http://[::1]:8060"),
        ("a/b", "http://127.0.0.1:8060"),
    ],
)
def test_without_a_public_url_the_urls_are_built_from_the_request(site: MapSite, host: str, base: str) -> None:
    body = replace(site, options={"public_url": ""}).bootstrap(host=host).json()
    assert body["apiBaseUrl"] == f"{base}/v1/"
    assert body["styleUrl"].startswith(f"{base}/ti/style/")


def test_a_preflight_allows_both_headers(site: MapSite) -> None:
    asked = {"access_control_request_method": "GET", "origin": ORIGIN}
    for path in ("/ma/bootstrap", TILE, "/mk/5.x.x/mapkit.js"):
        answer = site.ask(path, method="OPTIONS", **asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
        allowed = set(answer.headers["access-control-allow-headers"].split(", "))
        assert allowed == {"authorization", "x-maps-access-token", "content-type"}


def test_other_methods_are_refused(site: MapSite) -> None:
    answer = site.ask("/ma/bootstrap", method="POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def refused(answer: Any) -> bytes:
    assert answer.status_code == 401
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    return bytes(answer.content)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"scope": "server_api"}, "SCOPE_LACKS_SERVICE"),
        ({"expires_at": int(NOON)}, "TOKEN_EXPIRED"),
        ({"team_id": "ZZ9PLURALZ"}, "ISS_NOT_TEAM"),
        ({"key_id": "2X9R4HXF34"}, "KEY_UNKNOWN"),
        ({"issued_at": int(NOON) + 120}, "IAT_IN_FUTURE"),
    ],
)
def test_a_token_is_refused_for_its_reason_which_can_be_found_again(
    site: MapSite, claims: dict[str, Any], code: str
) -> None:
    answer = site.bootstrap(site.token(**claims))
    assert refused(answer) == NOT_AUTHORIZED
    found = site.authority.refusals.find(OPERATOR, answer.headers["x-rid"])
    assert (found.code, found.service, found.origin) == (code, "mapkit_js", ORIGIN)
    explained = replace(site, options={"explain": True}).bootstrap(site.token(**claims))
    assert explained.json()["error"]["details"][0].startswith(f"{code}: ")
    assert site.metrics.sums()["refusals"][code] == [2.0]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer [object Object]"])
def test_a_request_without_a_token_is_refused_and_counted_for_the_installation(site: MapSite, header: str) -> None:
    answer = site.ask("/ma/bootstrap", **({"authorization": header} if header else {}))
    assert refused(answer) == NOT_AUTHORIZED
    site.authority._tally.flush()
    rows = site.authority.usage.refusals(OPERATOR, team_id=None)
    assert sum(row.calls for row in rows) == 1


@pytest.mark.parametrize("options", [{"explain": False}, {"explain": True}])
def test_an_origin_that_is_not_allowed_is_reported_in_the_form_of_mapkit_js(
    site: MapSite, options: dict[str, Any]
) -> None:
    answer = replace(site, options=options).bootstrap(origin="https://b.example")
    refused(answer)
    detail = answer.json()["error"]["details"][0]
    assert detail == {
        "errorType": "ORIGIN_CHECK_FAILURE",
        "message": "The request's Origin is 'https://b.example'; the token allows 'a.example'.",
    }


def test_a_request_without_an_origin_is_admitted_as_by_apple(site: MapSite) -> None:
    assert site.ask("/ma/bootstrap", authorization=f"Bearer {site.token()}").status_code == 200


def test_a_revoked_key_cannot_initialise_a_map(site: MapSite) -> None:
    site.authority.keys.revoke(OPERATOR, site.key.key_id, reason=RevocationReason.COMPROMISED)
    answer = replace(site, options={"explain": True}).bootstrap()
    refused(answer)
    assert answer.json()["error"]["details"][0].startswith(f"KEY_REVOKED: The key {site.key.key_id} was revoked")


def test_a_maps_token_of_the_portal_initialises_a_map(site: MapSite) -> None:
    issued = site.authority.maps_tokens.create(OPERATOR, team_id=site.key.team_id, service=Service.MAPKIT_JS, origins="a.example", description="")  # fmt: skip
    body = site.bootstrap(issued.text).json()
    assert body["accessKey"].split("_")[3:5] == [issued.record.token_id, ""]


def test_a_refresh_with_the_old_token_is_not_counted_as_a_view(site: MapSite) -> None:
    site.authority.quotas.set(OPERATOR, site.key.team_id, meter=Meter.MAP_VIEWS, daily=1)
    old = site.bootstrap().json()["authInfo"]["access_token"]
    assert site.bootstrap(x_maps_access_token=f"Bearer {old}").status_code == 200
    for odd in (old, f"Bearer {old}x", "Bearer", ""):
        over = site.bootstrap(x_maps_access_token=odd)
        assert over.status_code == 429, odd
    assert over.json() == {"error": {"message": "Too Many Requests", "details": []}}
    assert over.headers["retry-after"] == str(16 * 3600)
    assert over.headers["ratelimit-policy"] == '"day";q=1;w=86400'
    assert over.headers["access-control-allow-origin"] == "*"


def test_requests_are_counted_by_path(site: MapSite) -> None:
    body = site.bootstrap().json()
    key, old = body["accessKey"], body["authInfo"]["access_token"]
    site.bootstrap(x_maps_access_token=f"Bearer {old}")
    site.ask(f"{TILE}?accessKey={key}", accept_encoding="gzip")
    site.ask(TILE)
    site.ask(f"/ti/moon/1/1/1.mvt?accessKey={key}")
    site.ask("/ma/elsewhere")
    counted = {name: sum(values[:-1]) for name, values in site.metrics.sums()["requests"].items()}
    assert counted == {
        "/ma/bootstrap 200": 1,
        "/ma/bootstrap refreshed 200": 1,
        "/ti/osm 200": 1,
        "/ti/osm 401": 1,
        "other 404": 2,
    }
