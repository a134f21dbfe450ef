"""What the data file holds of each thing that can be found, and how it is packed."""

from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec

from trigpoint.maps.place_ids import PlaceRef, Source


class Kind(IntEnum):
    """What a record is. The numbers are part of the file format."""

    STREET = 1
    POI = 2
    SETTLEMENT = 3
    AREA = 4
    POSTCODE = 5
    NATURAL = 6
    HOUSE = 7


class Level(IntEnum):
    """Which of Apple's address categories an area or a settlement is."""

    NONE = 0
    COUNTRY = 1
    ADMINISTRATIVE_AREA = 2
    SUB_ADMINISTRATIVE_AREA = 3
    LOCALITY = 4
    SUB_LOCALITY = 5
    POSTAL_CODE = 6


MOST_TIE_BREAK = 0.0005
"""Less than anything that says how important a thing is: a house more makes a street more important by 0.002."""

SCATTERING, TWO_TO_64 = 0x9E3779B97F4A7C15, 1 << 64
"""2 to the power of 64 by the golden ratio: its multiples lie far apart (Knuth, The Art of Computer Programming, 6.4)."""

Names = dict[str, str]
"""Names by language; the empty string is the local name."""

Form = Sequence[str]
"""The words of one spelling of a name."""

OsmBox = tuple[float, float, float, float]
"""South, west, north, east."""


class Record(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """One thing that has a name. `ref` names it (see `ref_of`).

    `spelled` are the words of its names, the chief one first, as `spell` writes them: a town of the world has fifty
    spellings, of which a question is about one or two; the first `chiefs` of them are as good as the chief one. `gc=False`, and tuples in place of lists, keep thousands of records out of the collector's
    walks.
    """

    kind: int
    ref: int
    names: Names
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
    def forms(self) -> list[Form]:
        """The words of every spelling, the chief one first."""
        return [line.split() for line in self.spelled.splitlines()]

    @property
    def chief(self) -> str:
        """The words of the chief name as `spell` writes them; empty if there is no name."""
        return self.spelled.partition("\n")[0]


def spell(forms: Iterable[Form]) -> str:
    """Write spellings line by line, with a blank before and after each word, so that words and beginnings can be looked for."""
    return "\n".join(f" {' '.join(form)} " for form in dict.fromkeys(map(tuple, forms)) if form)


class Setting(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """The surroundings that many records share: what stands in an address behind the street.

    `words` are the words of all its names, by which a question may name it.
    """

    country_code: str
    administrative_area: Names = {}
    administrative_area_code: str | None = None
    sub_administrative_area: Names = {}
    locality: Names = {}
    sub_locality: Names = {}
    words: list[str] = []


class Vicinity(msgspec.Struct, array_like=True, omit_defaults=True, gc=False):
    """What lies around a point that an address need not say; many records share one.

    `quarters` hold it, the largest first, the one of its address among them; `interests` are the parks, campuses, malls
    and so on that it lies in, the smallest first.
    """

    quarters: list[Names] = []
    interests: list[Names] = []


class House(msgspec.Struct, gc=False):
    """One numbered address. `street` is the id of its street's record, `ref` 0 if it was interpolated."""

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
    """Write what a thing is (see `maps.place_ids`) as one number: three bits of source, then its own number."""
    return number << 3 | source


def tie_break(ref: int) -> float:
    """Give a little importance, from 0 to `MOST_TIE_BREAK`, that scatters over things.

    Without it chance chooses among things equally important: the order in which an index holds them, so that another
    index of the same things would choose otherwise.
    """
    return MOST_TIE_BREAK * (ref * SCATTERING % TWO_TO_64 / TWO_TO_64)


def place_ref(ref: int) -> PlaceRef:
    """Give back what `ref_of` was made from."""
    return PlaceRef(Source(ref & 7), ref >> 3)
