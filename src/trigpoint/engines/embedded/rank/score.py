"""How well a record fits a question, as one number: what its parts are worth."""

import math
from operator import attrgetter
from unicodedata import normalize

import msgspec

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.reader import Opened
from trigpoint.engines.embedded.index.records import House, Kind, Record
from trigpoint.engines.embedded.query.parse import Asked

SURE, SURE_BEGUN = 0.94, 0.85
"""What share of a question must be explained to be sure of it; of one that is being typed as much as `BEGUN` gives."""

IN_ORDER = 0.1
"""What a name gains that begins, word for word, with what is being typed: "Carrer P" is rather "Carrer Prat" than a thing
on some Carrer."""

ALIAS = 0.01
"""What a thing of the extract loses that goes by another of its names: "Andorra" is the country, then its capital."""

WORLD_AT_LEAST, WORLD, WORLD_ALIAS, WORLD_ALIAS_BEGUN = 0.02, 0.12, 0.25, 0.04
"""What a town of the whole world must be ahead of the extract by, the less the better it is known;
more if it goes by another of its names, likewise, and the more the fewer letters have been typed of that."""

NOTHING = 40
"""e to the minus of this is too little to change a score."""

STREET_OF_NUMBER = 0.03
"""What a street with houses is ahead by, though it lacks the number of the question, of a thing called like it."""

WORLD_ALIAS_OF_AREA = 0.05
"""What a country or state loses that goes by another of its names: "Belgique" may be a stop around the corner."""

CODE_AND_TOWN = 0.08
"""What a postal code is ahead by if the question is it and its town: "00100 Helsinki" is no station that is called so."""

REGION = 0.15
"""What lying in the region of the point of interest is worth: more than a better spelling beyond an ocean."""

VERY_LETTERS = 0.01
"""What a name gains that is the question letter by letter: of McDonald's and McDonalds the one that was typed."""

OTHER_LETTERS = 0.03
"""What a name loses that has not the accents with which a word of it was typed: Bodastrasse for "Bödastrasse"."""

Worths = dict[int, float]
"""What words of a question are worth for a record, by their places in the question."""


class Hit(msgspec.Struct, eq=False):
    """A record that a question may mean, with the house if the question names one.

    `cover` is the share of the question that is explained, `name` the share of the record's name that was said; once
    `is_sure`, nothing better can come of allowing for errors. `explained` says which words of the question are, and
    how well, `by_name` which of them by the name alone; `is_chief` if that is the chief one of its names.
    """

    opened: Opened
    id: int
    record: Record
    score: float
    cover: float
    name: float
    house: House | None = None
    number_left: bool = False
    is_sure: bool = False
    explained: Worths = {}
    by_name: Worths = {}
    is_chief: bool = True

    @property
    def at(self) -> tuple[float, float]:
        """Where it is."""
        if self.house is not None:
            return self.house.latitude, self.house.longitude
        return self.record.latitude, self.record.longitude


by_score = attrgetter("score")


def score_hit(asked: Asked, hit: Hit) -> None:
    gained = 0.0
    for at, worth in hit.explained.items():
        gained += asked.counted[at] * worth
    record, name, open_ended = hit.record, hit.name, asked.open_ended
    hit.cover = cover = min(1.0, gained / asked.total)
    hit.is_sure = cover > (SURE_BEGUN if open_ended else SURE) and (open_ended or name > 0.45)
    shape = 0.78 + 0.22 * name if open_ended else 0.55 + 0.45 * name
    score = cover * shape + 0.08 * record.rank
    if hit.house is not None:
        score += 0.06
    if open_ended and asked.before and _is_in_order(asked, record.spelled):
        score += IN_ORDER
    if hit.opened.about.world:
        score -= WORLD_AT_LEAST + WORLD * (1 - record.rank)
        if not hit.is_chief:
            score -= WORLD_ALIAS * (1 - record.rank) if record.kind == Kind.SETTLEMENT else WORLD_ALIAS_OF_AREA
            score -= _few_letters(asked) * WORLD_ALIAS_BEGUN
    elif not hit.is_chief:
        score -= ALIAS
    if record.kind == Kind.POSTCODE and hit.is_sure:
        score += CODE_AND_TOWN
    if name > 0.99 and len(hit.by_name) == len(asked.words) - len(asked.optional):
        score += 0.04
        if not (open_ended or hit.opened.about.world) and any(
            one.casefold() == asked.plain for one in record.names.values()
        ):
            score += VERY_LETTERS
    hit.score = score


def _is_in_order(asked: Asked, spelled: str) -> bool:
    """Tell whether a name begins with the words of a question, of which the last may be unfinished."""
    if asked.opening in spelled and (spelled.startswith(asked.opening) or f"\n{asked.opening}" in spelled):
        return True
    said = f" {' '.join(asked.words)} "  # the last word may be the short form of what was typed
    return said in spelled and (spelled.startswith(said) or f"\n{said}" in spelled)


def _few_letters(asked: Asked) -> int:
    """Say how few letters have been typed: 3 for one, 0 for four and more, as they begin one of sixty names of anything."""
    return max(0, 4 - len(asked.begun)) if asked.open_ended and len(asked.words) == 1 else 0


def nearness(at: tuple[float, float], focus: Point, *, open_ended: bool) -> float:
    """Give what closeness to the point of interest is worth: most within a kilometre, a little within a region.

    While something is being typed the near counts twice, and the region no more than that: a city may be meant.
    """
    kilometres = metres_between(at[0], at[1], focus.latitude, focus.longitude) / 1000
    worth = (0.05 if open_ended else REGION) * math.exp(-kilometres / 150)
    if kilometres < NOTHING * 10:
        worth += 0.05 * math.exp(-kilometres / 10)
        if kilometres < NOTHING:
            worth += 0.06 * math.exp(-kilometres) + 0.05 * math.exp(-kilometres / 0.15)
    return 2 * worth if open_ended else worth


def has_other_letters(asked: Asked, hit: Hit) -> bool:
    """Tell whether a word that was typed with accents is one of the name, or begins one, without them only."""
    record = hit.record
    for at, typed in asked.accented.items():
        if at in hit.by_name and asked.marks[at] in record.spelled:
            return not any(typed in normalize("NFC", name).casefold() for name in record.names.values())
    return False
