"""The tile engine: the sets that it lists, the tiles that it returns, and files that are replaced while it runs."""

import asyncio
import gzip
import threading
from pathlib import Path

import mapbox_vector_tile
import pytest

from tile_archives import put_in_service
from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.engines.tiles.archives import open_built
from trigpoint.engines.tiles.engine import Tiles
from trigpoint.engines.tiles.generations import map_in_service
from trigpoint.engines.tiles.opening import open_tiles
from trigpoint.engines.tiles.sources import FollowedFile
from trigpoint.maps.tiles import OSM, WORLD, Schema, Tile, TileAddress

TOP = TileAddress(0, 0, 0)


class Watch:
    """A clock that a test moves, by more than it takes to look for a newer file."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_time(self) -> None:
        self.now += 1.0


def followed(home: Path, watch: Watch) -> Tiles:
    return Tiles([FollowedFile(OSM, lambda: map_in_service(home), open_built, clock=watch)])


def ask(tiles: Tiles, address: TileAddress = TOP, name: str = OSM) -> Tile | None:
    return asyncio.run(tiles.find_tile(name, address))


def words(tile: Tile | None) -> bytes:
    assert tile is not None
    assert tile.encoding == "gzip"
    return gzip.decompress(tile.data)


def test_a_fresh_installation_has_the_world(home: Path) -> None:
    tiles = open_tiles(home)
    (world,) = tiles.tile_sets()
    assert (world.name, world.schema, world.min_zoom, world.max_zoom) == (WORLD, Schema.WORLD, 0, 6)
    assert {"de", "en", "ja", "zh-Hant", "pt-PT"} <= set(world.languages)
    assert [one.text for one in world.attributions] == ["Natural Earth", "GeoNames"]
    assert b"countries" in words(ask(tiles, TileAddress(2, 2, 1), WORLD))
    status = asyncio.run(tiles.status())
    assert status.ready
    assert "trigpoint tiles build FILE" in status.detail
    asyncio.run(tiles.close())


def test_the_world_has_one_capital_of_a_country_however_its_name_is_spelled(home: Path) -> None:
    tiles = open_tiles(home)

    def capitals(x: int, y: int) -> list[str]:
        cities = mapbox_vector_tile.decode(words(ask(tiles, TileAddress(6, x, y), WORLD)))["cities"]["features"]
        found = [one["properties"] for one in cities]
        assert not any("Kreis" in one["name"] for one in found)
        return sorted(one.get("name_en", one["name"]) for one in found if one["kind"] == "capital")

    assert capitals(18, 24) == ["Washington"], "there are towns of this name in Pennsylvania and New Jersey"
    assert capitals(18, 31) == ["Bogotá"]
    assert "Vaduz" in capitals(33, 22)
    asyncio.run(tiles.close())


def test_a_build_is_a_set_with_its_time_and_version(home: Path) -> None:
    path = put_in_service(home, {(0, 0, 0): b"map"}, timestamp="2026-11-01T00:00:00Z")
    tiles = open_tiles(home)
    osm = tiles.tile_sets()[0]
    assert (osm.name, osm.schema, osm.suffix, osm.version) == (OSM, Schema.SHORTBREAD, "mvt", path.parent.name)
    assert (osm.languages, osm.as_of) == (("de", "en"), "2026-11-01T00:00:00Z")
    assert osm.box == (47.0, 9.4, 47.3, 9.7)
    assert [one.text for one in osm.attributions] == ["© OpenStreetMap contributors"]
    assert words(ask(tiles)) == b"map"
    assert asyncio.run(tiles.status()).detail == f"Draws town.osm to zoom 0, version {path.parent.name}."


def test_unknown_sets_and_missing_tiles_are_distinguished(home: Path) -> None:
    put_in_service(home, {(0, 0, 0): b"map", (1, 0, 0): b"west"})
    tiles = open_tiles(home)
    assert ask(tiles, TileAddress(1, 1, 1)) is None
    for address in (TileAddress(2, 0, 0), TileAddress(1, 2, 0), TileAddress(1, 0, -1), TileAddress(-1, 0, 0)):
        with pytest.raises(NotFoundError, match="its zoom levels are 0 to 1, and columns and rows go from 0"):
            ask(tiles, address)
    with pytest.raises(NotFoundError, match="There is no set of tiles 'moon'; there are 'osm', 'world'"):
        ask(tiles, name="moon")


def test_without_a_build_its_tiles_are_unavailable(home: Path) -> None:
    with pytest.raises(UnavailableError, match="No tiles are in service for the set 'osm'"):
        ask(open_tiles(home))


def test_a_newer_map_is_put_into_service_and_a_damaged_one_is_not(home: Path) -> None:
    watch = Watch()
    put_in_service(home, {(0, 0, 0): b"first"})
    tiles = followed(home, watch)
    assert words(ask(tiles)) == b"first"
    path = put_in_service(home, {(0, 0, 0): b"second"})
    assert words(ask(tiles)) == b"first", "it is looked four times a second, not at every tile"
    watch.pass_time()
    assert words(ask(tiles)) == b"second"

    third = put_in_service(home, {(0, 0, 0): b"third"})
    third.write_bytes(third.read_bytes()[:200])
    path.unlink()  # as the import after the next one does it
    watch.pass_time()
    assert words(ask(tiles)) == b"second"
    status = asyncio.run(tiles.status())
    assert status.ready, "the map before it is still in service"
    assert "map.pmtiles cannot be served: it is truncated" in status.detail
    assert status.detail.endswith("What was in service before stays.")

    put_in_service(home, {(0, 0, 0): b"fourth"})
    watch.pass_time()
    assert words(ask(tiles)) == b"fourth"
    assert "cannot be served" not in asyncio.run(tiles.status()).detail


def test_a_damaged_map_makes_the_part_unready_until_the_next_build(home: Path) -> None:
    watch = Watch()
    path = put_in_service(home, {(0, 0, 0): b"map"})
    path.write_bytes(b"rubbish")
    tiles = followed(home, watch)
    with pytest.raises(UnavailableError, match="shorter than the header"):
        ask(tiles)
    assert not asyncio.run(tiles.status()).ready
    put_in_service(home, {(0, 0, 0): b"healed"})
    watch.pass_time()
    assert words(ask(tiles)) == b"healed"
    assert asyncio.run(tiles.status()).ready


def test_no_tile_fails_or_mixes_while_maps_are_replaced(home: Path) -> None:
    addresses = [(4, x, y) for x in range(16) for y in range(16)]

    def install(mark: bytes) -> None:
        put_in_service(home, {address: mark + b"%d/%d/%d" % address for address in addresses})

    install(b"0 ")
    watch = Watch()
    tiles = followed(home, watch)
    stop = threading.Event()

    def exchange() -> None:
        for number in range(1, 12):
            install(b"%d " % number)
        stop.set()

    async def read() -> set[bytes]:
        marks = set()
        while not stop.is_set():
            for z, x, y in addresses:
                watch.pass_time()
                tile = await tiles.find_tile(OSM, TileAddress(z, x, y))
                mark, _, rest = words(tile).partition(b" ")
                assert rest == b"%d/%d/%d" % (z, x, y)
                marks.add(mark)
        return marks

    writer = threading.Thread(target=exchange)
    writer.start()
    marks = asyncio.run(read())
    writer.join()
    assert len(marks) > 1
