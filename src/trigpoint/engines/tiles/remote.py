"""A tile set from a tile server (martin, tileserver-gl, any z/x/y): tiles are requested when needed, and cached.

The layers are known from the server's TileJSON; if it has none, from one of its tiles.
"""

import asyncio
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.tiles import tilesets
from trigpoint.engines.tiles.packing import unpack
from trigpoint.engines.tiles.pmtiles import GZIP
from trigpoint.engines.tiles.tilecache import TileCache
from trigpoint.engines.tiles.tilejson import (
    MOST_UNPACKED,
    describe_raster,
    fill,
    fresh_for,
    is_template,
    layers_in,
    read_box,
    read_zoom,
    suffix_of,
)
from trigpoint.maps.tiles import Attribution, Schema, Tile, TileAddress, TileSet

CACHE_BYTES = 64 << 20
"""Size of the tile cache of one worker, in bytes."""
EMPTY_FRESH_S = 300.0
TIMEOUT_S, START_S = 10.0, 3.0
"""Timeout of a request, and how long a start waits for the TileJSON, in seconds."""
DESCRIBED_EACH_S = 300.0
TRIED_EACH_S = 5.0
"""Seconds between two requests for the TileJSON, after a successful one and after a failed one."""
MOST_BYTES = 8 << 20
"""Largest response that is accepted, in bytes."""
MOST_AT_ONCE = 32
"""Concurrent requests of one worker to the server; further ones wait."""


class BadAnswerError(UnavailableError):
    """A tile server did not respond, or not with a tile. The message names the host only: the URL may contain a key."""


@dataclass(frozen=True, slots=True)
class Described:
    """The description of a server's tiles: their URL template, and the TileJSON."""

    template: str
    tilejson: Mapping[str, object]
    schema: Schema
    layers: Mapping[str, set[str]]


class RemoteTiles:
    """A tile set from a server. `where` is a URL template with {z}, {x} and {y}, or the URL of a TileJSON.

    `raster` sets are images and need no TileJSON. If the server stops responding, the set stays in service: cached
    tiles are returned although they are stale, others are unavailable.
    """

    def __init__(
        self,
        name: str,
        where: str,
        *,
        raster: bool = False,
        attributions: tuple[Attribution, ...] = (),
        clock: Callable[[], float] = time.monotonic,
        transport: httpx.AsyncBaseTransport | None = None,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self.name = name
        self.trouble: str | None = None
        self._where = where
        self._raster = raster
        self._attributions = attributions
        self._clock = clock
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._cache = TileCache(cache_bytes, clock=clock)
        self._template = where
        self._described: TileSet | None = (
            describe_raster(name, where, attributions) if raster and is_template(where) else None
        )
        self._asked = float("-inf")
        self._asking: asyncio.Task[None] | None = None
        self._coming: dict[TileAddress, asyncio.Task[Tile | None]] = {}

    @property
    def origin(self) -> str:
        """The server's host."""
        return self._host().replace("tile server", "tiles of")

    def tile_set(self) -> TileSet | None:
        """Describe the set; None before the first TileJSON. The TileJSON is requested again regularly in the background."""
        if self._is_due():
            with suppress(RuntimeError):  # no running event loop
                self._ask_again(asyncio.get_running_loop())
        return self._described

    async def find(self, address: TileAddress) -> Tile | None:
        """Return a tile from the cache or the server. Concurrent calls for the same tile share one request."""
        kept = self._cache.find(address)
        if kept is not None and self._cache.is_fresh(kept):
            return kept.tile
        if self._described is None:
            raise UnavailableError(self.trouble or f"T{self._host()[1:]} has not described its tiles yet.")
        task = self._coming.get(address)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._get_tile(address, self._template))
            self._coming[address] = task
            task.add_done_callback(lambda _done: self._coming.pop(address, None))
        try:
            return await asyncio.shield(task)
        except UnavailableError:
            if kept is not None:
                return kept.tile
            raise

    async def start(self) -> None:
        """Request the TileJSON and wait briefly for it; the request continues in the background. Never raises."""
        if self._is_due():
            self._ask_again(asyncio.get_running_loop())
        if self._asking is not None:
            await asyncio.wait({self._asking}, timeout=START_S)

    async def close(self) -> None:
        """Close the connections."""
        tasks = [*self._coming.values(), *([self._asking] if self._asking is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
        self._client = None

    def _is_due(self) -> bool:
        waited = self._clock() - self._asked
        return waited >= (TRIED_EACH_S if self._described is None or self.trouble else DESCRIBED_EACH_S)

    def _ask_again(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._asking is None or self._asking.done():
            self._asked = self._clock()
            self._asking = loop.create_task(self._describe())

    async def _describe(self) -> None:
        self._asked = self._clock()
        if self._raster and is_template(self._where):
            return
        try:
            async with asyncio.timeout(TIMEOUT_S):
                description = await self._ask_description()
        except UnavailableError as error:
            self.trouble = str(error)
            return
        except TimeoutError:
            self.trouble = str(self._bad("takes too long to describe its tiles"))
            return
        self.trouble = None
        described = self._read_description(description)
        if self._described is not None and described.version != self._described.version:
            self._cache.clear()
        self._template, self._described = description.template, described

    async def _ask_description(self) -> Described:
        """Request the TileJSON: from the URL itself, or where common servers have it, derived from the URL template."""
        if not is_template(self._where):
            description = await self._ask_json(self._where)
            if description is None:
                raise self._bad("did not respond with a TileJSON, the description of its tiles")
            tiles = description.get("tiles")
            template = tiles[0] if isinstance(tiles, list) and tiles and isinstance(tiles[0], str) else ""
            if not is_template(template):
                raise self._bad("sent a TileJSON without a URL template of its tiles")
            return self._judge(urljoin(self._where, template), description, None)
        base = self._where.split("/{z}", 1)[0]
        for beside in (base, f"{base}.json", f"{base}/tiles.json", f"{base}/tilejson.json"):
            description = await self._ask_json(beside)
            if description is not None and tilesets.layers_of(description):
                return self._judge(self._where, description, None)
        tile = await self._get_tile(TileAddress(0, 0, 0), self._where)
        return self._judge(self._where, {}, tile)

    def _judge(self, template: str, description: Mapping[str, object], tile: Tile | None) -> Described:
        layers = tilesets.layers_of(description) or (layers_in(tile) if tile is not None else {})
        schema = Schema.RASTER if self._raster else tilesets.schema_of(layers)
        if schema is None:
            raise UnavailableError(tilesets.unknown_schema(f"{self._host()}", layers))
        return Described(template, description, schema, layers)

    def _read_description(self, description: Described) -> TileSet:
        tilejson = description.tilejson
        raw = msgspec.json.encode([description.template, dict(tilejson)], order="deterministic")
        attributions = self._attributions or tilesets.attributions_of(tilejson, description.schema)
        return TileSet(
            name=self.name,
            schema=description.schema,
            suffix=suffix_of(description.template) if self._raster else "mvt",
            version=f"{zlib.crc32(raw):08x}",
            min_zoom=read_zoom(tilejson.get("minzoom"), 0),
            max_zoom=read_zoom(tilejson.get("maxzoom"), 14),
            box=read_box(tilejson.get("bounds")),
            attributions=attributions,
            languages=tilesets.languages_of(description.layers),
            tile_size=256 if self._raster else 512,
        )

    async def _ask_json(self, url: str) -> Mapping[str, object] | None:
        answer, body = await self._get(url, "application/json")
        if answer.status_code != 200:
            return None
        try:
            description = msgspec.json.decode(unpack(body, most=MOST_UNPACKED) if body[:2] == GZIP else body)
        except ValueError:
            return None
        return description if tilesets.is_mapping(description) else None

    async def _get_tile(self, address: TileAddress, template: str) -> Tile | None:
        answer, data = await self._get(fill(template, address), "*/*")
        if answer.status_code in {204, 404, 410} or (answer.status_code == 200 and not data):
            self._cache.keep(address, None, seconds=EMPTY_FRESH_S)
            return None
        if answer.status_code != 200:
            raise self._bad(f"answered {answer.status_code} for a tile")
        kind = answer.headers.get("content-type", "")
        if kind.startswith(("text/html", "application/json")):
            raise self._bad(f"answered with '{kind[:40]}' in place of a tile")
        encoding = answer.headers.get("content-encoding", "").lower()
        if encoding not in {"", "gzip", "identity"}:
            raise self._bad(f"compressed a tile with '{encoding[:20]}', which was not asked for")
        tile = Tile(data, "gzip" if data[:2] == GZIP else "")
        self._cache.keep(address, tile, seconds=fresh_for(answer.headers))
        return tile

    async def _get(self, url: str, kind: str) -> tuple[httpx.Response, bytes]:
        """Request a URL. Returns the response and its body as it was sent, possibly compressed."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                limits=httpx.Limits(max_connections=MOST_AT_ONCE),
                timeout=TIMEOUT_S,
                follow_redirects=True,
                transport=self._transport,
                headers={"accept-encoding": "gzip", "user-agent": "trigpoint"},
            )
        try:
            async with asyncio.timeout(TIMEOUT_S), self._client.stream("GET", url, headers={"accept": kind}) as answer:
                parts: list[bytes] = []
                size = 0
                async for part in answer.aiter_raw():
                    size += len(part)
                    if size > MOST_BYTES:
                        raise self._bad(f"sent more than {MOST_BYTES >> 20} MB for one tile")
                    parts.append(part)
                return answer, b"".join(parts)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            raise self._bad(f"does not respond ({type(error).__name__})") from error

    def _bad(self, what: str) -> BadAnswerError:
        return BadAnswerError(f"T{self._host()[1:]} {what}.")

    def _host(self) -> str:
        """Name the server by its host only: the path and the query may contain keys."""
        return f"the tile server {urlsplit(self._where).netloc.rpartition('@')[2]}"
