"""Joining ways with one name to streets, and assigning addresses to the nearest street with their name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations, compress

import numpy as np
import shapely

from trigpoint.engines.embedded.importing.features import STREETS, Tags, names_of, spellings_of
from trigpoint.engines.embedded.importing.hierarchy import Found
from trigpoint.engines.embedded.index.records import Names, OsmBox, ref_of
from trigpoint.maps.place_ids import NUMBER_BITS, Source

GAP = 0.004
"""Highest distance of ways with one name and one town that are one street, in degrees (about 400 m)."""

REACH = 0.02
"""Highest distance of an address from the street with its name, in degrees (about 2 km)."""

FEW = 24
"""Number of ways of a name up to which each is compared with each."""

MOST_POSTCODES = 8
LEAST_SHARE_OF_REF = 3
"""A road number counts for a street if at least one in this many of its ways has it."""


@dataclass(slots=True)
class Way:
    """A named way: its line, how many points it has, and its extent. `is_thing`: it is kept as a thing of its own as well."""

    ref: int
    tags: Tags
    line: shapely.LineString
    points: int
    box: OsmBox
    found: Found
    is_thing: bool = False

    @property
    def postcodes(self) -> list[str]:
        """The postal codes of the way itself."""
        text = self.tags.get("postal_code") or self.tags.get("addr:postcode", "")
        return [code for part in text.split(";") if (code := part.strip())]


@dataclass(slots=True)
class Address:
    """An address with a house number, as it was read."""

    ref: int
    tags: Tags
    at: tuple[float, float]
    found: Found

    @property
    def number(self) -> str:
        """The house number as it is in the data."""
        return self.tags.get("addr:housenumber") or self.tags.get("addr:conscriptionnumber", "")

    @property
    def postcode(self) -> str | None:
        """The postal code, its own or that of its area."""
        return self.tags.get("addr:postcode") or self.found.postcode


@dataclass(slots=True)
class Street:
    """Ways and addresses that belong together."""

    ways: list[Way] = field(default_factory=list)
    houses: list[Address] = field(default_factory=list)

    @property
    def places_in(self) -> list[Found]:
        """The places of its houses, then those of its ways."""
        return [house.found for house in self.houses] + [way.found for way in self.ways]


def rank_of(street: Street) -> float:
    """Return the importance of a street: that of its most important way, plus a little for its houses."""
    greatest = max((STREETS.get(way.tags.get("highway", ""), 0.2) for way in street.ways), default=0.2)
    return greatest + min(0.06, 0.002 * len(street.houses))


def postcodes_of(street: Street) -> list[str]:
    """List the postal codes of a street, the most frequent first."""
    codes = [house.postcode for house in street.houses] + [way.found.postcode for way in street.ways]
    codes += [code for way in street.ways for code in way.postcodes]
    different = {code for code in codes if code}
    if len(different) < 2:  # as of most streets
        return list(different)
    return [code for code, _ in Counter(filter(None, codes)).most_common(MOST_POSTCODES)]


def most_common(ids: list[int]) -> int:
    """Return the most frequent ID, the first of those."""
    return ids[0] if ids.count(ids[0]) == len(ids) else Counter(ids).most_common(1)[0][0]


def join_ways(ways: list[Way]) -> list[Street]:
    """Join ways with one name that are in one town and close to each other to streets."""
    if len(ways) < 2:
        return [Street([way]) for way in ways]
    placed = [(way.found.part, way.found.areas, way.box) for way in ways]
    joined = [pair for pair in _close(ways) if belong_together(placed[pair[0]], placed[pair[1]])]
    groups = group(joined, len(ways))
    return [Street([ways[at] for at in members]) for members in groups]


def _close(ways: list[Way]) -> list[tuple[int, int]]:
    """Return the pairs of ways that are close to each other."""
    boxes = [(way.box[0] - GAP, way.box[1] - GAP, way.box[2] + GAP, way.box[3] + GAP) for way in ways]
    if len(boxes) <= FEW:
        return [pair for pair in combinations(range(len(boxes)), 2) if touch(boxes[pair[0]], boxes[pair[1]])]
    south, west, north, east = np.array(boxes).T
    shapes = shapely.box(west, south, east, north)
    left, right = shapely.STRtree(shapes).query(shapes)
    return [(one, other) for one, other in zip(left.tolist(), right.tolist(), strict=True) if one < other]


def belong_together(one: tuple[str, list[int], OsmBox], other: tuple[str, list[int], OsmBox]) -> bool:
    """Tell whether two nearby ways are one street, by their towns, the areas that contain them, and their boxes."""
    if one[:2] == other[:2]:
        return True
    one_town = one[0] == other[0] or not one[0] or not other[0]
    return one_town and touch(one[2], other[2])


def group(pairs: list[tuple[int, int]], count: int) -> list[list[int]]:
    """Group the numbers from 0 to `count`, so that both numbers of each pair are in the same group."""
    owner = list(range(count))

    def root(at: int) -> int:
        while owner[at] != at:
            owner[at] = owner[owner[at]]
            at = owner[at]
        return at

    for first, second in pairs:
        owner[root(second)] = root(first)
    groups: dict[int, list[int]] = {}
    for at in range(count):
        groups.setdefault(root(at), []).append(at)
    return list(groups.values())


def touch(first: OsmBox, second: OsmBox) -> bool:
    """Tell whether two boxes have a point in common."""
    return first[0] <= second[2] and second[0] <= first[2] and first[1] <= second[3] and second[1] <= first[3]


def hang_houses(streets: list[Street], houses: list[Address]) -> list[Street]:
    """Assign each address to the nearest street with its name; the others form streets without ways."""
    if not houses:
        return streets
    return streets + _streets_without_ways(_hang_on_nearest(streets, houses) if streets else houses)


def _hang_on_nearest(streets: list[Street], houses: list[Address]) -> list[Address]:
    """Assign each address to the nearest street; return the addresses that are close to none."""
    lines = [line_of(street) for street in streets]
    points = shapely.points([(house.at[1], house.at[0]) for house in houses])
    if len(lines) == 1:
        near = shapely.dwithin(points, lines[0], REACH).tolist()
        streets[0].houses += compress(houses, near)
        return [house for house, is_near in zip(houses, near, strict=True) if not is_near]
    (rows, columns), _ = shapely.STRtree(lines).query_nearest(
        points, max_distance=REACH, return_distance=True, all_matches=False
    )
    nearest = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    for at, street in nearest.items():
        streets[street].houses.append(houses[at])
    return [house for at, house in enumerate(houses) if at not in nearest]


def line_of(street: Street) -> shapely.Geometry:
    """Return the ways of a street as one geometry."""
    lines = [way.line for way in street.ways]
    return lines[0] if len(lines) == 1 else shapely.multilinestrings(lines)


def _streets_without_ways(houses: list[Address]) -> list[Street]:
    """Make streets without ways from addresses that are close to each other."""
    clusters: list[tuple[Street, float, float]] = []
    for house in houses:
        for street, latitude, longitude in clusters:
            if abs(latitude - house.at[0]) < REACH and abs(longitude - house.at[1]) < REACH * 1.5:
                street.houses.append(house)
                break
        else:
            clusters.append((Street([], [house]), *house.at))
    return [street for street, _, _ in clusters]


def names_of_street(street: Street) -> tuple[Names, list[str]]:
    """Return a street's names by language, and all texts by which it can be found."""
    names: Names = {}
    spellings: list[str] = []
    for way in sorted(street.ways, key=lambda way: -way.points):
        own = names_of({key: value for key, value in way.tags.items() if key not in {"brand", "operator"}})
        names = {**own, **names}
        spellings += spellings_of({**way.tags, "operator": ""}, own)
        if "ref" in way.tags:
            spellings += [way.tags["ref"]]
            names.setdefault("", way.tags["ref"])
    if street.houses:
        _add_tagged_names(street.houses, names, spellings)
    return names, [text for text in dict.fromkeys(spellings) if text.strip()]


def _add_tagged_names(houses: list[Address], names: Names, spellings: list[str]) -> None:
    """Add the street names from addresses, in all their languages."""
    tagged = Counter(house.tags.get("addr:street") or house.tags.get("addr:place", "") for house in houses)
    spellings += [text for text, _ in tagged.most_common(3) if text]
    names.setdefault("", tagged.most_common(1)[0][0])
    for house in houses[:50]:
        for key, value in house.tags.items():
            if key.startswith("addr:street:") and value:
                names.setdefault(key[12:], value)
                spellings.append(value)


def refs_of(street: Street) -> list[str]:
    """Return the road numbers that many of a street's ways have; a short stretch shared with another road does not count."""
    told = [way.tags["ref"] for way in street.ways if "ref" in way.tags]
    if not told:
        return []
    counts = Counter(ref.strip() for refs in told for ref in refs.split(";") if ref.strip())
    return [ref for ref, count in counts.most_common() if count * LEAST_SHARE_OF_REF >= len(street.ways)]


def places_of(streets: Sequence[Street]) -> list[tuple[float, float, OsmBox]]:
    """Return for each street its point closest to its centre (latitude, longitude), and its extent."""
    lines = np.array([line_of(street) if street.ways else None for street in streets], dtype=object)
    points = shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, shapely.centroid(lines)))
    each = zip(
        streets,
        shapely.get_y(points).tolist(),
        shapely.get_x(points).tolist(),
        shapely.bounds(lines).tolist(),
        strict=True,
    )
    return [
        (latitude, longitude, (south, west, north, east)) if street.ways else _middle_of(street.houses)
        for street, latitude, longitude, (west, south, east, north) in each
    ]


def _middle_of(houses: list[Address]) -> tuple[float, float, OsmBox]:
    latitudes = sorted(house.at[0] for house in houses)
    longitudes = sorted(house.at[1] for house in houses)
    middle = len(latitudes) // 2
    box = (latitudes[0], longitudes[0], latitudes[-1], longitudes[-1])
    return latitudes[middle], longitudes[middle], box


def ref_of_street(street: Street, key: str, locality: str) -> int:
    """Return the reference of a street: the lowest ID of its ways, or for one without ways a hash of its name and town.

    A way that is also a thing of its own, such as a square, is only used if there is no other.
    """
    if street.ways:
        return min((way.is_thing, way.ref) for way in street.ways)[1]
    digest = blake2b(f"street:{key}:{locality}".encode(), digest_size=8).digest()
    return ref_of(Source.POSTCODE, int.from_bytes(digest) >> (64 - NUMBER_BITS))
