"""Text to hits: the words looked up in every open generation, exactly first and loosely if that does not suffice."""

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.cells import LARGE, cells_around
from trigpoint.engines.embedded.index.datafile import SHORT
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.reader import Opened
from trigpoint.engines.embedded.index.records import Kind
from trigpoint.engines.embedded.query.parse import Asked, mark_countries, take_apart
from trigpoint.engines.embedded.rank.match import rank_records
from trigpoint.engines.embedded.rank.postal_city import allow_postal_city
from trigpoint.engines.embedded.rank.score import SURE, Hit, by_score
from trigpoint.engines.embedded.retrieve.candidates import (
    Limits,
    find_begun_after,
    find_begun_around,
    find_exactly,
    find_loosely,
    find_postcodes,
    find_roads,
)
from trigpoint.engines.embedded.text.abbreviations import LIGHT
from trigpoint.maps.coordinates import read_coordinates, read_plus_code

EXACT_COUNT = 40
LOOSE_COUNT = 60
ROWS = 15
WORLD_COUNT, WORLD_BEGUN = 40, 20
MOST_REMEMBERED = 4_096
LEAST_SCORE = 0.45
ENOUGH_COVER = 0.6
"""Once this share of a question is explained by an extract, typing errors are not sought in the whole world too."""

AREAS = frozenset({Kind.AREA, Kind.SETTLEMENT})
MOST_ADDED = 8
WHOLE_NAME = 0.95


FOUND_BY: Mapping[object, str] = {
    find_exactly: "every telling word",
    find_loosely: "most words, errors allowed",
    find_postcodes: "its postal code",
    find_roads: "the number of a road",
}
"""How candidates are looked up, in words."""


class Finder(Protocol):
    """A way to look candidates up."""

    def __call__(self, opened: Opened, asked: Asked, limits: Limits, *, count: int) -> list[int]: ...


def find_hits(
    shelves: Sequence[Opened], text: str, limits: Limits, *, open_ended: bool = False, wanted: int = 10
) -> list[Hit]:
    """Find what a text means, best first. The first shelf is the most detailed; the last may be the whole world."""
    asked = prepare(shelves, text, open_ended=open_ended)
    if not asked.words:
        return []
    exact_count = max(EXACT_COUNT, wanted)
    hits = _gather(shelves, asked, limits, find_exactly, exact_count)
    if asked.codes and not (hits and hits[0].house is not None and hits[0].is_sure) and admits_codes(limits):
        hits = _add(shelves, asked, limits, hits, find_postcodes)
    if asked.roads and not (hits and hits[0].is_sure) and admits_streets(limits):
        hits = _add(shelves, asked, limits, hits, find_roads)
    for opened in shelves:
        if hits and (hits[0].is_sure or (opened.about.world and hits[0].cover > ENOUGH_COVER)):
            break
        known = {hit.id for hit in hits if hit.opened is opened}
        hits += _gather([opened], asked, limits, find_loosely, max(LOOSE_COUNT, wanted), known=known)
        hits.sort(key=by_score, reverse=True)
    may_be_postal = (asked.numeric or asked.roads) and not open_ended and hits and not hits[0].is_sure
    if may_be_postal and allow_postal_city(asked, hits, lambda words: towns_called(shelves, words), focus=limits.focus):
        hits.sort(key=by_score, reverse=True)
    return without_doubles([hit for hit in hits if hit.score >= LEAST_SCORE])


def find_point(shelves: Sequence[Opened], text: str) -> Point | None:
    """Read a text that is a point on the ground; the town behind a short plus code is looked up."""
    code = read_plus_code(text)
    if code is None or code.is_whole:
        return read_coordinates(text)
    towns = find_hits(shelves, code.rest, Limits(kinds=AREAS))
    return code.near(Point(*towns[0].at)) if towns and towns[0].is_sure else None


def prepare(shelves: Sequence[Opened], text: str, *, open_ended: bool = False) -> Asked:
    """Take a text apart and note the countries that it names."""
    asked = take_apart(text, open_ended=open_ended)
    for opened in shelves:
        if not opened.first_of_countries.isdisjoint(asked.said):
            mark_countries(asked, opened.country_phrases)
    return asked


def _gather(
    shelves: Sequence[Opened],
    asked: Asked,
    limits: Limits,
    find: Finder,
    count: int,
    *,
    known: AbstractSet[int] = frozenset(),
) -> list[Hit]:
    hits: list[Hit] = []
    for opened in shelves:
        if hits and hits[0].house is not None and hits[0].is_sure:
            break  # an address was found whole; no town of the world is meant
        if asked.open_ended and limits.focus is not None and sum(hit.cover > SURE for hit in hits) >= ROWS:
            break  # what lies around fills the list
        most = (WORLD_BEGUN if asked.open_ended else WORLD_COUNT) if opened.about.world else count
        look_up = _find_begun if opened.about.world and asked.open_ended and find is find_exactly else find
        ids = look_up(opened, asked, limits, count=min(count, most))
        new = [one for one in ids if one not in known]
        hits += rank_records(opened, asked, new, focus=limits.focus, found_by=FOUND_BY[find])
        hits.sort(key=by_score, reverse=True)
    return hits


def admits_codes(limits: Limits) -> bool:
    """Tell whether a postal code may be the answer."""
    return not limits.categories and (not limits.kinds or Kind.POSTCODE in limits.kinds)


def admits_streets(limits: Limits) -> bool:
    """Tell whether a street may be the answer."""
    return not limits.categories and (not limits.kinds or Kind.STREET in limits.kinds)


def _add(shelves: Sequence[Opened], asked: Asked, limits: Limits, hits: list[Hit], find: Finder) -> list[Hit]:
    """Add candidates of one sort, of which a code or a number tells too little to be among the others."""
    known = {hit.id for hit in hits if hit.opened is shelves[0]}
    ids = [one for one in find(shelves[0], asked, limits, count=MOST_ADDED) if one not in known]
    if not ids:
        return hits
    added = rank_records(shelves[0], asked, ids, focus=limits.focus, found_by=FOUND_BY[find])
    return sorted(hits + added, key=by_score, reverse=True)


def towns_called(shelves: Sequence[Opened], words: Sequence[str]) -> list[Point]:
    """Give where the towns and areas lie that are called so."""
    named = take_apart(" ".join(words))
    found = []
    for opened in shelves:
        ids = find_exactly(opened, named, Limits(kinds=AREAS), count=EXACT_COUNT)
        found += [hit for hit in rank_records(opened, named, ids, focus=None) if hit.is_sure and hit.name > WHOLE_NAME]
    return [Point(*hit.at) for hit in found]


def _find_begun(opened: Opened, asked: Asked, limits: Limits, *, count: int) -> list[int]:
    """Find exactly what is begun to be typed, in the whole world.

    The same few letters are typed again and again, so what they found is remembered; of the point of interest only the
    cells around it matter.
    """
    focus = limits.focus
    around = cells_around(focus, LARGE) if focus is not None else ()
    said = (*asked.words, asked.begun, asked.optional, asked.shortened, frozenset(asked.countries.items()))
    key = (said, limits.conditions, around, count)
    ids = opened.candidates.get(key)
    if ids is None:
        if len(opened.candidates) >= MOST_REMEMBERED:
            opened.candidates.clear()
        if _is_few_letters(asked) and not any(limits.conditions):
            ids = _find_letters(opened, asked, focus, count=count)
        else:
            ids = find_exactly(opened, asked, limits, count=count)
        opened.candidates[key] = ids
    return ids


def _is_few_letters(asked: Asked) -> bool:
    """Tell whether a question is no more than a few letters of a word, perhaps after words that hardly tell: "Im S"."""
    before = asked.before
    if len(asked.begun) > SHORT or asked.dense or not LIGHT.issuperset(before):
        return False
    return not before or asked.words[-1] not in LIGHT


def _find_letters(opened: Opened, asked: Asked, focus: Point | None, *, count: int) -> list[int]:
    """Find what a few letters begin: what has the words before them too, and what is known best in the world and around."""
    known = opened.data.begun_with(asked.begun)
    if asked.before:
        known = [*find_begun_after(opened, asked.before, asked.begun, count=count // 2), *known]
    if focus is not None:
        known = [*find_begun_around(opened, asked.begun, focus, count=count // 2), *known]
    return known[:count]


def without_doubles(hits: list[Hit]) -> list[Hit]:
    """Drop what says the same again: a town of the world that the extract has, two objects of one name and place."""
    kept: list[Hit] = []
    places: dict[Hashable, list[Hit]] = {}
    for hit in hits:
        name = hit.record.chief or hit.id
        same = places.get(name)
        if same is None:
            places[name] = [hit]
        elif any(_is_same(hit, other) for other in same):
            continue
        else:
            same.append(hit)
        kept.append(hit)
    return kept


def _is_same(hit: Hit, other: Hit) -> bool:
    """Tell whether two hits of one name are the same thing."""
    record, twin = hit.record, other.record
    if record.kind in AREAS and twin.kind in AREAS:
        within = 0 if record.level != twin.level else 1_500 if hit.opened is other.opened else 15_000
    elif record.kind != twin.kind:
        within = 0
    elif record.kind == Kind.STREET:
        numbered = hit.house is not None and other.house is not None and hit.house.number == other.house.number
        within = 50 if numbered else 0
    else:
        within = 60 if record.category == twin.category else 0
    return within > 0 and metres_between(*hit.at, *other.at) < within


def is_called(shelves: Sequence[Opened], hit: Hit, text: str) -> bool:
    """Tell whether the name of a hit says all telling words of a text, and the text hardly less than the name."""
    asked = prepare(shelves, text)
    return hit.name > WHOLE_NAME and all(hit.by_name.get(at, 0.0) > WHOLE_NAME for at in asked.telling)
