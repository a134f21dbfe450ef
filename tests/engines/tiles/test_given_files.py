"""Tiles from the operator's own file: their schema, attribution, and errors."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import TileType

from tile_archives import layers, write_archive, write_mbtiles
from trigpoint.base.errors import UnavailableError
from trigpoint.engines.tiles.archives import open_brought
from trigpoint.engines.tiles.opening import open_tiles
from trigpoint.engines.tiles.tilesets import read_attribution, schema_of
from trigpoint.maps.tiles import IMAGERY, OSM, WORLD, Attribution, Schema, TileAddress, TileSet

TOP = {(0, 0, 0): b"top", (2, 1, 0): b"north"}


def describe(path: Path) -> TileSet:
    with closing(open_brought(path)) as opened:
        return opened.described


def read_diagonal(path: Path) -> None:
    with closing(open_brought(path)) as opened:
        for x in range(40):
            opened.find(TileAddress(8, x, 39 - x))


@pytest.mark.parametrize(
    ("names", "schema"),
    [
        (("streets", "street_labels", "water_polygons", "land", "pois"), Schema.SHORTBREAD),
        (("transportation", "transportation_name", "water", "place", "poi"), Schema.OPENMAPTILES),
        (("earth", "water", "landuse", "roads", "places", "pois", "buildings"), Schema.PROTOMAPS),
        (("trees", "benches"), None),
        ((), None),
    ],
)
def test_a_schema_is_known_by_its_layers(names: tuple[str, ...], schema: Schema | None) -> None:
    assert schema_of(names) is schema


@pytest.mark.parametrize("write", [write_archive, write_mbtiles])
def test_a_given_file_is_served_in_place_of_built_tiles(home: Path, tmp_path: Path, write: Any) -> None:
    path = write(tmp_path / f"map.{'pm' if write is write_archive else 'mb'}tiles", TOP)
    tiles = open_tiles(home, tiles=str(path))
    osm = {one.name: one for one in tiles.tile_sets()}[OSM]
    assert (osm.schema, osm.suffix, osm.min_zoom, osm.max_zoom) == (Schema.SHORTBREAD, "mvt", 0, 2)
    assert osm.languages == ("de",)
    tile = asyncio.run(tiles.find_tile(OSM, TileAddress(2, 1, 0)))
    assert tile is not None
    assert tile.encoding == "gzip"
    assert asyncio.run(tiles.find_tile(OSM, TileAddress(2, 1, 3))) is None
    assert [one.name for one in tiles.tile_sets()] == [OSM, WORLD]
    asyncio.run(tiles.close())


def test_mbtiles_have_their_bounds(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "a.mbtiles", TOP, bounds="9.4,47.0,9.7,47.3", minzoom="0", maxzoom="14")
    described = describe(path)
    assert (described.box, described.max_zoom) == ((47.0, 9.4, 47.3, 9.7), 14)
    odd = write_mbtiles(tmp_path / "b.mbtiles", TOP, bounds="everywhere", minzoom="9", maxzoom="1")
    assert (describe(odd).box[0], describe(odd).max_zoom) == (-85.0511, 2)


def test_an_unknown_schema_is_refused_with_its_layers(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "trees.pmtiles", TOP, metadata=layers("trees", "benches"))
    with pytest.raises(UnavailableError, match=r"must be Shortbread, OpenMapTiles or Protomaps v4.*benches, trees"):
        open_brought(path)


def test_raster_tiles_are_imagery_and_no_map(home: Path, tmp_path: Path) -> None:
    pictures = write_archive(tmp_path / "sky.pmtiles", TOP, kind=TileType.WEBP, metadata={})
    with pytest.raises(UnavailableError, match="pictures: they are imagery, which TRIGPOINT_IMAGERY sets"):
        open_brought(pictures)
    drawn = write_archive(tmp_path / "map.pmtiles", TOP)
    with pytest.raises(UnavailableError, match="a drawn map: that is set by TRIGPOINT_TILES"):
        open_brought(drawn, name=IMAGERY)
    tiles = open_tiles(home, imagery=str(pictures), imagery_attribution='<a href="https://sky.example">© Sky</a>')
    sky = tiles.tile_sets()[-1]
    assert (sky.name, sky.schema, sky.suffix, sky.tile_size) == (IMAGERY, Schema.RASTER, "webp", 256)
    assert sky.attributions == (Attribution("© Sky", "https://sky.example"),)
    tile = asyncio.run(tiles.find_tile(IMAGERY, TileAddress(0, 0, 0)))
    assert tile is not None
    assert (tile.data, tile.encoding) == (b"top", "")
    asyncio.run(tiles.close())


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "no such table"), (b"rubbish" * 500, "file is not a database")],
)
def test_a_damaged_mbtiles_file_says_so(home: Path, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "a.mbtiles"
    path.write_bytes(content)
    tiles = open_tiles(home, tiles=str(path))
    assert [one.name for one in tiles.tile_sets()] == [WORLD]
    with pytest.raises(UnavailableError, match=rf"a\.mbtiles cannot be served: {told}"):
        asyncio.run(tiles.find_tile(OSM, TileAddress(0, 0, 0)))
    status = asyncio.run(tiles.status())
    assert not status.ready
    assert told in status.detail
    assert asyncio.run(tiles.find_tile(WORLD, TileAddress(0, 0, 0))) is not None, "the rest is untouched"


def test_a_truncated_mbtiles_file_is_an_error_for_the_missing_tiles(tmp_path: Path) -> None:
    many = {(8, x, y): os.urandom(300) for x in range(40) for y in range(40)}
    path = write_mbtiles(tmp_path / "cut.mbtiles", many)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    with pytest.raises(UnavailableError, match=r"cut\.mbtiles cannot be served"):
        read_diagonal(path)


def test_an_mbtiles_file_without_tiles_or_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="holds no tile"):
        open_brought(write_mbtiles(tmp_path / "empty.mbtiles", {}))
    with pytest.raises(UnavailableError, match=r"unknown format \('tiff'\)"):
        open_brought(write_mbtiles(tmp_path / "odd.mbtiles", TOP, format="tiff"))


def test_a_missing_file_is_reported_and_found_once_it_exists(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "later.mbtiles"
    tiles = open_tiles(home, tiles=str(path))
    assert [one.name for one in tiles.tile_sets()] == [WORLD]
    assert "later.mbtiles cannot be read: No such file or directory" in asyncio.run(tiles.status()).detail


def test_a_row_without_bytes_is_no_tile(tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "null.mbtiles", TOP)
    db = sqlite3.connect(path)
    db.execute("UPDATE tiles SET tile_data = NULL")
    db.commit()
    db.close()
    with closing(open_brought(path)) as opened:
        assert opened.find(TileAddress(0, 0, 0)) is None


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (
            """<a href="https://www.openmaptiles.org/" target="_blank">&copy; OpenMapTiles</a>
            <a href='https://www.openstreetmap.org/copyright'>&copy; OpenStreetMap contributors</a>""",
            [
                Attribution("© OpenMapTiles", "https://www.openmaptiles.org/"),
                Attribution("© OpenStreetMap contributors", "https://www.openstreetmap.org/copyright"),
            ],
        ),
        ("© Me", [Attribution("© Me", "")]),
        ('<a href="javascript:alert(1)">x</a>', [Attribution("x", "")]),
        ("<script>alert(1)</script>", [Attribution("alert(1)", "")]),
        ("", []),
        (" | ", []),
    ],
)
def test_an_attribution_keeps_only_its_text_and_web_links(told: str, shown: list[Attribution]) -> None:
    assert list(read_attribution(told)) == shown


def test_required_attributions_are_shown_even_if_a_file_has_none(tmp_path: Path) -> None:
    openmaptiles = layers("transportation", "transportation_name", "water", "place")
    found = describe(write_archive(tmp_path / "a.pmtiles", TOP, metadata=openmaptiles))
    assert [one.text for one in found.attributions] == ["© OpenMapTiles", "© OpenStreetMap contributors"]
    plain = describe(write_archive(tmp_path / "b.pmtiles", TOP))
    assert [one.text for one in plain.attributions] == ["© OpenStreetMap contributors"]
