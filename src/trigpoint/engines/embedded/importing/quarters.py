"""The quarters of a point: those with an outline, then the nearest ones that are points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trigpoint.engines.embedded.importing.admin_levels import is_quarter, level_of_area
from trigpoint.engines.embedded.importing.areas import Area, Areas, as_arrays
from trigpoint.engines.embedded.importing.features import SETTLEMENTS, Tags
from trigpoint.engines.embedded.importing.settlements import IN_REACH, Nearby, Settlement, Settlements
from trigpoint.engines.embedded.index.memory import Memory
from trigpoint.engines.embedded.index.records import Level, Names

COARSE_FIRST = ("borough", "suburb", "quarter", "neighbourhood")
VILLAGES = frozenset({"village", "hamlet"})
MOST_QUARTERS = 5
MOST_KNOWN = 2_000


@dataclass(frozen=True, slots=True)
class Quartered:
    """The quarter in the address of a point, and all quarters that contain it, the largest first."""

    main: Names
    all: list[Names]


class Quarters:
    """The quarters of an import. `countries` are those of the areas.

    A quarter that is a point counts within its reach, but not beyond the outline of its town, or of a quarter that
    contains it.
    """

    def __init__(self, areas: Areas, countries: Sequence[str], settlements: Settlements) -> None:
        self._areas = areas.areas
        levels = [level_of_area(area, country) for area, country in zip(areas.areas, countries, strict=True)]
        self._is_quarter = [is_quarter(area, country) for area, country in zip(areas.areas, countries, strict=True)]
        self._is_bound = [
            level is Level.LOCALITY or quarter for level, quarter in zip(levels, self._is_quarter, strict=True)
        ]
        self._points = {point.ref: point for point in settlements.all()}
        holding = areas.holding(*as_arrays([point.at for point in self._points.values()]))
        self._bounds = {ref: self._bounds_of(held) for ref, held in zip(self._points, holding, strict=True)}
        self._found: Memory[object, Quartered] = Memory(MOST_KNOWN)

    def _bounds_of(self, holding: Sequence[int]) -> tuple[int, ...]:
        return tuple(at for at in holding if self._is_bound[at])

    def of(self, own: Tags, outlined: Area | None, holding: Sequence[int], near: Nearby, locality: Names) -> Quartered:
        """Find the quarters of a point: `own` are the tags of the thing that lies there, `outlined` its address's outline."""
        tagged = tagged_quarter(own)
        reached = sorted([(share, one.ref) for one, share in near.values() if share <= IN_REACH])
        key = (*holding, None, *(ref for _, ref in reached), tagged, locality.get("", ""))
        found = self._found.get(key)
        if found is None:
            bounds = self._bounds_of(holding)
            points = [self._points[ref] for _, ref in reached]
            here = _Here(
                outlined=outlined.names if outlined is not None else {},
                outlines=[self._areas[at].names for at in reversed(holding) if self._is_quarter[at]],
                village=_village(points, lambda point: self._bounds[point.ref] == bounds),
                points=[point for point in points if point.place in COARSE_FIRST and self._bounds[point.ref] == bounds],
                tagged=tagged,
            )
            found = self._found[key] = Quartered(here.main(locality), here.all(locality))
        return found


@dataclass(frozen=True, slots=True)
class _Here:
    """The quarters around one point: outlines the largest first, points the nearest first."""

    outlined: Names
    outlines: list[Names]
    village: Settlement | None
    points: list[Settlement]
    tagged: str

    def main(self, locality: Names) -> Names:
        """Choose the quarter of an address: from its tags, else the smallest outline, the nearest point, the village."""
        candidates = [self.outlined, *(point.names for point in self.points)]
        candidates += [self.village.names] if self.village is not None else []
        if self.tagged:
            chosen = next((names for names in candidates if self.tagged in names.values()), {"": self.tagged})
        else:
            chosen = next((names for names in candidates if names), {})
        return chosen if chosen.get("") != locality.get("") else {}

    def all(self, locality: Names) -> list[Names]:
        """Return the quarters, the largest first; an outline comes before a point with the same name."""
        village = [self.village.names] if self.village is not None else []
        points = [point.names for point in sorted(self.points, key=lambda point: COARSE_FIRST.index(point.place))]
        known = [*village, *self.outlines, *points]
        if self.tagged and not any(self.tagged in names.values() for names in known):
            known.insert(len(village) + len(self.outlines), {"": self.tagged})
        by_name: dict[str, Names] = {}
        for names in known:
            by_name.setdefault(names.get("", ""), names)
        by_name.pop(locality.get("", ""), None)
        return list(by_name.values())[:MOST_QUARTERS]


def _village(points: list[Settlement], is_here: Callable[[Settlement], bool]) -> Settlement | None:
    """Return the village of a larger municipality: the nearest of all towns and villages."""
    nearest = next((point for point in points if SETTLEMENTS[point.place][0] is Level.LOCALITY), None)
    return nearest if nearest is not None and nearest.place in VILLAGES and is_here(nearest) else None


def tagged_quarter(own: Tags) -> str:
    """Return the quarter in the tags of an address; "" if there is none."""
    return own.get("addr:suburb") or own.get("addr:district") or own.get("addr:quarter") or ""
