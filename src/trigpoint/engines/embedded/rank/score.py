"""How well a record fits a question, as one number: what its parts are worth."""

import math
from functools import lru_cache
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

WHOLE = 0.99
"""How much of a name must be said to call it the whole name."""

REGION_KM, DISTRICT_KM, CORNER_KM = 150, 10, 0.15
NOTHING_KM = 40
"""e to the minus of this is too little to change a score."""

Worths = dict[int, float]
"""What words of a question are worth for a record, by their places in the question."""


class Score(NamedTuple):
    """The parts of a score, which add up to it. None is below nought but `spelling` and `world`.

    `cover` is what the explained share of the question gives, `name` what the share of the name that was said gives
    besides; `spelling` how the name is written, `world` what a town of the whole world must be ahead by.
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
    """A record that a question may mean, with the house if the question names one.

    `cover` is the share of the question that is explained, `name` the share of the record's name that was said; once
    `is_sure`, nothing better can come of allowing for errors. `explained` says which words of the question are, and
    how well, `by_name` which of them by the name alone; `is_chief` if that is the chief one of its names. `score` is the
    total of its `parts`; only `score_candidate` writes them. `found_by` says how it came to be looked at.
    """

    reader: IndexReader
    id: int
    record: Record
    name: float
    weighed: tuple[float, ...] = ()
    score: float = 0.0
    cover: float = 0.0
    house: House | None = None
    number_left: bool = False
    is_sure: bool = False
    explained: Worths = {}
    by_name: Worths = {}
    is_chief: bool = True
    found_by: str = ""

    @property
    def parts(self) -> Score:
        """The parts of the score; they are kept as they were weighed, as few candidates are ever explained."""
        return Score(*self.weighed)

    @property
    def at(self) -> tuple[float, float]:
        """Where it is."""
        if self.house is not None:
            return self.house.latitude, self.house.longitude
        return self.record.latitude, self.record.longitude


by_score = attrgetter("score")


def score_candidate(parsed: ParsedQuery, candidate: Candidate, focus: Point | None) -> None:
    """Work out the score of a candidate from what it explains; again, from the beginning, when that has changed."""
    counted, gained = parsed.counted_weights, 0.0
    for at, worth in candidate.explained.items():
        gained += counted[at] * worth
    cover = gained / parsed.total
    cover = min(cover, 1.0)
    candidate.cover = cover
    record, name, house = candidate.record, candidate.name, candidate.house
    if parsed.open_ended:
        candidate.is_sure = cover > WEIGHTS.sure_typed
        share = WEIGHTS.name_share_typed
        is_plain = not parsed.before
    else:
        candidate.is_sure = cover > WEIGHTS.sure and name > WEIGHTS.sure_name
        share = WEIGHTS.name_share
        is_plain = True
    in_world = candidate.reader.about.world
    is_plain = is_plain and name <= WHOLE and (candidate.is_chief or in_world) and not parsed.accented
    candidate.weighed = weighed = (
        cover * (1 - share),
        cover * share * name,
        WEIGHTS.importance * record.rank,
        0.0 if focus is None else nearness(house or record, focus, open_ended=parsed.open_ended),
        (WEIGHTS.house if house is not None else 0.0) + (WEIGHTS.street_of_number if candidate.number_left else 0.0),
        0.0 if is_plain and record.kind != Kind.POSTCODE else _spelling(parsed, candidate),
        -_world(parsed, candidate) if in_world else 0.0,
    )
    candidate.score = sum(weighed)


def _spelling(parsed: ParsedQuery, candidate: Candidate) -> float:
    """Say what it is worth how the name is written."""
    record, worth = candidate.record, 0.0
    if parsed.open_ended and parsed.before and _is_in_order(parsed, record.spelled):
        worth += WEIGHTS.in_order
    if candidate.name > WHOLE and len(candidate.by_name) == len(parsed.words) - len(parsed.optional):
        worth += WEIGHTS.whole_name
        if not (parsed.open_ended or candidate.reader.about.world):
            worth += WEIGHTS.very_letters * any(one.casefold() == parsed.plain for one in record.names.values())
    if record.kind == Kind.POSTCODE and candidate.is_sure:
        worth += WEIGHTS.code_and_town
    if not candidate.is_chief and not candidate.reader.about.world:
        worth -= WEIGHTS.alias
    if parsed.accented:
        worth -= WEIGHTS.other_letters * has_other_letters(parsed, candidate)
    return worth


def _world(parsed: ParsedQuery, candidate: Candidate) -> float:
    """Say what a town of the whole world must be ahead of the extract by."""
    unknown = 1 - candidate.record.rank
    ahead = WEIGHTS.world + WEIGHTS.world_unknown * unknown
    if not candidate.is_chief:
        is_town = candidate.record.kind == Kind.SETTLEMENT
        ahead += WEIGHTS.world_alias * unknown if is_town else WEIGHTS.world_alias_area
        ahead += WEIGHTS.world_alias_letter * _few_letters(parsed)
    return ahead


def _is_in_order(parsed: ParsedQuery, spelled: str) -> bool:
    """Tell whether a name begins with the words of a question, of which the last may be unfinished."""
    if parsed.name_prefix in spelled and (
        spelled.startswith(parsed.name_prefix) or f"\n{parsed.name_prefix}" in spelled
    ):
        return True
    said = parsed.whole_words  # the last word may be the short form of what was typed
    return said in spelled and (spelled.startswith(said) or f"\n{said}" in spelled)


def _few_letters(parsed: ParsedQuery) -> int:
    """Say how few letters have been typed: 3 for one, 0 for four and more, as they begin one of sixty names of anything."""
    return max(0, 4 - len(parsed.prefix)) if parsed.open_ended and len(parsed.words) == 1 else 0


def nearness(place: Record | House, focus: Point, *, open_ended: bool) -> float:
    """Give what closeness to the point of interest is worth: most within a kilometre, a little within a region.

    While something is being typed the near counts twice, and the region no more than that: a city may be meant.
    """
    if open_ended:
        return 2 * _nearness(place.latitude, place.longitude, focus.latitude, focus.longitude, WEIGHTS.region_typed)
    return _nearness(place.latitude, place.longitude, focus.latitude, focus.longitude, WEIGHTS.region)


@lru_cache(maxsize=8_192)
def _nearness(latitude: float, longitude: float, focus_latitude: float, focus_longitude: float, region: float) -> float:
    """Add up what closeness is worth; remembered, as with each letter the same things are found from the same place."""
    kilometres = metres_between(latitude, longitude, focus_latitude, focus_longitude) / METRES_PER_KILOMETRE
    worth = region * math.exp(-kilometres / REGION_KM)
    if kilometres < NOTHING_KM * DISTRICT_KM:
        worth += WEIGHTS.district * math.exp(-kilometres / DISTRICT_KM)
        if kilometres < NOTHING_KM:
            worth += WEIGHTS.neighbourhood * math.exp(-kilometres) + WEIGHTS.corner * math.exp(-kilometres / CORNER_KM)
    return worth


def has_other_letters(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether a word that was typed with accents is one of the name, or begins one, without them only."""
    record = candidate.record
    for at, typed in parsed.accented.items():
        if at in candidate.by_name and f" {parsed.words[at]}" in record.spelled:
            return not any(typed in normalize("NFC", name).casefold() for name in record.names.values())
    return False
