"""The interface of place data behind the text index: one data file, or several that are read as one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache

from trigpoint.engines.embedded.index.memory import Memory
from trigpoint.engines.embedded.index.records import House, OsmBox, Record, Setting, Vicinity
from trigpoint.engines.embedded.text.normalize import split

Line = list[tuple[float, float]]
"""Points of a line as (longitude, latitude)."""


class PlaceData(ABC):
    """Records, houses, settings, vicinities and spatial queries. Must not be used by two threads at once.

    Results are cached; callers must not change them.
    """

    def __init__(self) -> None:
        self.setting = lru_cache(maxsize=20_000)(self.read_setting)
        self.vicinity = lru_cache(maxsize=4_000)(self.read_vicinity)
        self.setting_words = lru_cache(maxsize=20_000)(self._read_setting_words)
        self.own_words = lru_cache(maxsize=4_000)(self._read_own_words)
        self._records: Memory[int, Record] = Memory(4_000)

    def record(self, record_id: int) -> Record:
        """Return one record."""
        found = self._records.get(record_id)
        if found is None:
            found = self._records[record_id] = self.read_record(record_id)
        return found

    def records(self, ids: Sequence[int]) -> list[Record]:
        """Return some records; those that are not in the cache are read together."""
        known = [*map(self._records.get, ids)]
        missing = [record_id for record_id, record in zip(ids, known, strict=True) if record is None]
        if not missing:
            return known  # type: ignore[return-value] # none is None
        read = self.read_records(missing)
        self._records.add(read)
        return [read[record_id] if record is None else record for record_id, record in zip(ids, known, strict=True)]

    @abstractmethod
    def read_record(self, record_id: int) -> Record:
        """Read one record, without the cache."""

    def read_records(self, ids: Sequence[int]) -> dict[int, Record]:
        """Read some records, without the cache."""
        return {record_id: self.read_record(record_id) for record_id in ids}

    @abstractmethod
    def read_setting(self, setting_id: int) -> Setting:
        """Read a setting, without the cache; an empty one if there is none."""

    @abstractmethod
    def read_vicinity(self, vicinity_id: int) -> Vicinity:
        """Read a vicinity, without the cache; an empty one for 0."""

    def _read_setting_words(self, setting_id: int) -> frozenset[str]:
        return frozenset(self.setting(setting_id).words)

    def _read_own_words(self, record_id: int) -> frozenset[str]:
        record = self.record(record_id)
        texts = (*record.postcodes, record.street, record.number)
        return frozenset(word for text in texts if text for word in split(text))

    @abstractmethod
    def record_by_ref(self, ref: int) -> tuple[int, Record] | None:
        """Find a record by its reference, or that of an alias; return its ID as well."""

    @abstractmethod
    def best_with_prefix(self, prefix: str) -> list[int]:
        """Return the precomputed top records for a short prefix."""

    @abstractmethod
    def house_by_ref(self, ref: int) -> House | None:
        """Find an address by its reference."""

    @abstractmethod
    def house(self, house_id: int) -> House:
        """Read one address."""

    @abstractmethod
    def houses_numbered(self, street: int, keys: Sequence[str]) -> dict[str, list[House]]:
        """Return the addresses of a street that have one of some lookup keys, by key."""

    @abstractmethod
    def some_house(self) -> House | None:
        """Return an address with a plain number, as an example."""

    @abstractmethod
    def house_keys(self, street: int, prefix: str = "", limit: int = 2_000) -> list[tuple[str, int]]:
        """Return the lookup keys of a street with a prefix, with house IDs."""

    @abstractmethod
    def houses_near(self, latitude: float, longitude: float, half: float, limit: int = 60) -> list[House]:
        """Return addresses in a box around a point; `half` is half its height, in degrees of latitude."""

    @abstractmethod
    def segments_near(self, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
        """Return the street segments in a box around a point, with their streets' IDs; `half` in degrees of latitude."""

    @abstractmethod
    def segments_of(self, street: int, limit: int = 500) -> list[Line]:
        """Return the segments of one street."""

    @abstractmethod
    def pois_within(self, box: OsmBox, limit: int = 500) -> list[int]:
        """Return the IDs of point records in a box."""

    @abstractmethod
    def pieces_at(self, latitude: float, longitude: float) -> Sequence[tuple[int, bytes | None]]:
        """Return the pieces of areas whose box contains a point, with the record IDs of the areas."""

    @abstractmethod
    def extent(self) -> OsmBox | None:
        """Return the box around everything in the spatial indexes; None if they are empty."""

    @abstractmethod
    def close(self) -> None:
        """Close the files."""
