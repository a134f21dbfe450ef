"""Reading a `.osm.pbf` file in chunks: the result does not depend on the chunks or the order of the objects."""

import zlib
from pathlib import Path

import numpy as np
import osmium
import pytest

from small_map import SmallMap, a_town
from trigpoint.engines.embedded.importing import extract_reader, node_locations, pbf_pieces, piece_reading
from trigpoint.engines.embedded.importing.extract_reader import read_files
from trigpoint.engines.embedded.importing.node_locations import DENSE, SPARSE, NodeLocations, UnsortedError
from trigpoint.engines.embedded.importing.pbf_pieces import (
    NODES,
    RELATIONS,
    WAYS,
    PbfFile,
    as_blob,
    block_of,
    kinds_of,
    only_ways,
    open_pbf,
)
from trigpoint.engines.embedded.importing.staging import Staging
from trigpoint.engines.embedded.sample import sample_file

TABLES = ("street", "house", "named", "area", "interest", "interpolation", "member")


def quiet(_done: float, _step: str) -> None:
    """Report no progress."""


def staged(file: Path, folder: Path) -> dict[str, list[object]]:
    folder.mkdir()
    staging = Staging(folder / "staging")
    try:
        read_files([file], staging, nodes=folder / "nodes", progress=quiet)
        return {table: sorted(staging.rows(f"SELECT * FROM {table}")) for table in TABLES}
    finally:
        staging.close()
        assert list(folder.iterdir()) == []  # nothing of the reading is left


def packed(drawn: SmallMap, path: Path) -> Path:
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf"), overwrite=True) as writer:
        osmium.apply(str(drawn.write(path.with_suffix(".osm"))), writer)
    return path


def test_the_result_does_not_depend_on_the_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = staged(sample_file(), tmp_path / "whole")
    monkeypatch.setattr(pbf_pieces, "PIECE_BYTES", 1)
    monkeypatch.setattr(extract_reader, "PIECE_BYTES", 1)
    monkeypatch.setattr(piece_reading, "MOST_AT_ONCE", 1)
    assert len(list(open_pbf(sample_file()).pieces())) > 1
    assert staged(sample_file(), tmp_path / "cut") == whole
    assert all(whole[table] for table in ("street", "house", "named", "interest"))


def test_ways_before_their_nodes_are_read(tmp_path: Path) -> None:
    ordered = packed(a_town(), tmp_path / "town.osm.pbf")
    pbf = open_pbf(ordered)
    (piece,) = pbf.pieces()
    turned = tmp_path / "turned.osm.pbf"
    turned.write_bytes(pbf.as_file(pbf.read(span) for span in reversed(piece)))
    assert staged(turned, tmp_path / "turned") == staged(ordered, tmp_path / "ordered")


def test_each_blob_reports_its_types_and_uncompressed_blobs_are_read_too(tmp_path: Path) -> None:
    pbf = open_pbf(packed(a_town(), tmp_path / "town.osm.pbf"))
    (piece,) = pbf.pieces()
    blocks = [block_of(pbf.read(span)) for span in piece]
    assert [kinds_of(block) for block in blocks if block is not None] == [NODES, WAYS, RELATIONS]
    unpacked = tmp_path / "unpacked.osm.pbf"
    unpacked.write_bytes(pbf.as_file(as_blob(block) for block in blocks if block is not None))
    assert staged(unpacked, tmp_path / "one") == staged(pbf.path, tmp_path / "other")


def test_a_blob_that_decompresses_to_more_than_the_format_allows_is_refused() -> None:
    whole = zlib.compress(bytes(pbf_pieces.MOST_BLOCK_BYTES + 1))
    for stream, told in ((whole, "a blob is larger than the format allows"), (whole[:1000], "a blob is truncated")):
        plain = as_blob(memoryview(stream))
        at = 4 + int.from_bytes(plain[:4])
        bomb = plain[:at] + b"\x1a" + plain[at + 1 :]  # the field of what zlib has packed
        with pytest.raises(ValueError, match=told):
            block_of(bomb)


@pytest.mark.parametrize(("more", "told"), [(0, "unexpected end"), (1, "a blob is larger than the format allows")])
def test_a_blob_that_claims_more_than_the_format_allows_is_not_read(tmp_path: Path, more: int, told: str) -> None:
    pbf = open_pbf(packed(a_town(), tmp_path / "town.osm.pbf"))
    size = pbf_pieces.MOST_BLOB_BYTES + more
    header = b"\x0a\x07OSMData\x18" + varint(size)
    claims = tmp_path / "claims.osm.pbf"
    claims.write_bytes(pbf.as_file([len(header).to_bytes(4), header, bytes(100)]))
    with pytest.raises(ValueError, match=told):
        list(open_pbf(claims).pieces())


def ways_of(pbf: PbfFile, block: bytes) -> dict[int, tuple[dict[str, str], list[int]]]:
    content = pbf.as_file([as_blob(block)])
    with osmium.io.Reader(osmium.io.FileBuffer(content, "pbf"), osmium.osm.WAY) as reader:
        return {
            way.id: (dict(way.tags), [node.ref for node in way.nodes])
            for way in osmium.OsmFileIterator(reader)
            if isinstance(way, osmium.osm.Way)
        }


def block_with_ways(pbf: PbfFile) -> memoryview:
    (piece,) = pbf.pieces()
    return next(block for span in piece if (block := block_of(pbf.read(span))) is not None and kinds_of(block) & WAYS)


def test_a_block_is_reduced_to_the_wanted_ways(tmp_path: Path) -> None:
    pbf = open_pbf(packed(a_town(), tmp_path / "town.osm.pbf"))
    block = block_with_ways(pbf)
    all_ways = ways_of(pbf, bytes(block))
    for wanted in ([5001], [5002, 5004], sorted(all_ways)):
        cut = only_ways(block, np.array([1, *wanted, 1 << 40]))
        assert cut is not None
        assert ways_of(pbf, cut) == {number: all_ways[number] for number in wanted}
    assert only_ways(block, np.array([5000, 1 << 40])) is None
    assert only_ways(block, np.array([], dtype=np.int64)) is None


def varint(number: int) -> bytes:
    return bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80]) + varint(number >> 7)


def test_a_way_whose_id_does_not_come_first_is_found() -> None:
    version = b"\x22\x02\x08\x01"  # Way.info
    for number in (3, 1 << 34, -2):
        way_id = b"\x08" + varint(number & (1 << 64) - 1)
        for body in (way_id + version, version + way_id):
            way = b"\x1a" + bytes([len(body)]) + body
            block = memoryview(b"\x12" + bytes([len(way)]) + way)
            assert only_ways(block, np.array([number])) == bytes(block)
            assert only_ways(block, np.array([number + 1])) is None


@pytest.mark.parametrize(
    ("group", "told"),
    [
        (b"\x1a", "truncated number"),
        (b"\x1a\x05\x08\x01", "truncated field"),
        (b"\x1a\x80", "truncated number"),
        (b"\x1a\x00", "a way without an ID"),
        (b"\x1a\x02\x08\x01\x12\x00", "invalid group of ways"),
    ],
)
def test_a_damaged_group_of_ways_is_refused(group: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        only_ways(memoryview(b"\x12" + bytes([len(group)]) + group), np.array([1]))


@pytest.mark.parametrize("cut", [1, 3, 10, 40])
def test_a_file_that_ends_inside_a_blob_is_reported_as_truncated(tmp_path: Path, cut: int) -> None:
    file = packed(a_town(), tmp_path / "town.osm.pbf")
    file.write_bytes(file.read_bytes()[:-cut])
    with pytest.raises(ValueError, match="unexpected end"):
        list(open_pbf(file).pieces())


def test_the_array_of_all_node_locations_of_a_large_file_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = packed(a_town(), tmp_path / "TOWN.OSM.PBF")
    sparse = staged(file, tmp_path / "sparse")
    size = file.stat().st_size
    kinds = []
    for least in (size + 1, size):  # both sides of the threshold
        monkeypatch.setattr(node_locations, "DENSE_FROM", least)
        locations = NodeLocations(tmp_path / "nodes", open_pbf(file), osmium.io.ThreadPool(1, 8))
        kinds.append(locations.kind)
        locations.close()
    assert kinds == [SPARSE, DENSE]
    assert staged(file, tmp_path / "dense") == sparse
    assert all(sparse[table] for table in ("street", "house", "named", "area", "interpolation"))


def test_locations_that_do_not_go_on_from_the_last_are_out_of_order(tmp_path: Path) -> None:
    source = open_pbf(sample_file())
    locations = NodeLocations(tmp_path / "nodes", source, osmium.io.ThreadPool(1, 8))
    parts = [tmp_path / "high", tmp_path / "low"]
    for part, number in zip(parts, (7, 6), strict=True):
        part.write_bytes(number.to_bytes(8, "little") + bytes(8))
    locations.add(parts[0])
    with pytest.raises(UnsortedError, match="out of order"):
        locations.add(parts[1])


@pytest.mark.parametrize("count", range(6))
def test_the_last_pieces_are_split_and_all_blobs_are_read_once_in_order(count: int) -> None:
    spans = [pbf_pieces.Span(start, 10) for start in range(3 * count)]
    pieces = [spans[at : at + 3] for at in range(0, len(spans), 3)]
    split = extract_reader.tapered(pieces)
    assert [span for piece in split for span in piece] == spans
    assert [len(piece) for piece in split] == [3] * max(0, count - extract_reader.SMALL) + [1] * (
        3 * min(count, extract_reader.SMALL)
    )
