"""What is read of places behind the index of words: from one file, or from several that are read as one."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache

from trigpoint.engines.embedded.index.records import House, OsmBox, Record, Setting, Vicinity
from trigpoint.engines.embedded.text.normalize import split

Line = list[tuple[float, float]]
"""Points of a line as (longitude, latitude)."""


class PlaceData(ABC):
    """Records, houses, surroundings and the ground. Not for use by two threads at once.

    What is read again and again is remembered; nobody may change it.
    """

    def __init__(self) -> None:
        self.setting = lru_cache(maxsize=20_000)(self.read_setting)
        self.vicinity = lru_cache(maxsize=4_000)(self.read_vicinity)
        self.setting_words = lru_cache(maxsize=20_000)(self._read_setting_words)
        self.own_words = lru_cache(maxsize=4_000)(self._read_own_words)
        self.record = lru_cache(maxsize=4_000)(self.read_record)
        """Reads one record by its id."""

    @abstractmethod
    def read_record(self, record_id: int) -> Record:
        """Read one record anew."""

    @abstractmethod
    def read_setting(self, setting_id: int) -> Setting:
        """Read surroundings anew; empty ones where there are none."""

    @abstractmethod
    def read_vicinity(self, vicinity_id: int) -> Vicinity:
        """Read what lies around anew; nothing for 0."""

    def _read_setting_words(self, setting_id: int) -> frozenset[str]:
        return frozenset(self.setting(setting_id).words)

    def _read_own_words(self, record_id: int) -> frozenset[str]:
        record = self.record(record_id)
        texts = (*record.postcodes, record.street, record.number)
        return frozenset(word for text in texts if text for word in split(text))

    @abstractmethod
    def record_by_ref(self, ref: int) -> tuple[int, Record] | None:
        """Find the record of a thing, with its id."""

    @abstractmethod
    def best_with_prefix(self, prefix: str) -> list[int]:
        """List which records come first among those that a word of the name begins so; for short prefixes."""

    @abstractmethod
    def house_by_ref(self, ref: int) -> House | None:
        """Find the address of a thing."""

    @abstractmethod
    def house(self, house_id: int) -> House:
        """Read one address."""

    @abstractmethod
    def houses_numbered(self, street: int, key: str) -> list[House]:
        """List the addresses of a street that have a number."""

    @abstractmethod
    def some_house(self) -> House | None:
        """Give an address with a plain number from the middle of all."""

    @abstractmethod
    def house_keys(self, street: int, prefix: str = "", limit: int = 2_000) -> list[tuple[str, int]]:
        """List the numbers of a street that begin with a prefix, with their house ids."""

    @abstractmethod
    def houses_near(self, latitude: float, longitude: float, half: float, limit: int = 60) -> list[House]:
        """List addresses in a box around a point, `half` in degrees of latitude."""

    @abstractmethod
    def segments_near(self, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
        """List the stretches of street in a box around a point, `half` in degrees of latitude."""

    @abstractmethod
    def segments_of(self, street: int, limit: int = 500) -> list[Line]:
        """List the stretches of one street."""

    @abstractmethod
    def pois_within(self, box: OsmBox, limit: int = 500) -> list[int]:
        """List the ids of records in a box."""

    @abstractmethod
    def pieces_at(self, latitude: float, longitude: float) -> Sequence[tuple[int, bytes | None]]:
        """List the pieces of areas whose box holds a point, with the record of the area."""

    @abstractmethod
    def extent(self) -> OsmBox | None:
        """Give the box around all that can be found from the ground; None if there is nothing."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the files."""
