"""The records of the data file, and how they are packed."""

from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec

from trigpoint.maps.place_ids import SOURCES, PlaceRef, Source


class Kind(IntEnum):
    """The kind of a record. The numbers are part of the file format."""

    STREET = 1
    POI = 2
    SETTLEMENT = 3
    AREA = 4
    POSTCODE = 5
    NATURAL = 6
    HOUSE = 7


AREAS = frozenset({Kind.AREA, Kind.SETTLEMENT})
"""Towns, and areas with an outline."""


class Level(IntEnum):
    """The level of an area or a settlement, as an address category of Apple's."""

    NONE = 0
    COUNTRY = 1
    ADMINISTRATIVE_AREA = 2
    SUB_ADMINISTRATIVE_AREA = 3
    LOCALITY = 4
    SUB_LOCALITY = 5
    POSTAL_CODE = 6


MOST_TIE_BREAK = 0.0005
"""Upper limit of `tie_break`; less than any real difference of importance, such as 0.002 for one more house of a street."""

SCATTERING, TWO_TO_64 = 0x9E3779B97F4A7C15, 1 << 64
"""2^64 divided by the golden ratio, whose multiples are spread evenly (Knuth, The Art of Computer Programming, 6.4)."""

Names = dict[str, str]
"""Names by language; the empty string is the local name."""

Form = Sequence[str]
"""The words of one spelling of a name."""

OsmBox = tuple[float, float, float, float]
"""South, west, north, east."""


_encode = msgspec.msgpack.Encoder().encode
_decode_names = msgspec.msgpack.Decoder(Names).decode


def pack_names(names: Names) -> msgspec.Raw:
    """Pack names for a record."""
    return msgspec.Raw(_encode(names))


class Record(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """An object that has a name. `ref` is its reference (see `ref_of`).

    `packed_names` are its names (`pack_names`), unpacked on request: most candidates of a question are not shown, and a town
    of the world has twenty names. `spelled` are the words of its names, the chief one first, as `spell` writes them: a town of the world has fifty
    spellings, of which a question is about one or two; the first `chiefs` of them are as good as the chief one. `gc=False`, and tuples in place of lists, keep thousands of records out of the collector's
    walks.
    """

    kind: int
    ref: int
    packed_names: msgspec.Raw
    spelled: str
    latitude: float
    longitude: float
    setting: int
    box: OsmBox | None = None
    rank: float = 0.0
    level: int = 0
    category: str | None = None
    number: str | None = None
    street: str | None = None
    postcodes: tuple[str, ...] = ()
    telephone: str | None = None
    urls: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()
    numbered: int = 0
    country: str = ""
    chiefs: int = 1
    vicinity: int = 0

    @property
    def names(self) -> Names:
        """Its names by language, unpacked with each call."""
        return _decode_names(self.packed_names)

    @property
    def forms(self) -> list[Form]:
        """The words of every spelling, the chief one first."""
        return [line.split() for line in self.spelled.splitlines()]

    @property
    def chief(self) -> str:
        """The words of the chief name as `spell` writes them; empty if there is no name."""
        end = self.spelled.find("\n")
        return self.spelled if end < 0 else self.spelled[:end]


def spell(forms: Iterable[Form]) -> str:
    """Join spellings to one text: one per line, with a space before and after each word, so that words and prefixes can be found."""
    return "\n".join(f" {' '.join(form)} " for form in dict.fromkeys(map(tuple, forms)) if form)


class Setting(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """The areas in the addresses of many records: what follows the street in an address.

    `words` are the words of all their names, for matching.
    """

    country_code: str
    administrative_area: Names = {}
    administrative_area_code: str | None = None
    sub_administrative_area: Names = {}
    locality: Names = {}
    sub_locality: Names = {}
    words: list[str] = []


class Vicinity(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """Areas around a point that are not part of address lines; many records share one.

    `quarters` contain the point, the largest first, including the one in the address; `interests` are areas of interest
    (parks, campuses, malls and so on) that contain it, the smallest first.
    """

    quarters: list[Names] = []
    interests: list[Names] = []


class House(msgspec.Struct, gc=False):
    """An address with a house number. `street` is the ID of its street's record; `ref` is 0 if it was interpolated."""

    id: int
    ref: int
    street: int
    number: str
    latitude: float
    longitude: float
    postcode: str | None
    setting: int
    vicinity: int = 0


def ref_of(source: Source, number: int) -> int:
    """Encode the reference of an object (see `maps.place_ids`) as an integer: three bits of source, then its number."""
    return number << 3 | source


def tie_break(ref: int) -> float:
    """Return a tiny importance, from 0 to `MOST_TIE_BREAK`, that depends on the reference.

    Otherwise the order of equally important records would depend on their order in the index, and differ between
    indexes of the same data.
    """
    return MOST_TIE_BREAK * (ref * SCATTERING % TWO_TO_64 / TWO_TO_64)


def place_ref(ref: int) -> PlaceRef:
    """Undo `ref_of`."""
    return PlaceRef(SOURCES[ref & 7], ref >> 3)
