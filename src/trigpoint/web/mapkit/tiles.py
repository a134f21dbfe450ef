"""One tile, from its path to its bytes: the busiest path of all, so whatever can be prepared is."""

import re
import zlib
from dataclasses import dataclass

from trigpoint.base.errors import NotFoundError, UnavailableError, shorten
from trigpoint.maps.engines import TileEngine
from trigpoint.maps.tiles import Tile, TileAddress, TileSet
from trigpoint.web.asgi import Header
from trigpoint.web.calls import is_known
from trigpoint.web.mapkit.answers import SHOWN_ANYWHERE, Answer, caching
from trigpoint.web.mapkit.hot import KEPT_S, HotAnswers, Kept
from trigpoint.web.mapkit.request_headers import RequestHeaders, encodings_of

MEDIA_TYPES = {
    "mvt": b"application/vnd.mapbox-vector-tile",
    "pbf": b"application/vnd.mapbox-vector-tile",
    "png": b"image/png",
    "jpg": b"image/jpeg",
    "jpeg": b"image/jpeg",
    "webp": b"image/webp",
}
VARY: Header = (b"vary", b"accept-encoding")
LARGEST = 64 * 1024 * 1024
"""Largest tile, in bytes, that is decompressed for a client that does not accept gzip."""
_ADDRESS = re.compile(r"/ti/[^/]+/([0-9]{1,10})/([0-9]{1,10})/([0-9]{1,10})\.([a-z]{1,8})")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the responses of one tile set have in common."""

    one: TileSet
    label: str
    headers: tuple[Header, ...]
    nothing: Answer


class Tiles:
    """The tiles of this installation."""

    def __init__(self, engine: TileEngine | None, *, cache_seconds: int) -> None:
        self._engine = engine
        self._caching = caching(cache_seconds)
        self._prepared: dict[str, Prepared] = {}
        self._hot = HotAnswers()

    def sets(self) -> tuple[TileSet, ...]:
        """List the sets that are in service now."""
        return () if self._engine is None else self._engine.tile_sets()

    async def find(self, prepared: Prepared | None, path: str, request_headers: RequestHeaders, *, at: float) -> Answer:
        """Answer `/ti/{name}/{z}/{x}/{y}.{suffix}`, given its set."""
        if prepared is None or self._engine is None:
            names = ", ".join(one.name for one in self.sets()) or "none; import a map with 'trigpoint import FILE'"
            raise NotFoundError(f"There is no tile set '{shorten(path.split('/')[2])}'; there are: {names}.")
        takes_gzip = "gzip" in encodings_of(request_headers.accept_encoding)
        kept = self._hot.get(path) if takes_gzip else None
        if kept is not None and kept.version is prepared and at < kept.until:
            answer, etag = kept.answer, kept.etag
        else:
            tile = await self._engine.find_tile(prepared.one.name, read_address(path, prepared.one))
            if tile is None:
                return prepared.nothing
            etag = etag_of(prepared.one.version, tile)
            answer = _answer(tile, (*prepared.headers, (b"etag", etag)), request_headers)
            if takes_gzip:
                self._hot.keep(path, Kept(prepared, at + KEPT_S, answer, etag))
        if request_headers.if_none_match and is_known(request_headers.if_none_match, etag):
            return Answer(304, (*prepared.headers, (b"etag", etag)))
        return answer

    def find_set(self, name: str) -> Prepared | None:
        """Find a set that is in service, with its answers prepared."""
        one = None if self._engine is None else self._engine.find_tile_set(name)
        if one is None:
            return None
        prepared = self._prepared.get(name)
        if prepared is None or prepared.one is not one:
            prepared = self._prepared[name] = self._prepare(one)
        return prepared

    def _prepare(self, one: TileSet) -> Prepared:
        common = (*SHOWN_ANYWHERE, self._caching, VARY)
        kind = MEDIA_TYPES.get(one.suffix, b"application/octet-stream")
        return Prepared(one, f"/ti/{one.name}", (*common, (b"content-type", kind)), Answer(204, common))


def etag_of(version: str, tile: Tile) -> bytes:
    """Write the ETag of a tile: of its content too, because those of a tile server change under one description.

    It is weak, because it stands for the tile with and without gzip.
    """
    return b'W/"%08x-%08x-%x"' % (zlib.crc32(version.encode()), zlib.crc32(tile.data), len(tile.data))


def _answer(tile: Tile, headers: tuple[Header, ...], request_headers: RequestHeaders) -> Answer:
    """Give a tile in the encoding that the client takes."""
    if not tile.encoding:
        return Answer(200, headers, tile.data)
    if tile.encoding in encodings_of(request_headers.accept_encoding):
        return Answer(200, (*headers, (b"content-encoding", tile.encoding.encode())), tile.data)
    return Answer(200, headers, decompress(tile))


def read_address(path: str, one: TileSet) -> TileAddress:
    """Read the address of a tile; raise NotFoundError for one that cannot be."""
    found = _ADDRESS.fullmatch(path)
    if found is None:
        example = f"/ti/{one.name}/14/8567/5712.{one.suffix}"
        raise NotFoundError(
            f"The address of a tile is /ti/{{set}}/{{z}}/{{x}}/{{y}}.{{suffix}}, for example {example}."
        )
    z, x, y, suffix = found.groups()
    if suffix != one.suffix:
        raise NotFoundError(f"Tiles of the set '{one.name}' end in '.{one.suffix}'.")
    address = TileAddress(int(z), int(x), int(y))
    if not address.exists():
        raise NotFoundError(f"There is no tile {z}/{x}/{y}: at zoom level z, columns and rows go from 0 to 2^z - 1.")
    return address


def decompress(tile: Tile) -> bytes:
    """Decompress a tile for a client that does not take its encoding."""
    if tile.encoding != "gzip":
        raise UnavailableError(f"The tiles are compressed with '{tile.encoding}', which this client does not accept.")
    reader = zlib.decompressobj(wbits=31)
    try:
        data = reader.decompress(tile.data, LARGEST)
    except zlib.error as error:
        raise UnavailableError(f"The tile is damaged: {error}.") from error
    if not reader.eof:
        raise UnavailableError(f"The tile is truncated, or larger than {LARGEST:,} bytes.")
    return data
