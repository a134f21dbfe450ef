"""Several data files read as one: each region is a part.

An ID contains the number of its part (`twins.SHIFT`). Spatial queries only read parts whose box is touched. An object in
several parts is returned once, as its most complete copy, with the houses and segments of all copies.
"""

from collections.abc import Iterable, Iterator, Sequence

from trigpoint.engines.embedded.index.datafile import DataFile, around
from trigpoint.engines.embedded.index.place_data import Line, PlaceData
from trigpoint.engines.embedded.index.records import House, Kind, OsmBox, Record, Setting, Vicinity
from trigpoint.engines.embedded.index.twins import SHIFT, Part, Twins, may_meet

OWN = (1 << SHIFT) - 1
MARGIN = 1e-6
"""Degrees by which boxes of parts are enlarged, as R*Trees round their boxes."""


class JoinedData(PlaceData):
    """Reads parts as one. The caller closes the parts."""

    def __init__(self, parts: Sequence[Part], twins: Twins) -> None:
        super().__init__()
        self._files = [part.data for part in parts]
        self._boxes = [part.box for part in parts]
        self._chosen, self._copies = twins.chosen, twins.copies

    def _file(self, one: int) -> DataFile:
        return self._files[one >> SHIFT]

    def _of(self, one: int) -> Iterator[tuple[DataFile, int, int]]:
        """Yield each copy of a record: its file, its ID in that file, and the offset of IDs of that file."""
        for copy in self._copies.get(one, (one,)):
            yield self._files[copy >> SHIFT], copy & OWN, copy & ~OWN

    def meeting(self, box: OsmBox) -> list[int]:
        """Return the numbers of the parts that may have something in a box."""
        south, west, north, east = box
        wide = (south - MARGIN, west - MARGIN, north + MARGIN, east + MARGIN)
        return [at for at, own in enumerate(self._boxes) if may_meet(own, wide)]

    def chosen(self, ids: Iterable[int]) -> list[int]:
        """Replace records by their most complete copies, without duplicates."""
        return list(dict.fromkeys([self._chosen.get(one, one) for one in ids]))

    def read_record(self, record_id: int) -> Record:
        """Read one record, without the cache. A street that is cut at a border has the houses and extent of the whole."""
        record = _moved(self._file(record_id).read_record(record_id & OWN), record_id & ~OWN)
        if record_id in self._copies and record.kind == Kind.STREET:
            copies = [file.read_record(own) for file, own, _ in self._of(record_id)]
            record.ref = min(copy.ref for copy in copies)
            record.box = _around_all([copy.box for copy in copies if copy.box is not None])
        return record

    def read_setting(self, setting_id: int) -> Setting:
        """Read a setting, without the cache; an empty one if there is none."""
        return self._file(setting_id).read_setting(setting_id & OWN)

    def read_vicinity(self, vicinity_id: int) -> Vicinity:
        """Read a vicinity, without the cache; an empty one for 0."""
        return self._file(vicinity_id).read_vicinity(vicinity_id & OWN)

    def record_by_ref(self, ref: int) -> tuple[int, Record] | None:
        """Find a record by its reference."""
        for at, file in enumerate(self._files):
            found = file.record_by_ref(ref)
            if found is not None:
                (best,) = self.chosen([at << SHIFT | found[0]])
                return best, self.record(best)
        return None

    def best_with_prefix(self, prefix: str) -> list[int]:  # noqa: ARG002 (written for the world, which is not joined)
        """Return nothing, as top records are precomputed for the world gazetteer only."""
        return []

    def house_by_ref(self, ref: int) -> House | None:
        """Find an address by its reference."""
        found = [(file.house_by_ref(ref), at << SHIFT) for at, file in enumerate(self._files)]
        return next(iter(self._once(self._house(house, base) for house, base in found if house is not None)), None)

    def house(self, house_id: int) -> House:
        """Read one address."""
        return self._house(self._file(house_id).house(house_id & OWN), house_id & ~OWN)

    def houses_numbered(self, street: int, keys: Sequence[str]) -> dict[str, list[House]]:
        """Return the addresses of a street that have one of some lookup keys, by key."""
        found: dict[str, list[House]] = {}
        for file, own, base in self._of(street):
            for key, houses in file.houses_numbered(own, keys).items():
                found.setdefault(key, []).extend([self._house(house, base) for house in houses])
        return {key: self._once(houses) for key, houses in found.items()}

    def some_house(self) -> House | None:
        """Return an address with a plain number from the middle of the first part that has one."""
        found = ((file.some_house(), at << SHIFT) for at, file in enumerate(self._files))
        return next((self._house(house, base) for house, base in found if house is not None), None)

    def house_keys(self, street: int, prefix: str = "", limit: int = 2_000) -> list[tuple[str, int]]:
        """Return the lookup keys of a street with a prefix, with house IDs."""
        keys = [
            (key, base | house)
            for file, own, base in self._of(street)
            for key, house in file.house_keys(own, prefix, limit)
        ]
        if street not in self._copies:
            return keys
        kept = {house.id for house in self._once(map(self.house, dict.fromkeys(house for _, house in keys)))}
        return sorted(pair for pair in keys if pair[1] in kept)[:limit]

    def houses_near(self, latitude: float, longitude: float, half: float, limit: int = 60) -> list[House]:
        """List addresses in a box around a point, `half` in degrees of latitude."""
        return self._once(
            self._house(house, at << SHIFT)
            for at in self._around(latitude, longitude, half)
            for house in self._files[at].houses_near(latitude, longitude, half, limit)
        )

    def segments_near(self, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
        """List the street segments in a box around a point, `half` in degrees of latitude."""
        return [
            (self.choose(at << SHIFT | street), line)
            for at in self._around(latitude, longitude, half)
            for street, line in self._files[at].segments_near(latitude, longitude, half)
        ]

    def segments_of(self, street: int, limit: int = 500) -> list[Line]:
        """Return the segments of one street."""
        return [line for file, own, _ in self._of(street) for line in file.segments_of(own, limit)]

    def pois_within(self, box: OsmBox, limit: int = 500) -> list[int]:
        """Return the IDs of point records in a box."""
        found = (at << SHIFT | one for at in self.meeting(box) for one in self._files[at].pois_within(box, limit))
        return self.chosen(found)[:limit]

    def pieces_at(self, latitude: float, longitude: float) -> list[tuple[int, bytes | None]]:
        """Return the pieces of areas whose box contains a point, with the record IDs of the areas."""
        return [
            (self.choose(at << SHIFT | record), shape)
            for at in self.meeting((latitude, longitude, latitude, longitude))
            for record, shape in self._files[at].pieces_at(latitude, longitude)
        ]

    def extent(self) -> OsmBox | None:
        """Return the box around everything in the spatial indexes; None if it is unknown for a part, or they are empty."""
        boxes = [box for box in self._boxes if box is not None]
        return _around_all(boxes) if len(boxes) == len(self._boxes) else None

    def close(self) -> None:
        """Do nothing: the parts may be in use elsewhere, and are closed by the caller."""

    def choose(self, record_id: int) -> int:
        """Return the most complete copy of a record."""
        return self._chosen.get(record_id, record_id)

    def _around(self, latitude: float, longitude: float, half: float) -> list[int]:
        west, east, south, north = around(latitude, longitude, half)
        return self.meeting((south, west, north, east))

    def _house(self, house: House, base: int) -> House:
        """Convert the IDs of a house to those of the joined data, in place."""
        house.id |= base
        house.setting |= base
        if house.street:
            house.street = self.choose(base | house.street)
        if house.vicinity:
            house.vicinity |= base
        return house

    def _once(self, houses: Iterable[House]) -> list[House]:
        """Remove duplicate addresses, keeping the copy with the most complete surroundings."""
        kept: dict[object, House] = {}
        for house in houses:
            key = (house.ref, house.number) if house.ref else (house.number, house.latitude, house.longitude)
            before = kept.get(key)
            if before is None or self._filled(house) > self._filled(before):
                kept[key] = house
        return list(kept.values())

    def _filled(self, house: House) -> int:
        setting = self.setting(house.setting)
        areas = (setting.administrative_area, setting.sub_administrative_area, setting.locality, setting.sub_locality)
        return sum(map(bool, (*areas, house.postcode)))


def _around_all(boxes: Sequence[OsmBox]) -> OsmBox | None:
    if not boxes:
        return None
    south, west, north, east = zip(*boxes, strict=True)
    return min(south), min(west), max(north), max(east)


def _moved(record: Record, base: int) -> Record:
    """Convert the IDs of a record to those of the joined data, in place."""
    record.setting |= base
    if record.vicinity:
        record.vicinity |= base
    return record
