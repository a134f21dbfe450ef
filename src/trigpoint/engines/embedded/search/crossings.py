"""Finding the crossing of two streets that a query names. Each street must match its own part of the query."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from msgspec.structs import replace

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import box_of, crossing, metres_between
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import AREAS, Kind, OsmBox
from trigpoint.engines.embedded.query.crossings import CrossingQuery, read_crossing, without_direction
from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.query.words import DIRECTIONS, weight_of
from trigpoint.engines.embedded.rank.match import rank_records
from trigpoint.engines.embedded.rank.score import WHOLE, Candidate
from trigpoint.engines.embedded.retrieve.candidates import Limits, find_exactly, find_loosely
from trigpoint.engines.embedded.search.forward import find_candidates, is_called, parse_query, towns_called
from trigpoint.engines.embedded.text.abbreviations import LIGHT

CROSSING_M = 60.0
MOST_CROSSINGS = 4
MOST_BY_PREFIX = 30
"""Highest number of streets with the typed prefix that are checked for a crossing."""

MOST_STREETS, MOST_MEETINGS = 120, 60
LEAST_WORTH, LEAST_NAME = 0.7, 0.4
"""Lowest worth of each word of a street, and lowest share of its name in the query."""

TAIL_M = 20_000.0
SLACK = 0.001


class Crossed(NamedTuple):
    """Two streets and the point where they meet."""

    one: Candidate
    other: Candidate
    point: Point


class CrossingFound(NamedTuple):
    """The result for a query that may name a crossing: where the streets meet, or else the streets that were found."""

    crossing: Crossed | None
    streets: list[Candidate]


def find_crossing(
    readers: Sequence[IndexReader], parsed: ParsedQuery, limits: Limits, *, candidates: Sequence[Candidate]
) -> CrossingFound | None:
    """Find where the two streets of a query meet; None if it names no streets, or `candidates` are a better result.

    If the streets do not meet, or one is unknown, the known street is the result, never another crossing.
    """
    best = candidates[0] if candidates else None
    if not readers or readers[0].about.world or (best is not None and best.house is not None):
        return None
    meant = read_crossing(parsed.typed)
    if meant is None or (best is not None and (is_called(best, parsed) or _is_town_in_its_area(best, parsed))):
        return None
    known: dict[str, list[Candidate]] = {}
    streets = _streets(limits)

    def called(part: str) -> list[Candidate]:
        if part not in known:
            known[part] = streets_called(readers[0], part, streets)
        return known[part]

    for first, second in meant.pairs:
        one, other = called(first), called(second)
        crossed = next(_meetings(readers, one, other, meant.tail), None) if one and other else None
        if crossed is None and (plain := (without_direction(first), without_direction(second))) != (first, second):
            crossed = next(_meetings(readers, called(plain[0]), called(plain[1]), meant.tail), None)
        if crossed is not None:
            return CrossingFound(crossed, [])
    crossed = next(_meetings_without_comma(readers, meant, called), None)
    if crossed is not None:
        return CrossingFound(crossed, [])
    alone = called(max((part for pair in meant.pairs for part in pair if called(part)), key=_word_count, default=""))
    if not alone or (best is not None and best.is_sure and (not meant.is_explicit or _is_thing_called(best))):
        return None
    return CrossingFound(None, _in_tail(readers, alone, meant.tail))


def _is_town_in_its_area(best: Candidate, parsed: ParsedQuery) -> bool:
    """Tell whether a query is a town and the area that it lies in: "Baltimore/MD"."""
    return "/" in parsed.typed and best.record.kind in AREAS and best.is_sure and max(best.name, best.cover) >= WHOLE


def _is_thing_called(best: Candidate) -> bool:
    """Tell whether the query has the whole name of a thing: "Charles & Keith, Singapore" is a shop."""
    return best.record.kind == Kind.POI and best.name > WHOLE


def _word_count(part: str) -> int:
    return len(part.split())


def _meetings_without_comma(
    readers: Sequence[IndexReader], meant: CrossingQuery, called: Callable[[str], Sequence[Candidate]]
) -> Iterator[Crossed]:
    """Yield where two streets meet if the last words of the text name their town: "Broad St & High St Columbus OH"."""
    for first, second in meant.pairs:
        for street, town in meant.with_towns(second) if called(first) else ():
            yield from _meetings(readers, called(first), called(street), town)


def streets_called(reader: IndexReader, part: str, streets: Limits) -> list[Candidate]:
    """Return the streets whose names match every word of a text that is no word for a kind of street."""
    parsed = parse(part)
    needed = _needed(parsed)
    if not needed:
        return []
    for find in (find_exactly, find_loosely):
        ids = find(reader, parsed, streets, count=MOST_STREETS)
        candidates = rank_records(reader, parsed, ids, focus=streets.focus)
        fit = [candidate for candidate in candidates if candidate.name >= LEAST_NAME and _explains(candidate, needed)]
        if fit:
            return fit
    return []


def _needed(parsed: ParsedQuery) -> list[int]:
    """Return the positions of the words that must match a street's name."""
    left = [at for at, word in enumerate(parsed.words) if at not in parsed.optional and word not in LIGHT]
    telling = [at for at in left if parsed.words[at][0].isdigit() or weight_of(parsed.words[at]) > WEIGHTS.generic]
    return telling or [at for at in left if parsed.words[at] not in DIRECTIONS] or left


def _explains(candidate: Candidate, needed: list[int]) -> bool:
    return all(candidate.by_name.get(at, 0.0) >= LEAST_WORTH for at in needed)


def _meetings(
    readers: Sequence[IndexReader], ones: Sequence[Candidate], others: Sequence[Candidate], named: str
) -> Iterator[Crossed]:
    """Yield the points where streets meet, the most likely first; a town in the query must contain them, or be near."""
    tail = _tail_words(named)
    pairs = [
        (one.score + other.score + max(_share(one, tail), _share(other, tail)), at, one, other)
        for at, (one, other) in enumerate(product(ones, others))
        if one.record.chief != other.record.chief and _may_meet(one, other)
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1]))
    towns: list[Point] | None = None
    for _, _, one, other in pairs[:MOST_MEETINGS]:
        point = meet(one, other)
        if point is None:
            continue
        if tail and not max(_share(one, tail), _share(other, tail)):
            towns = [town.at for town in towns_called(readers, tail)] if towns is None else towns
            if not any(point.distance_to(town) < TAIL_M for town in towns):
                continue
        yield Crossed(one, other, point)


def _tail_words(tail: str) -> list[str]:
    return [word for word in parse(tail).words if word not in LIGHT and not word[0].isdigit()] if tail else []


def _share(candidate: Candidate, words: Sequence[str]) -> float:
    """Return the share of the words of a town's name that match the surroundings of a street."""
    near = candidate.reader.data.setting_words(candidate.record.setting)
    return sum(word in near for word in words) / len(words) if words else 0.0


def _in_tail(readers: Sequence[IndexReader], candidates: list[Candidate], tail: str) -> list[Candidate]:
    """Choose the streets in a town, else those near it; all if the query names no town."""
    words = _tail_words(tail)
    if not words:
        return candidates
    inside = [candidate for candidate in candidates if _share(candidate, words)]
    if inside:
        return inside
    towns = [town.at for town in towns_called(readers, words)]
    return [
        candidate
        for candidate in candidates
        if any(metres_between(*candidate.at, town.latitude, town.longitude) < TAIL_M for town in towns)
    ]


def find_crossing_by_prefix(readers: Sequence[IndexReader], text: str, limits: Limits) -> list[Crossed]:
    """Find where a street meets others with the typed prefix, the most likely first."""
    meant = read_crossing(text)
    if meant is None:
        return []
    first, second = meant.pairs[0]
    second = f"{second}, {meant.tail}" if meant.tail else second
    named = parse_query(readers[:1], second, open_ended=True)
    found: list[Crossed] = []
    for one in streets_called(readers[0], first, _streets(limits))[:MOST_CROSSINGS]:
        around = replace(_streets(limits), focus=Point(*one.at))
        for other in find_candidates(readers[:1], named, around, wanted=MOST_BY_PREFIX):
            point = meet(one, other) if other.is_sure else None
            # A crossing at which streets change their names has many names.
            if point is None or any(point.distance_to(known.point) < CROSSING_M for known in found):
                continue
            found.append(Crossed(one, other, point))
            if len(found) == MOST_CROSSINGS:
                return found
    return found


def _streets(limits: Limits) -> Limits:
    return replace(limits, kinds=frozenset({Kind.STREET}), categories=frozenset())


def _may_meet(one: Candidate, other: Candidate) -> bool:
    return one.record.box is not None and other.record.box is not None and _touch(one.record.box, other.record.box)


def _touch(a: OsmBox, b: OsmBox) -> bool:
    return a[0] - SLACK <= b[2] and b[0] - SLACK <= a[2] and a[1] - SLACK <= b[3] and b[1] - SLACK <= a[3]


def meet(one: Candidate, other: Candidate) -> Point | None:
    """Return the point where two streets meet; None if they do not."""
    box, other_box = one.record.box, other.record.box
    if one.id == other.id or box is None or other_box is None or not _touch(box, other_box):
        return None
    lines = [
        (line, around) for line in one.reader.data.segments_of(one.id) if _touch(around := box_of(line), other_box)
    ]
    others = [(line, around) for line in other.reader.data.segments_of(other.id) if _touch(around := box_of(line), box)]
    best, point = CROSSING_M, None
    for line, around in lines:
        for second, around_second in others:
            if not _touch(around, around_second):
                continue
            apart, (latitude, longitude) = crossing(line, second)
            if apart < best:
                best, point = apart, Point(latitude, longitude)
            if best < 1:
                return point
    return point
