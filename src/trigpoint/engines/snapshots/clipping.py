"""Clip a line segment to a rectangle."""


def part_inside(
    one: tuple[float, float], other: tuple[float, float], rectangle: tuple[float, float, float, float]
) -> tuple[float, float] | None:
    """Return where a segment enters and leaves a rectangle (left, top, right, bottom), as fractions of its length.

    None if no part of it is inside. This is the algorithm of Liang and Barsky.
    """
    (x, y), (dx, dy) = one, (other[0] - one[0], other[1] - one[1])
    left, top, right, bottom = rectangle
    enters, leaves = 0.0, 1.0
    for step, room in ((-dx, x - left), (dx, right - x), (-dy, y - top), (dy, bottom - y)):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    return (enters, leaves) if enters <= leaves else None
