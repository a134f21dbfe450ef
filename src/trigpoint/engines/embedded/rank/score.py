"""The score of a candidate, and its parts."""

import math
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple
from unicodedata import normalize

import msgspec

from trigpoint.base.geo import METRES_PER_KILOMETRE, Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import House, Kind, Record
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS

POSTCODE = int(Kind.POSTCODE)  # integers are compared more quickly than members of an enumeration
WHOLE = 0.99
"""Share of a name from which on the query counts as the whole name."""

WHOLE_NAME = 0.95
"""Share of a name from which on the query may count as the name of a thing, and lowest worth of each of its words."""

REGION_KM, DISTRICT_KM, CORNER_KM = 150, 10, 0.15
NOTHING_KM = 40
"""Distance beyond which the distance bonus is zero: exp(-40) does not change a score."""

MOST_NEAR = 4_096
"""How many records' distance bonuses are cached for one focus point."""

OTHER_CASE = 0.6
"""What letters of another case are worth of the same letters."""

OTHER_SCRIPT = 0.3
"""What a penalty for a foreign name is of itself in another script, in which only few places have their main name."""

Worths = dict[int, float]
"""The worths (0 to 1) of query words for a record, by their positions in the query."""


class Score(NamedTuple):
    """The parts of a score, which add up to it. Only `spelling` and `world` can be negative.

    `cover` is for the matched share of the query, and `name` for the share of the name that the query has. `spelling` is
    for the exact form of the name, and `world` is the penalty for towns of the world gazetteer, less what a city of the world
    gains before things of its name, or what an area before a comma gains.
    """

    cover: float = 0.0
    name: float = 0.0
    importance: float = 0.0
    nearness: float = 0.0
    house: float = 0.0
    spelling: float = 0.0
    world: float = 0.0

    @property
    def total(self) -> float:
        """The score."""
        return sum(self)


class Candidate(msgspec.Struct, eq=False, gc=False):
    """A record that a query may mean, with a house if the query has a house number.

    `cover` is the share of the query that matches, by weight; `name` is the share of the record's name that the query
    has. With `is_sure`, the match is good enough that no typing errors are tried; `is_elsewhere` tells that the query
    names a town far from it. `ahead` is what it gains or loses before others of its name, as a city or an area does before things. `explained` has the worths of all matched query words, `by_name` those of words that match
    the name; `is_chief` tells that this is its main name. `score` is the total of `parts`; only `score_candidates` writes
    them. `found_by` is the lookup that retrieved it, `near` the distance bonus of the record.
    """

    reader: IndexReader
    id: int
    record: Record
    name: float
    explained: Worths = {}
    by_name: Worths = {}
    is_chief: bool = True
    found_by: str = ""
    weighed: tuple[float, ...] = ()
    score: float = 0.0
    cover: float = 0.0
    house: House | None = None
    number_left: bool = False
    is_elsewhere: bool = False
    ahead: float = 0.0
    is_sure: bool = False
    near: float = 0.0

    @property
    def parts(self) -> Score:
        """The parts of the score, made on request, as few candidates are ever explained."""
        return Score(*self.weighed)

    @property
    def at(self) -> tuple[float, float]:
        """Its latitude and longitude."""
        if self.house is not None:
            return self.house.latitude, self.house.longitude
        return self.record.latitude, self.record.longitude


by_score = attrgetter("score")


def score_candidates(parsed: ParsedQuery, candidates: Iterable[Candidate], focus: Point | None) -> None:
    """Compute the scores of candidates from their matched words. Called again for those whose words have changed."""
    counted, total, open_ended = parsed.counted_weights, parsed.total, parsed.open_ended
    share = WEIGHTS.name_share_typed if open_ended else WEIGHTS.name_share
    rest, least = 1 - share, WEIGHTS.sure_typed if open_ended else WEIGHTS.sure
    may_be_plain = not (parsed.accented or (open_ended and parsed.before))
    for candidate in candidates:
        gained = 0.0
        for at, worth in candidate.explained.items():
            gained += counted[at] * worth
        cover = gained / total if gained < total else 1.0
        candidate.cover = cover
        record, name, house = candidate.record, candidate.name, candidate.house
        candidate.is_sure = cover > least and (open_ended or name > WEIGHTS.sure_name)
        in_world = candidate.reader.about.world
        is_plain = may_be_plain and name <= WHOLE and (in_world or candidate.is_chief) and record.kind != POSTCODE
        candidate.weighed = weighed = (
            cover * rest,
            cover * share * name,
            WEIGHTS.importance * record.rank,
            candidate.near if house is None or focus is None else nearness(house, focus, open_ended=open_ended),
            0.0 if house is None and not candidate.number_left else _house(candidate),
            0.0 if is_plain else _spelling(parsed, candidate),
            candidate.ahead - _world(parsed, candidate) if in_world else candidate.ahead,
        )
        candidate.score = sum(weighed)


def _house(candidate: Candidate) -> float:
    """Return the bonus for a house, and the penalty if a number of the query is left."""
    house = WEIGHTS.house if candidate.house is not None else 0.0
    return house + (WEIGHTS.street_of_number if candidate.number_left else 0.0)


def _spelling(parsed: ParsedQuery, candidate: Candidate) -> float:
    """Return the bonus or penalty for the exact form of the name."""
    record, worth = candidate.record, 0.0
    if parsed.open_ended and parsed.before and _is_in_order(parsed, record.spelled):
        worth += WEIGHTS.in_order
    if candidate.name > WHOLE and len(candidate.by_name) == len(parsed.words) - len(parsed.optional):
        worth += WEIGHTS.whole_name
        if not (parsed.open_ended or candidate.reader.about.world):
            worth += WEIGHTS.very_letters * _likeness_of_letters(parsed, record)
    if record.kind == Kind.POSTCODE and candidate.is_sure:
        worth += WEIGHTS.code_and_town
    if not candidate.is_chief and not candidate.reader.about.world:
        worth -= WEIGHTS.alias
    if parsed.accented and not _is_folded(candidate):
        worth -= WEIGHTS.other_letters * has_other_letters(parsed, candidate)
    return worth


def _is_folded(candidate: Candidate) -> bool:
    """Tell whether a candidate matches by a name that the gazetteer only has without accents, as it has most names of towns."""
    is_town = candidate.record.kind == Kind.SETTLEMENT and candidate.reader.about.world
    return is_town and not candidate.is_chief


def _likeness_of_letters(parsed: ParsedQuery, record: Record) -> float:
    """Return 1 if a name is the query letter by letter, less if the case differs ("LA SERRA", "la Serra"), else 0."""
    if parsed.typed in record.names.values():
        return 1.0
    return OTHER_CASE * is_called(parsed, record)


def is_called(parsed: ParsedQuery, record: Record) -> bool:
    """Tell whether a name is the query, but for the case of its letters."""
    return any(one.casefold() == parsed.plain for one in record.names.values())


def _world(parsed: ParsedQuery, candidate: Candidate) -> float:
    """Return the penalty of a town of the world gazetteer."""
    unknown = 1 - candidate.record.rank
    behind = WEIGHTS.world + WEIGHTS.world_unknown * unknown
    if not candidate.is_chief and not parsed.said.issuperset(candidate.record.chief.split()):
        is_town = candidate.record.kind == Kind.SETTLEMENT
        foreign = WEIGHTS.world_other_name if is_town else WEIGHTS.world_alias_area
        behind += foreign if parsed.looks[0].is_ascii else OTHER_SCRIPT * foreign
        behind += WEIGHTS.world_alias * unknown if is_town else 0.0
        behind += WEIGHTS.world_alias_letter * _few_letters(parsed)
    return behind


def _is_in_order(parsed: ParsedQuery, spelled: str) -> bool:
    """Tell whether a name begins with the words of the query, of which the last one may be unfinished."""
    if parsed.name_prefix in spelled and (
        spelled.startswith(parsed.name_prefix) or f"\n{parsed.name_prefix}" in spelled
    ):
        return True
    said = parsed.whole_words  # the last word may be an abbreviation of what was typed
    return said in spelled and (spelled.startswith(said) or f"\n{said}" in spelled)


def _few_letters(parsed: ParsedQuery) -> int:
    """Return how many letters are missing to four: 3 for one letter, 0 for four and more. Short prefixes match anything."""
    return max(0, 4 - len(parsed.prefix)) if parsed.open_ended and len(parsed.words) == 1 else 0


def set_nearness(reader: IndexReader, candidates: Sequence[Candidate], focus: Point, *, open_ended: bool) -> None:
    """Set the distance bonuses. Cached, as with each typed letter the same records are found from the same point."""
    known = reader.nearness.get((focus, open_ended))
    if known is None or len(known) > MOST_NEAR:
        known = reader.nearness[focus, open_ended] = {}
    for candidate in candidates:
        near = known.get(candidate.id)
        if near is None:
            near = known[candidate.id] = nearness(candidate.record, focus, open_ended=open_ended)
        candidate.near = near


def nearness(place: Record | House, focus: Point, *, open_ended: bool) -> float:
    """Return the distance bonus: high within a kilometre of the focus point, small within its region.

    In autocomplete the nearest distances count twice, and the region less, as a city far away may be meant.
    """
    metres = metres_between(place.latitude, place.longitude, focus.latitude, focus.longitude)
    kilometres = metres / METRES_PER_KILOMETRE
    region = WEIGHTS.region_typed if open_ended else WEIGHTS.region
    worth = region * math.exp(-kilometres / REGION_KM)
    if kilometres < NOTHING_KM * DISTRICT_KM:
        worth += WEIGHTS.district * math.exp(-kilometres / DISTRICT_KM)
        if kilometres < NOTHING_KM:
            worth += WEIGHTS.neighbourhood * math.exp(-kilometres) + WEIGHTS.corner * math.exp(-kilometres / CORNER_KM)
    return 2 * worth if open_ended else worth


def has_other_letters(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether a word that was typed with accents matches the name only without them."""
    record = candidate.record
    for at, typed in parsed.accented.items():
        if at in candidate.by_name and f" {parsed.words[at]}" in record.spelled:
            return not any(
                typed in normalize("NFC", name).casefold() for name in record.names.values() if not name.isascii()
            )
    return False
