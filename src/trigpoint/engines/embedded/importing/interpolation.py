"""Interpolation of house numbers, of which the data only has the two ends of a row."""

from collections.abc import Iterator
from itertools import pairwise

from trigpoint.engines.embedded.importing.features import Tags
from trigpoint.engines.embedded.importing.staging import NodePath, Staging, decode_nodes, decode_tags, pack_tags
from trigpoint.engines.embedded.index.records import ref_of
from trigpoint.engines.embedded.text.house_numbers import value_of
from trigpoint.maps.place_ids import Source, interpolation_ref

STEPS = {"odd": 2, "even": 2, "all": 1}
MOST_NUMBERS = 500
End = tuple[int, int, Tags, str | None]


def fill_interpolations(staging: Staging) -> int:
    """Add the houses between the ends of interpolations to the staging table; return how many."""
    filled = 0
    for ref, packed, nodes in staging.rows("SELECT ref, tags, nodes FROM interpolation"):
        for row in houses_between(staging, ref >> 3, decode_tags(packed), decode_nodes(nodes)):
            staging.add("house", row)
            filled += 1
    staging.flush()
    return filled


def houses_between(staging: Staging, way: int, tags: Tags, path: NodePath) -> Iterator[tuple[object, ...]]:
    """Yield the rows of one interpolation way. Odd and even numbers keep their parity; a number is the step."""
    step = step_of(tags["addr:interpolation"])
    if not step or way >= 1 << 32:
        return
    ends = numbered_ends(staging, path)
    for (start, first, own, key), (end, last, _, _) in pairwise(ends):
        stretch = path[start : end + 1]
        low, high = min(first, last), max(first, last)
        for number in range(low + step, high, step)[:MOST_NUMBERS]:
            if number >= 1 << 17:
                break
            latitude, longitude = along(stretch, (number - first) / (last - first))
            ref = ref_of(Source.INTERPOLATION, interpolation_ref(way, number).number)
            address = {name: value for name, value in own.items() if name.startswith("addr:")}
            address["addr:housenumber"] = str(number)
            yield ref, 0, key, latitude, longitude, pack_tags(address)


def step_of(kind: str) -> int:
    """Return the step of numbers in an interpolation; 0 for an unknown kind."""
    return STEPS.get(kind) or (int(kind) if kind.isdigit() and 0 < int(kind) < 100 else 0)


def numbered_ends(staging: Staging, path: NodePath) -> list[End]:
    """List the nodes of a way that have a number: where on it, the number, its tags, and the street of its name."""
    ends: list[End] = []
    for at, (node, _, _) in enumerate(path):
        found = staging.db.execute("SELECT tags, key FROM house WHERE ref = ?", (ref_of(Source.NODE, node),)).fetchone()
        if found is not None:
            tags = decode_tags(found[0])
            number = value_of(tags.get("addr:housenumber", ""))
            if number is not None:
                ends.append((at, number, tags, found[1]))
    return ends


def along(path: NodePath, share: float) -> tuple[float, float]:
    """Return the point (latitude, longitude) at a fraction of the length of a path."""
    lengths = [((after[1] - before[1]) ** 2 + (after[2] - before[2]) ** 2) ** 0.5 for before, after in pairwise(path)]
    left = share * sum(lengths)
    for length, before, after in zip(lengths, path, path[1:], strict=False):
        if left <= length and length > 0:
            part = left / length
            return before[1] + part * (after[1] - before[1]), before[2] + part * (after[2] - before[2])
        left -= length
    return path[-1][1], path[-1][2]
