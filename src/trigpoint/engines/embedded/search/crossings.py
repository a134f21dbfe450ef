"""Where two streets cross that a text names: each must explain its own part; if they do not meet, there is no crossing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import box_of, crossing, metres_between
from trigpoint.engines.embedded.index.reader import Opened
from trigpoint.engines.embedded.index.records import Kind, OsmBox
from trigpoint.engines.embedded.query.crossings import CrossingAsked, read_crossing, without_direction
from trigpoint.engines.embedded.query.parse import GENERIC_WEIGHT, Asked, take_apart, weight_of
from trigpoint.engines.embedded.rank.match import rank_records
from trigpoint.engines.embedded.rank.score import Hit
from trigpoint.engines.embedded.retrieve.candidates import Limits, find_exactly, find_loosely
from trigpoint.engines.embedded.search.forward import find_hits, is_called, towns_called
from trigpoint.engines.embedded.text.abbreviations import LIGHT

CROSSING_M = 60.0
MOST_CROSSINGS = 4
MOST_BEGUN = 30
"""Among how many streets that begin as typed one is sought that crosses another."""

MOST_STREETS, MOST_MEETINGS = 120, 60
LEAST_WORTH, LEAST_NAME = 0.7, 0.4
"""How well each word of a street must be explained, and how much of its name must be said."""

TAIL_M = 20_000.0
SLACK = 0.001
DIRECTIONS = frozenset({"n", "s", "e", "w", "ne", "nw", "se", "sw"})


class Crossed(NamedTuple):
    """Two streets and where they meet."""

    one: Hit
    other: Hit
    point: Point


class CrossingFound(NamedTuple):
    """What came of a text that may name a crossing: where the streets meet, or else the streets that are known."""

    crossing: Crossed | None
    streets: list[Hit]


def find_crossing(shelves: Sequence[Opened], text: str, limits: Limits, *, hits: Sequence[Hit]) -> CrossingFound | None:
    """Find where two streets that a text names meet; None if it names no streets, or `hits` are what it means.

    If the streets do not meet, or one is unknown, the one that is known is found, never another crossing.
    """
    best = hits[0] if hits else None
    if not shelves or shelves[0].about.world or (best is not None and best.house is not None):
        return None
    asked = read_crossing(text)
    if asked is None or (best is not None and is_called(shelves, best, text)):
        return None
    known: dict[str, list[Hit]] = {}
    streets = _streets(limits)

    def called(part: str) -> list[Hit]:
        if part not in known:
            known[part] = streets_called(shelves[0], part, streets)
        return known[part]

    alone: list[Hit] = []
    for first, second in asked.pairs:
        one, other = called(first), called(second)
        crossed = next(_meetings(shelves, one, other, asked), None) if one and other else None
        if crossed is None and (plain := (without_direction(first), without_direction(second))) != (first, second):
            crossed = next(_meetings(shelves, called(plain[0]), called(plain[1]), asked), None)
        if crossed is not None:
            return CrossingFound(crossed, [])
        alone = alone or one or other
    if not alone or (best is not None and best.is_sure and not asked.is_explicit):
        return None
    return CrossingFound(None, _in_tail(shelves, alone, asked.tail))


def streets_called(opened: Opened, part: str, streets: Limits) -> list[Hit]:
    """List the streets whose names explain a text: every word that tells more than what kind of street it is."""
    asked = take_apart(part)
    needed = _needed(asked)
    if not needed:
        return []
    for find in (find_exactly, find_loosely):
        ids = find(opened, asked, streets, count=MOST_STREETS)
        hits = rank_records(opened, asked, ids, focus=streets.focus)
        fit = [hit for hit in hits if hit.name >= LEAST_NAME and _explains(hit, needed)]
        if fit:
            return fit
    return []


def _needed(asked: Asked) -> list[int]:
    """List the words by which a street is known, by their places."""
    left = [at for at, word in enumerate(asked.words) if at not in asked.optional and word not in LIGHT]
    telling = [at for at in left if asked.words[at][0].isdigit() or weight_of(asked.words[at]) > GENERIC_WEIGHT]
    return telling or [at for at in left if asked.words[at] not in DIRECTIONS] or left


def _explains(hit: Hit, needed: list[int]) -> bool:
    return all(hit.by_name.get(at, 0.0) >= LEAST_WORTH for at in needed)


def _meetings(
    shelves: Sequence[Opened], ones: Sequence[Hit], others: Sequence[Hit], asked: CrossingAsked
) -> Iterator[Crossed]:
    """Give where streets meet, the likeliest first; a town that is named must be theirs, or near."""
    tail = _tail_words(asked.tail)
    pairs = [
        (one.score + other.score + max(_share(one, tail), _share(other, tail)), at, one, other)
        for at, (one, other) in enumerate(product(ones, others))
        if one.id != other.id and _may_meet(one, other)
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1]))
    towns: list[Point] | None = None
    for _, _, one, other in pairs[:MOST_MEETINGS]:
        point = meet(one, other)
        if point is None:
            continue
        if tail and not max(_share(one, tail), _share(other, tail)):
            towns = towns_called(shelves, tail) if towns is None else towns
            if not any(point.distance_to(town) < TAIL_M for town in towns):
                continue
        yield Crossed(one, other, point)


def _tail_words(tail: str) -> list[str]:
    return [word for word in take_apart(tail).words if word not in LIGHT and not word[0].isdigit()] if tail else []


def _share(hit: Hit, words: Sequence[str]) -> float:
    """Give the share of the words of a town that lie around a street."""
    near = hit.opened.data.setting_words(hit.record.setting)
    return sum(word in near for word in words) / len(words) if words else 0.0


def _in_tail(shelves: Sequence[Opened], hits: list[Hit], tail: str) -> list[Hit]:
    """Choose the streets of a town, if one is named: those in it, else those near it."""
    words = _tail_words(tail)
    if not words:
        return hits
    inside = [hit for hit in hits if _share(hit, words)]
    if inside:
        return inside
    towns = towns_called(shelves, words)
    return [
        hit for hit in hits if any(metres_between(*hit.at, town.latitude, town.longitude) < TAIL_M for town in towns)
    ]


def find_begun_crossing(shelves: Sequence[Opened], text: str, limits: Limits) -> list[Crossed]:
    """Find where a street that a text names whole meets others that begin as the rest of the text, the likeliest first."""
    asked = read_crossing(text)
    if asked is None:
        return []
    first, second = asked.pairs[0]
    second = f"{second}, {asked.tail}" if asked.tail else second
    found: list[Crossed] = []
    for one in streets_called(shelves[0], first, _streets(limits))[:MOST_CROSSINGS]:
        around = replace(_streets(limits), focus=Point(*one.at))
        for other in find_hits(shelves[:1], second, around, open_ended=True, wanted=MOST_BEGUN):
            point = meet(one, other) if other.is_sure else None
            # One crossing has many names where its streets change theirs there.
            if point is None or any(point.distance_to(known.point) < CROSSING_M for known in found):
                continue
            found.append(Crossed(one, other, point))
            if len(found) == MOST_CROSSINGS:
                return found
    return found


def _streets(limits: Limits) -> Limits:
    return replace(limits, kinds=frozenset({Kind.STREET}), categories=frozenset())


def _may_meet(one: Hit, other: Hit) -> bool:
    return one.record.box is not None and other.record.box is not None and _touch(one.record.box, other.record.box)


def _touch(a: OsmBox, b: OsmBox) -> bool:
    return a[0] - SLACK <= b[2] and b[0] - SLACK <= a[2] and a[1] - SLACK <= b[3] and b[1] - SLACK <= a[3]


def meet(one: Hit, other: Hit) -> Point | None:
    """Find where two streets meet; None if they do not."""
    box, other_box = one.record.box, other.record.box
    if one.id == other.id or box is None or other_box is None or not _touch(box, other_box):
        return None
    lines = [
        (line, around) for line in one.opened.data.segments_of(one.id) if _touch(around := box_of(line), other_box)
    ]
    others = [(line, around) for line in other.opened.data.segments_of(other.id) if _touch(around := box_of(line), box)]
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
