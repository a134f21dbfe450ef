"""The nearest street to a point, looked up in the data file while the rest of it is still being written."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trigpoint.engines.embedded.importing.areas import Floats, Point
from trigpoint.engines.embedded.index.datafile import SCALE
from trigpoint.engines.embedded.index.geometry import METRES_PER_DEGREE

REACH_M = 60.0
"""Highest distance in metres of the street that is shown as the location of a place without an address."""

LOOSE_REACH_M = 130.0
"""Highest distance in metres of the street to which an address without a street is assigned."""

NEAR = (
    "SELECT segment.street, segment.shape FROM segment_box JOIN segment ON segment.id = segment_box.id"
    " WHERE west <= ? AND east >= ? AND south <= ? AND north >= ?"
)


class Ground:
    """Reads completed streets (`DataWriter.open_ground`), to which nothing is written any more."""

    def __init__(self, data: Path) -> None:
        # Immutable: SQLite takes no lock, which the process that writes other tables of the file would wait for.
        self._db = sqlite3.connect(f"{data.absolute().as_uri()}?mode=ro&immutable=1", uri=True)

    def names_near(self, points: Sequence[Point]) -> list[str | None]:
        """Return the name of the nearest street to each point (latitude, longitude), if it is close enough."""
        return [self._name(street) if street else None for street in self.nearest(points, REACH_M)]

    def nearest(self, points: Sequence[Point], reach: float) -> list[int]:
        """Return the ID of the nearest street to each point, the lowest of equally near ones; 0 if none is within the distance in metres."""
        found = [0] * len(points)
        asked_of, streets_near, shapes = [], [], []
        for at, box in enumerate(_boxes(points, reach)):
            for street, shape in self._db.execute(NEAR, box):
                asked_of.append(at)
                streets_near.append(street)
                shapes.append(shape)
        if not asked_of:
            return found
        asked, streets = np.array(asked_of), np.array(streets_near)
        metres = _metres(np.array(points)[asked], shapes)
        order = np.lexsort((streets, metres, asked))
        _, first = np.unique(asked[order], return_index=True)
        for at in order[first][metres[order[first]] < reach].tolist():
            found[asked[at]] = int(streets[at])
        return found

    def _name(self, street: int) -> str | None:
        row = self._db.execute("SELECT name FROM street_name WHERE id = ?", (street,)).fetchone()
        return None if row is None else row[0]

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _boxes(points: Sequence[Point], reach: float) -> list[list[float]]:
    """Give what `NEAR` is asked for each point: east, west, north and south of a box around it."""
    if not points:
        return []
    latitude, longitude = np.array(points).T
    high = reach / METRES_PER_DEGREE * 1.1
    wide = high / np.maximum(0.02, np.cos(np.radians(latitude)))
    boxes: list[list[float]] = np.column_stack(
        [longitude + wide, longitude - wide, latitude + high, latitude - high]
    ).tolist()
    return boxes


def _metres(points: Floats, shapes: Sequence[bytes]) -> Floats:
    """Return the distance in metres from each point (latitude, longitude) to the line in the same row."""
    table = np.frombuffer(b"".join(shapes), dtype="<i4").reshape(-1, 2) / SCALE
    counts = np.array([len(shape) // 8 for shape in shapes])
    ends = np.cumsum(counts)
    owner: npt.NDArray[np.intp] = np.repeat(np.arange(len(counts)), counts)
    begins = np.ones(len(table), dtype=bool)
    begins[ends - 1] = False
    first = np.flatnonzero(begins)  # each point but the last of its line
    of = owner[first]
    latitude, longitude = points[of, 0], points[of, 1]
    shrink = np.cos(np.radians(latitude))
    x, y = (table[first, 0] - longitude) * shrink, table[first, 1] - latitude
    dx = (table[first + 1, 0] - table[first, 0]) * shrink
    dy = table[first + 1, 1] - table[first, 1]
    length = dx * dx + dy * dy
    share = np.clip(-(x * dx + y * dy) / np.where(length == 0, 1.0, length), 0.0, 1.0)
    distance = np.hypot(x + share * dx, y + share * dy) * METRES_PER_DEGREE
    starts = np.concatenate([[0], np.cumsum(counts - 1)[:-1]])
    nearest: Floats = np.minimum.reduceat(distance, starts)
    return nearest
