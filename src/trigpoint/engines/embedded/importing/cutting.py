"""Cutting the outlines of an import into pieces: all processes take part, and then map the files with the results."""

import pickle
import shutil
from array import array
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from trigpoint.engines.embedded.importing.areas import (
    Area,
    Areas,
    CutAreas,
    CutInterests,
    Interests,
    OutlineRow,
    cut_areas,
    cut_interests,
)
from trigpoint.engines.embedded.importing.outlines import Pieces, PieceWriter
from trigpoint.engines.embedded.importing.sharing import Helpers
from trigpoint.engines.embedded.importing.staging import Staging
from trigpoint.engines.progress import Progress

AREA, INTEREST = "area", "interest"
"""The staging tables with outlines."""

CHUNK_BYTES = 150_000
"""Approximate size of the outlines in a chunk for one process, in bytes: about 25 ms of work."""

FOLDER, TOLD = "outlines", "told"


class _Told(NamedTuple):
    """What is known of the outlines, besides the files with their pieces."""

    areas: list[Area]
    area_pieces: Pieces
    refs: "array[int]"
    names: list[bytes]
    sizes: "array[float]"
    interest_pieces: Pieces


def cut_chunk(chunk: tuple[str, list[OutlineRow]]) -> CutAreas | CutInterests:
    """Cut the outlines of a chunk: the name of their table, and its rows."""
    table, rows = chunk
    return cut_areas(rows) if table == AREA else cut_interests(rows)


def cutter() -> object:
    """Return the function that cuts a chunk, for another process."""
    return cut_chunk


@contextmanager
def outlines_cut(staging: Staging, helpers: Helpers, progress: Progress) -> Iterator[None]:
    """Cut the staged outlines. During the block any process can load them (`load_outlines`); then the files are removed."""
    folder = staging.path.with_name(FOLDER)
    folder.mkdir()
    told = _cut_all(staging, helpers, progress, folder)
    with (folder / TOLD).open("wb") as file:
        pickle.dump(told, file)
    del told
    yield
    shutil.rmtree(folder)


def _cut_all(staging: Staging, helpers: Helpers, progress: Progress, folder: Path) -> _Told:
    areas: list[Area] = []
    refs, names, sizes = array("q"), list[bytes](), array("d")
    total, done = max(1, staging.count(AREA) + staging.count(INTEREST)), 0
    with closing(PieceWriter(folder / AREA)) as area_pieces, closing(PieceWriter(folder / INTEREST)) as interest_pieces:
        for _, made in helpers.share(cut_chunk, cutter, _chunks(staging)):
            match made:
                case CutAreas():
                    areas += made.areas
                    area_pieces.add(made.cut)
                case CutInterests():
                    refs += made.refs
                    names += made.names
                    sizes += made.sizes
                    interest_pieces.add(made.cut)
            done += len(made.cut.counts)
            progress(done / total, "Preparing areas")
        return _Told(areas, area_pieces.finish(), refs, names, sizes, interest_pieces.finish())


def _chunks(staging: Staging) -> Iterator[tuple[str, list[OutlineRow]]]:
    for table in (AREA, INTEREST):
        rows: list[OutlineRow] = []
        size = 0
        for row in staging.rows(f"SELECT ref, tags, shape FROM {table} ORDER BY ref"):  # noqa: S608 (one of two names)
            rows.append(row)
            size += len(row[2])
            if size >= CHUNK_BYTES:
                yield table, rows
                rows, size = [], 0
        if rows:
            yield table, rows


def load_outlines(folder: Path) -> tuple[Areas, Interests]:
    """Load the outlines of `outlines_cut`, in the folder of the staging tables."""
    with (folder / FOLDER / TOLD).open("rb") as file:
        told: _Told = pickle.load(file)  # noqa: S301 (a file of our own, in a private folder)
    areas = Areas(told.areas, told.area_pieces)
    return areas, Interests(told.refs, told.names, told.interest_pieces, told.sizes)
