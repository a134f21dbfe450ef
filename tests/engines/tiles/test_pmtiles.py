"""PMTiles: reading agrees with the library `pmtiles`, and a damaged file is an error that names it."""

import gzip
import os
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from trigpoint.engines.tiles.pmtiles import Archive, DamagedArchiveError, tile_id, unpack_varints
from trigpoint.maps.tiles import TileAddress

HEADER = {
    "tile_type": TileType.MVT,
    "tile_compression": Compression.GZIP,
    "min_lon_e7": 0,
    "min_lat_e7": 0,
    "max_lon_e7": 10_0000000,
    "max_lat_e7": 10_0000000,
    "center_zoom": 0,
    "center_lon_e7": 0,
    "center_lat_e7": 0,
}


def write_archive(path: Path, addresses: list[tuple[int, int, int]], **header: object) -> Path:
    """Write an archive whose tiles differ in content and length: their directory can hardly be compressed."""
    with path.open("wb") as file:
        writer = Writer(file)
        for number in sorted(zxy_to_tileid(*address) for address in addresses):
            writer.write_tile(
                number, gzip.compress(Random(number // 3).randbytes(Random(number).randrange(400)), mtime=0)
            )
        writer.finalize(HEADER | header, {"vector_layers": []})
    return path


@given(st.integers(0, 20).flatmap(lambda z: st.tuples(st.just(z), *[st.integers(0, (1 << z) - 1)] * 2)))
def test_a_tile_has_the_number_that_the_library_gives_it(address: tuple[int, int, int]) -> None:
    assert tile_id(TileAddress(*address)) == zxy_to_tileid(*address)


def test_every_tile_is_found_through_runs_and_leaf_directories(tmp_path: Path) -> None:
    addresses = [(z, x, y) for z in (0, 5, 7) for x in range(0, 1 << z, 3) for y in range(1 << z)]
    addresses += [(8, x, y) for x in range(256) for y in range(256) if Random(x * y).random() < 0.1]
    path = write_archive(tmp_path / "many.pmtiles", addresses)
    archive = Archive(path)
    assert archive.header.leaves[1] > 0, "this archive should be large enough for leaf directories"
    with path.open("rb") as file:
        told = dict(all_tiles(MmapSource(file)))
    for address, data in told.items():
        tile = archive.find(TileAddress(*address))
        assert tile is not None
        assert (tile.data, tile.encoding) == (data, "gzip")
    missing = [(8, x, y) for x in range(9) for y in range(9) if (8, x, y) not in told]
    assert missing
    assert all(archive.find(TileAddress(*address)) is None for address in missing)
    assert archive.find(TileAddress(14, 0, 0)) is None
    archive.close()


@pytest.mark.parametrize("kept", [0, 5, 126, 127, 200, -1])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    path = write_archive(tmp_path / "cut.pmtiles", [(0, 0, 0), (1, 0, 0)])
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DamagedArchiveError, match=r"cut\.pmtiles cannot be served: it is (shorter|truncated)"):
        Archive(path)


@pytest.mark.parametrize(
    ("at", "value", "told"),
    [
        (0, b"X", "not a PMTiles file of version 3"),
        (7, b"\x02", "not a PMTiles file of version 3"),
        (97, b"\x03", "something other than gzip"),
        (98, b"\x04", "something other than gzip"),
        (99, b"\x09", "unknown kind"),
        (101, b"\xff", "unknown kind"),
    ],
)
def test_an_impossible_header_is_refused(tmp_path: Path, at: int, value: bytes, told: str) -> None:
    path = write_archive(tmp_path / "odd.pmtiles", [(0, 0, 0)])
    data = bytearray(path.read_bytes())
    data[at : at + 1] = value
    path.write_bytes(data)
    with pytest.raises(DamagedArchiveError, match=told):
        Archive(path)


@given(data=st.binary(max_size=400))
def test_a_damaged_directory_is_always_a_clear_error(data: bytes) -> None:
    with suppress(ValueError):
        unpack_varints(data)


def test_noise_in_the_middle_is_an_error_and_never_a_crash(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "noise.pmtiles", [(6, x, y) for x in range(64) for y in range(64)])
    whole = path.read_bytes()
    for at in range(127, len(whole), max(1, len(whole) // 150)):
        path.write_bytes(whole[:at] + os.urandom(8) + whole[at + 8 :])
        try:
            archive = Archive(path)
        except DamagedArchiveError:
            continue
        for y in range(64):
            with suppress(DamagedArchiveError):
                archive.find(TileAddress(6, 33, y))
        archive.close()


def test_a_file_that_is_overwritten_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "live.pmtiles", [(0, 0, 0)])
    archive = Archive(path)
    before = path.stat()
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(DamagedArchiveError, match="overwritten while it was in use; to replace it, rename"):
        archive.find(TileAddress(0, 0, 0))
    path.write_bytes(b"")
    with pytest.raises(DamagedArchiveError, match="missing"):
        archive.find(TileAddress(0, 0, 0))
    archive.close()


def test_a_file_replaced_by_a_rename_is_read_on_as_it_was(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.pmtiles", [(0, 0, 0)])
    archive = Archive(path)
    write_archive(tmp_path / "b.pmtiles", [(1, 0, 0)]).replace(path)
    assert archive.find(TileAddress(0, 0, 0)) is not None
    archive.close()
