"""Tiles from a tile server over HTTP: its description, the cache, and failures."""

import asyncio
import gzip
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import mapbox_vector_tile
import pytest

from running import a_running_app
from tile_archives import SHORTBREAD_LAYERS, layers
from trigpoint.base.errors import UnavailableError
from trigpoint.engines.tiles import remote
from trigpoint.engines.tiles.engine import Tiles
from trigpoint.engines.tiles.remote import RemoteTiles
from trigpoint.engines.tiles.tilecache import OVERHEAD, TileCache
from trigpoint.maps.tiles import IMAGERY, OSM, Attribution, Schema, Tile, TileAddress

TOP, NORTH = TileAddress(0, 0, 0), TileAddress(1, 0, 0)
DESCRIPTION = {"tilejson": "3.0.0", "minzoom": 0, "maxzoom": 12, "bounds": [9.4, 47.0, 9.7, 47.3]}


@dataclass
class TileServer:
    """A tile server that a test may break: `answers` by path are status, headers and body."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Callable[..., Awaitable[None]]) -> None:
        del receive
        if scope["type"] != "http":
            return
        path = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        self.asked.append(path)
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        status, headers, body = self.answers.get(path, (404, {}, b""))
        told = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": body})

    def describe(self, path: str, **changes: Any) -> None:
        told = DESCRIPTION | layers(*SHORTBREAD_LAYERS) | changes
        self.answers[path] = (200, {"content-type": "application/json"}, json.dumps(told).encode())

    def tile(self, path: str, data: bytes = b"tile", **headers: str) -> None:
        told = {"content-type": "application/x-protobuf", "content-encoding": "gzip"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (200, told, gzip.compress(data, mtime=0))


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> TileServer:
    return TileServer()


@pytest.fixture
def base(server: TileServer) -> Iterator[str]:
    with a_running_app(server) as port:
        yield f"http://127.0.0.1:{port}"


def run(source: RemoteTiles, work: Callable[[RemoteTiles], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        await source.start()
        try:
            return await work(source)
        finally:
            await source.close()

    return asyncio.run(go())


@pytest.mark.parametrize("beside", ["/osm", "/osm.json", "/osm/tiles.json", "/osm/tilejson.json"])
def test_the_description_is_found_beside_the_tiles(server: TileServer, base: str, beside: str) -> None:
    server.describe(beside)
    server.tile("/osm/0/0/0")

    async def work(source: RemoteTiles) -> None:
        found = source.tile_set()
        assert found is not None
        assert (found.schema, found.min_zoom, found.max_zoom) == (Schema.SHORTBREAD, 0, 12)
        assert found.box == (47.0, 9.4, 47.3, 9.7)
        assert found.languages == ("de",)
        tile = await source.find(TOP)
        assert tile == Tile(gzip.compress(b"tile", mtime=0), "gzip")

    run(RemoteTiles(OSM, base + "/osm/{z}/{x}/{y}"), work)
    assert server.headers[-1]["accept-encoding"] == "gzip"


def test_without_a_description_a_tile_says_what_the_layers_are(server: TileServer, base: str) -> None:
    drawn = mapbox_vector_tile.encode(
        [{"name": name, "features": [{"geometry": "POINT (1 1)", "properties": {"name_fr": "x"}}]} for name in
         ("transportation", "water", "place")]
    )  # fmt: skip
    server.tile("/v3/0/0/0.pbf", drawn)

    async def work(source: RemoteTiles) -> None:
        found = source.tile_set()
        assert found is not None
        assert (found.schema, found.languages) == (Schema.OPENMAPTILES, ("fr",))
        assert [one.text for one in found.attributions] == ["© OpenMapTiles", "© OpenStreetMap contributors"]

    run(RemoteTiles(OSM, base + "/v3/{z}/{x}/{y}.pbf"), work)


def test_the_urls_of_tiles_are_read_from_a_tilejson(server: TileServer, base: str) -> None:
    server.describe("/planet.json", tiles=["tiles/{z}/{x}/{y}.mvt?key=abc"], attribution="© Me")
    server.tile("/tiles/0/0/0.mvt?key=abc")

    async def work(source: RemoteTiles) -> None:
        assert await source.find(TOP) is not None
        found = source.tile_set()
        assert found is not None
        assert [one.text for one in found.attributions] == ["© Me", "© OpenStreetMap contributors"]

    run(RemoteTiles(OSM, base + "/planet.json"), work)


def test_a_tile_is_requested_once_and_again_when_it_is_stale(server: TileServer, base: str) -> None:
    watch = Watch()
    server.describe("/osm")
    server.tile("/osm/0/0/0", cache_control="public, max-age=60")

    async def work(source: RemoteTiles) -> None:
        await asyncio.gather(*[source.find(TOP) for _ in range(20)])
        watch.now += 59
        await source.find(TOP)
        assert server.asked.count("/osm/0/0/0") == 1
        watch.now += 2
        await source.find(TOP)
        assert server.asked.count("/osm/0/0/0") == 2
        assert await source.find(NORTH) is None, "404 is a tile with nothing to draw"
        assert await source.find(NORTH) is None
        assert server.asked.count("/osm/1/0/0") == 1

    run(RemoteTiles(OSM, base + "/osm/{z}/{x}/{y}", clock=watch), work)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((503, {}, b"down"), "answered 503 for a tile"),
        ((403, {}, b"key?"), "answered 403 for a tile"),
        ((200, {"content-type": "text/html; charset=utf-8"}, b"<h1>Log in"), "answered with 'text/html"),
        ((200, {"content-encoding": "br"}, b"xx"), "compressed a tile with 'br'"),
        ((200, {}, b"x" * (9 << 20)), "more than 8 MB"),
    ],
)
def test_after_a_failed_request_a_stale_tile_is_used_or_else_it_is_unavailable(
    server: TileServer, base: str, answer: tuple[int, dict[str, str], bytes], told: str
) -> None:
    watch = Watch()
    server.describe("/osm")
    server.tile("/osm/0/0/0")

    async def work(source: RemoteTiles) -> None:
        before = await source.find(TOP)
        server.answers["/osm/0/0/0"] = server.answers["/osm/1/0/0"] = answer
        with pytest.raises(UnavailableError, match=told) as raised:
            await source.find(NORTH)
        assert "secret" not in str(raised.value)
        watch.now += 90_000
        assert await source.find(TOP) == before

    run(RemoteTiles(OSM, base.replace("//", "//user:secret@") + ["/osm/{z}/{x}/{y}", "secret=secret"][0],
                    clock=watch), work)  # fmt: skip


def test_a_server_that_does_not_respond_is_reported_without_its_secrets_and_found_later(server: TileServer) -> None:
    watch = Watch()

    async def work() -> None:
        dead = RemoteTiles(OSM, "http://127.0.0.1:9/osm/{z}/{x}/{y}?key=secret", clock=watch)
        tiles = Tiles([dead])
        await tiles.start()
        assert tiles.tile_sets() == ()
        status = await tiles.status()
        assert not status.ready
        assert status.detail == "The tile server 127.0.0.1:9 does not respond (ConnectError)."
        with pytest.raises(UnavailableError, match="does not respond"):
            await tiles.find_tile(OSM, TOP)
        with a_running_app(server) as port:
            server.describe("/osm")
            dead._where = f"http://127.0.0.1:{port}/osm/{{z}}/{{x}}/{{y}}"
            watch.now += 6
            tiles.tile_sets()
            assert dead._asking is not None
            await dead._asking
            assert [one.name for one in tiles.tile_sets()] == [OSM]
            assert (await tiles.status()).ready
            await tiles.close()

    asyncio.run(work())


def test_when_a_server_goes_down_its_set_stays_in_service(server: TileServer) -> None:
    watch = Watch()

    async def work() -> None:
        with a_running_app(server) as port:
            server.describe("/osm")
            server.tile("/osm/0/0/0")
            tiles = Tiles([RemoteTiles(OSM, f"http://127.0.0.1:{port}/osm/{{z}}/{{x}}/{{y}}", clock=watch)])
            await tiles.start()
            await tiles.find_tile(OSM, TOP)
        watch.now += 100_000
        assert await tiles.find_tile(OSM, TOP) is not None
        with pytest.raises(UnavailableError, match="does not respond"):
            await tiles.find_tile(OSM, NORTH)
        await asyncio.sleep(0)
        assert [one.name for one in tiles.tile_sets()] == [OSM]
        await tiles.close()

    asyncio.run(work())


def test_replaced_tiles_at_the_same_url_change_the_version_and_clear_the_cache(server: TileServer, base: str) -> None:
    watch = Watch()
    server.describe("/osm", version="1")
    server.tile("/osm/0/0/0", b"one")

    async def work(source: RemoteTiles) -> None:
        await source.find(TOP)
        before = source.tile_set()
        server.describe("/osm", version="2")
        server.tile("/osm/0/0/0", b"two")
        watch.now += 301
        source.tile_set()
        assert source._asking is not None
        await source._asking
        after = source.tile_set()
        assert before is not None
        assert after is not None
        assert before.version != after.version
        tile = await source.find(TOP)
        assert tile is not None
        assert gzip.decompress(tile.data) == b"two"

    run(RemoteTiles(OSM, base + "/osm/{z}/{x}/{y}", clock=watch), work)


def test_raster_tiles_need_no_description(server: TileServer, base: str) -> None:
    server.answers["/sky/0/0/0.webp"] = (200, {"content-type": "image/webp"}, b"RIFF")
    shown = (Attribution("© Sky", ""),)

    async def work(source: RemoteTiles) -> None:
        found = source.tile_set()
        assert found is not None
        assert (found.schema, found.suffix, found.tile_size, found.attributions) == (Schema.RASTER, "webp", 256, shown)
        assert await source.find(TOP) == Tile(b"RIFF", "")
        silent = RemoteTiles(IMAGERY, base + "/sky/{z}/{x}/{y}.webp", raster=True)
        assert (await Tiles([silent]).status()).sources == (), "what wants nothing shown is not named"

    run(RemoteTiles(IMAGERY, base + "/sky/{z}/{x}/{y}.webp", raster=True, attributions=shown), work)
    assert server.asked == ["/sky/0/0/0.webp"]


def test_a_set_in_no_schema_is_refused_with_its_layers(server: TileServer, base: str) -> None:
    server.answers["/osm"] = (200, {}, json.dumps(layers("trees")).encode())
    source = RemoteTiles(OSM, base + "/osm/{z}/{x}/{y}")

    async def work(source: RemoteTiles) -> None:
        assert source.tile_set() is None
        assert source.trouble is not None
        assert "The layers found are: trees" in source.trouble

    run(source, work)


def test_a_status_waits_for_a_server_that_was_not_asked_yet(server: TileServer, base: str) -> None:
    server.describe("/osm")

    async def work() -> None:
        tiles = Tiles([RemoteTiles(OSM, base + "/osm/{z}/{x}/{y}")])
        status = await tiles.status()
        host = base.removeprefix("http://")
        assert status.detail.startswith(f"Draws the tiles of {host} to zoom 12, version ")
        assert status.ready
        await tiles.close()

    asyncio.run(work())


def test_a_server_that_never_responds_does_not_delay_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "START_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = RemoteTiles(OSM, f"http://127.0.0.1:{silent.getsockname()[1]}/osm/{{z}}/{{x}}/{{y}}")

        async def work() -> None:
            await source.start()
            assert source.tile_set() is None
            with pytest.raises(UnavailableError, match="has not described its tiles yet"):
                await source.find(TOP)
            await source.close()

        asyncio.run(work())


def test_the_cache_holds_no_more_than_its_bytes() -> None:
    watch = Watch()
    cache = TileCache(10 * OVERHEAD, clock=watch)
    for number in range(40):
        cache.keep(TileAddress(9, number, 0), Tile(b"x" * OVERHEAD), seconds=1)
        assert cache.bytes <= 10 * OVERHEAD
        cache.find(TileAddress(9, 0, 0))
    assert cache.find(TileAddress(9, 0, 0)) is not None, "what is asked for often stays"
    assert cache.find(TileAddress(9, 1, 0)) is None
    cache.keep(TileAddress(9, 0, 0), Tile(b"x" * 11 * OVERHEAD), seconds=1)
    assert cache.find(TileAddress(9, 0, 0)) is None, "what is larger than the cache is not kept"
    cache.clear()
    assert cache.bytes == 0
