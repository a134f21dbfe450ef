"""Collision detection of labels: occupied boxes, indexed by the cells of a grid."""

from collections.abc import Iterator, Sequence

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""
CELL = 48.0


class Room:
    """The occupied boxes of an image."""

    __slots__ = ("_cells", "height", "width")

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._cells: dict[tuple[int, int], list[Box]] = {}

    def is_free(self, box: Box) -> bool:
        """Whether a box overlaps no occupied box."""
        left, top, right, bottom = box
        for cell in _cells_of(box):
            for taken in self._cells.get(cell, ()):
                if left < taken[2] and right > taken[0] and top < taken[3] and bottom > taken[1]:
                    return False
        return True

    def take(self, box: Box) -> None:
        """Mark a box as occupied, whether it is free or not."""
        for cell in _cells_of(box):
            self._cells.setdefault(cell, []).append(box)

    def take_all(self, boxes: Sequence[Box]) -> bool:
        """Mark boxes as occupied if all are free, otherwise none. Returns whether they were free."""
        if not all(map(self.is_free, boxes)):
            return False
        for box in boxes:
            self.take(box)
        return True

    def shows(self, box: Box) -> bool:
        """Whether a box is completely inside the image."""
        return box[0] >= 0 and box[1] >= 0 and box[2] <= self.width and box[3] <= self.height


def _cells_of(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box[0] // CELL), int(box[2] // CELL) + 1):
        for row in range(int(box[1] // CELL), int(box[3] // CELL) + 1):
            yield column, row


def grown(box: Box, by: float) -> Box:
    """Return a box with a margin of `by` pixels around it."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
