"""Tiles: access, compression, caching in browsers, and impossible tile addresses."""

import gzip
from dataclasses import replace

import httpx
import pytest

from running import a_running_app
from tiles_fakes import HERE, OSM_SET, PICTURES_SET, PLAIN, FakeTiles
from trigpoint.credentials.key import RevocationReason
from trigpoint.maps.tiles import Tile, TileAddress
from trigpoint.web.mapkit import request_headers as asked
from trigpoint.web.mapkit.request_headers import encodings_of, find_access_key
from web.mapkit.site import OPERATOR, TILE, MapSite


def test_a_tile_is_sent_as_stored_to_a_client_that_accepts_gzip(site: MapSite) -> None:
    answer = site.ask(f"{TILE}?v=v1&accessKey={site.access_key()}", accept_encoding="gzip, br")
    assert (answer.status_code, answer.content) == (200, PLAIN)
    assert {name: answer.headers[name] for name in ("content-encoding", "content-type", "cache-control", "vary")} == {
        "content-encoding": "gzip",
        "content-type": "application/vnd.mapbox-vector-tile",
        "cache-control": "private, no-cache",
        "vary": "accept-encoding",
    }
    assert answer.headers["content-length"] == str(len(gzip.compress(PLAIN, mtime=0)))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_a_tile_is_decompressed_for_a_client_that_does_not_accept_gzip(site: MapSite) -> None:
    for headers in ({}, {"accept_encoding": "identity"}, {"accept_encoding": "gzip;q=0, br"}):
        answer = site.ask(f"{TILE}?accessKey={site.access_key()}", **headers)
        assert (answer.content, answer.headers.get("content-encoding")) == (PLAIN, None)
        assert answer.headers["content-length"] == str(len(PLAIN))


def test_a_tile_stored_uncompressed_is_sent_uncompressed(site: MapSite) -> None:
    pictures = replace(site, engine=FakeTiles((PICTURES_SET,), Tile(b"\x89PNG")))
    answer = pictures.ask(f"/ti/imagery/14/8567/5712.png?accessKey={site.access_key()}", accept_encoding="gzip")
    assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("tile", "words"),
    [
        (Tile(b"no gzip", "gzip"), "damaged"),
        (Tile(gzip.compress(PLAIN)[:-9], "gzip"), "truncated"),
        (Tile(b"", "br"), "'br'"),
    ],
)
def test_a_damaged_tile_is_503_and_says_so(site: MapSite, tile: Tile, words: str) -> None:
    broken = replace(site, engine=FakeTiles(tile=tile), options={"explain": True})
    answer = broken.ask(f"{TILE}?accessKey={site.access_key()}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert words in answer.json()["error"]["details"][0]


def test_a_tile_without_features_is_an_empty_response(site: MapSite) -> None:
    answer = site.ask(f"/ti/osm/14/1/1.mvt?accessKey={site.access_key()}")
    assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (204, b"", "private, no-cache")


def test_a_browser_that_has_the_tile_gets_304_and_only_while_its_access_key_is_valid(site: MapSite) -> None:
    path = f"{TILE}?accessKey={site.access_key()}"
    etag = site.ask(path).headers["etag"]
    assert site.ask(path, accept_encoding="gzip").headers["etag"] == etag, "it is weak: one for both encodings"
    answer = site.ask(path, if_none_match=f'W/"v0", {etag}')
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert site.ask(path, if_none_match='W/"v0"').status_code == 200
    site.authority.keys.revoke(OPERATOR, site.key.key_id, reason=RevocationReason.COMPROMISED)
    assert site.ask(path, if_none_match=etag).status_code == 401


def test_a_changed_tile_and_a_new_map_have_a_new_etag(site: MapSite) -> None:
    assert site.engine is not None
    app, path = site.app, f"{TILE}?accessKey={site.access_key()}"
    first = site.ask(path, app=app).headers["etag"]
    site.engine.tile = Tile(gzip.compress(PLAIN + b"!", mtime=0), "gzip")  # a tile server may do so at any time
    second = site.ask(path, app=app, if_none_match=first)
    assert second.status_code == 200
    site.engine.sets = (replace(OSM_SET, version='odd "version"\n'),)
    third = site.ask(path, app=app, if_none_match=second.headers["etag"])
    assert third.status_code == 200
    assert len({first, second.headers["etag"], third.headers["etag"]}) == 3


def test_the_operator_may_let_browsers_keep_tiles(site: MapSite) -> None:
    lenient = replace(site, options={"cache_seconds": 300})
    answer = lenient.ask(f"{TILE}?accessKey={site.access_key()}")
    assert answer.headers["cache-control"] == "private, max-age=300"


@pytest.mark.parametrize(
    "path",
    [
        "/ti/osm/14/8567/5712.png",
        "/ti/osm/14/8567/5712",
        "/ti/osm/3/8/1.mvt",
        "/ti/osm/3/1/8.mvt",
        "/ti/osm/-1/0/0.mvt",
        "/ti/osm/1.5/0/0.mvt",
        "/ti/osm/३/1/1.mvt",
        "/ti/osm/31/0/0.mvt",
        "/ti/osm/99999999999/0/0.mvt",
        "/ti/osm/15/0/0.mvt",
        "/ti/moon/1/1/1.mvt",
        "/ti/osm",
        "/ti/osm/1/1/1/1.mvt",
        "/ti/fonts/..%2f..%2fopening.py",
        "/ti/sprites/none.png",
        "/ti/style/standard-pink.json",
    ],
)
def test_an_impossible_tile_address_is_404_with_the_reason(site: MapSite, path: str) -> None:
    explaining = replace(site, options={"explain": True})
    answer = explaining.ask(f"{path}?accessKey={site.access_key()}")
    assert answer.status_code == 404
    assert answer.json()["error"]["details"][0].startswith(("The", "Tiles of"))


@pytest.mark.parametrize("query", ["", "?v=1", "?xaccessKey=KEY", "?accessKey=", "?accesskey=KEY"])
def test_without_an_access_key_nothing_is_revealed_about_tiles(site: MapSite, query: str) -> None:
    key = site.access_key()
    for path in (
        TILE,
        "/ti/moon/1/1/1.mvt",
        "/ti/fonts/none.woff2",
        "/ti/sprites/light.png",
        "/ti/style/standard-light.json",
    ):
        answer = site.ask(path + query.replace("KEY", key))
        assert (answer.status_code, answer.content) == (401, b'{"error":{"message":"Not Authorized","details":[]}}')
    found = site.authority.refusals.find(OPERATOR, answer.headers["x-rid"])
    assert (found.code, found.service) == ("ACCESS_KEY_MISSING", "mapkit_js")


def test_the_next_tile_after_a_revocation_is_refused(site: MapSite) -> None:
    app, path = site.app, f"{TILE}?accessKey={site.access_key()}"
    assert site.ask(path, app=app).status_code == 200
    assert site.ask(path, app=app).status_code == 200
    site.authority.keys.revoke(OPERATOR, site.key.key_id, reason=RevocationReason.COMPROMISED)
    answer = site.ask(path, app=app)
    assert answer.status_code == 401
    assert site.authority.refusals.find(OPERATOR, answer.headers["x-rid"]).code == "KEY_REVOKED"


def test_the_access_key_may_be_anywhere_in_the_query() -> None:
    found = {
        query: find_access_key(query) for query in (b"accessKey=a&v=1", b"v=1&accessKey=a", b"xaccessKey=b&accessKey=a")
    }
    assert set(found.values()) == {"a"}
    assert find_access_key(b"accessKey=%61") == "a"
    assert find_access_key(b"accessKey=a&accessKey=b") == "a"
    assert find_access_key(b"v=accessKey") is None


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (b"gzip", {"gzip"}),
        (b"GZIP , br;q=0.5", {"gzip", "br"}),
        (b"gzip;q=0.000, br", {"br"}),
        (b"*", {"gzip", "br"}),
        (b"*, gzip;q=0", {"br"}),
        (b"", set()),
        (b"deflate, zstd", set()),
    ],
)
def test_accept_encoding_is_parsed(header: bytes, taken: set[str]) -> None:
    assert encodings_of(header) == taken


def test_a_real_server_answers_the_same(site: MapSite) -> None:
    key = site.access_key()
    with a_running_app(site.app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        first = client.get(f"{TILE}?accessKey={key}")
        assert (first.status_code, first.content, first.headers["content-encoding"]) == (200, PLAIN, "gzip")
        known = client.get(f"{TILE}?accessKey={key}", headers={"if-none-match": first.headers["etag"]})
        empty = client.get(f"/ti/osm/14/1/1.mvt?accessKey={key}")
        refused = client.get(TILE)
        head = client.head(f"{TILE}?accessKey={key}")
    assert (known.status_code, empty.status_code, refused.status_code) == (304, 204, 401)
    assert (head.content, head.headers["content-length"]) == (b"", first.headers["content-length"])
    assert site.engine is not None
    assert site.engine.asked[0] == ("osm", HERE)
    assert TileAddress(14, 1, 1) in [address for _, address in site.engine.asked]


def test_a_long_query_is_read_and_not_cached(site: MapSite) -> None:
    key = site.access_key()
    long = f"{TILE}?v={'x' * 2_000}&accessKey={key}"
    before = asked._find_remembered.cache_info().currsize
    answer = site.ask(long, accept_encoding="x" * 5_000 + ", gzip", origin="https://" + "a" * 5_000)
    assert (answer.status_code, answer.headers.get("content-encoding")) == (200, None)
    assert asked._find_remembered.cache_info().currsize == before
    refused = site.ask(TILE, origin="https://" + "a" * 5_000)
    found = site.authority.refusals.find(OPERATOR, refused.headers["x-rid"])
    assert found.origin is not None
    assert len(found.origin) <= 301
