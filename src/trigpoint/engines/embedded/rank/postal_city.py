"""Postal cities: an address may name a town that the house or road lies near, but not in, as is common in suburbs."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.records import Kind, OsmBox
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.score import WHOLE_NAME, Candidate, score_candidates

REACH_M = 20_000.0
BESIDE = 0.04
"""Highest distance of a town from the extent of a road, in degrees."""

AROUND = 0.15
"""Highest distance of a town from the extent of a road that passes it, in degrees."""

LESS_KNOWN = 0.97
"""Factor for such a town if it is not well known: beside "Baltimore" in Maryland there is one in Ohio."""

LEAST_NAME = 0.8
"""Lowest share of the name of a street that the query must have for a nearby town to match."""

BEFORE_TOWN = frozenset({"in", "near", "at", "by", "bei", "pres", "i", "en"})
"""Words before a town, of which some are codes of states as well: "in Columbus" is not Columbus, IN."""

MOST_HITS = 12
MOST_PARTS = 4
"""Highest number of words of one run that are looked up one by one."""

WELL_KNOWN = 0.65
"""Lowest rank of a town that rules out houses far from it: that of about fifteen thousand people."""


class TownCalled(NamedTuple):
    """A town or area that has a name: its position, whether it is well known by that name, and the extent of an area."""

    at: Point
    is_well_known: bool
    box: OsmBox | None = None


FindTowns = Callable[[tuple[str, ...]], Sequence[TownCalled]]
"""Returns the towns with a name, given as words."""


def allow_postal_city(
    parsed: ParsedQuery, candidates: Sequence[Candidate], find_towns: FindTowns, *, focus: Point | None
) -> bool:
    """Let a nearby town match for houses, streets and roads that match by name; return whether any changed.

    A candidate of which the query names no place but a well-known town far away is marked as `is_elsewhere`; if the best is a
    thing, things of which the query has a part of the name, too: the central station of Helsinki is not that of Oslo.
    """
    find = cache(find_towns)
    changed = False
    if candidates[0].record.kind == Kind.POI:
        _mark_things_elsewhere(parsed, candidates[:MOST_HITS], find)
    for candidate in [
        candidate for candidate in candidates if not candidate.is_sure and _may_lie_beside(parsed, candidate)
    ][:MOST_HITS]:
        for places, towns in _towns_named(parsed, candidate, find):
            worth = max((_worth_near(candidate, town) for town in towns), default=0.0)
            if worth:
                candidate.explained = dict.fromkeys(places, worth) | candidate.explained
                score_candidates(parsed, [candidate], focus)
                changed = True
            elif any(town.is_well_known for town in towns) and not says_where(parsed, candidate):
                candidate.is_elsewhere = True
    return changed


def _mark_things_elsewhere(parsed: ParsedQuery, candidates: Sequence[Candidate], find_towns: FindTowns) -> None:
    for candidate in candidates:
        if candidate.record.kind != Kind.POI or candidate.is_sure or says_where(parsed, candidate):
            continue
        for _, towns in _towns_named(parsed, candidate, find_towns):
            is_near = any(_worth_near(candidate, town) for town in towns)
            if not is_near and any(town.is_well_known for town in towns):
                candidate.is_elsewhere = True


def _towns_named(
    parsed: ParsedQuery, candidate: Candidate, find_towns: FindTowns
) -> Iterator[tuple[list[int], Sequence[TownCalled]]]:
    """Yield the places of words of the query that do not match a candidate and name towns or areas, with those."""
    for run in _unexplained(parsed, candidate):
        for places in _parts_that_name(parsed, run, find_towns):
            yield places, find_towns(tuple(parsed.words[at] for at in places))


def _parts_that_name(parsed: ParsedQuery, run: list[int], find_towns: FindTowns) -> list[list[int]]:
    """Return the run of words if towns or areas have it as their name, else its words that are names of some.

    A name may have that of its country in it: "Andorra la Vella".
    """
    while len(run) > 1 and parsed.words[run[0]] in BEFORE_TOWN:
        run = run[1:]
    parts = [run, *([at] for at in run if len(run) > 1 and parsed.looks[at].weight >= 1)][: MOST_PARTS + 1]
    before = run[0] - 1
    while before > 0 and parsed.looks[before].is_light:
        before -= 1
    if before in parsed.countries:
        parts.insert(0, [*range(before, run[0]), *run])
    naming = []
    for places in parts:
        if find_towns(tuple(parsed.words[at] for at in places)):
            naming.append(places)
            if len(places) >= len(run):
                break
    return naming


def says_where(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether the query has the town or postal code of a candidate, beyond its name and country."""
    near = candidate.reader.data.setting_words(candidate.record.setting)
    return any(
        at not in candidate.by_name and worth < 1.0 and (at not in parsed.countries or parsed.words[at] in near)
        for at, worth in candidate.explained.items()
    )


def _may_lie_beside(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether a candidate is a house, a street or a postal code that matches by name, a thing with its whole name, or a numbered road."""
    if candidate.house is not None:
        return True
    if candidate.record.kind == Kind.POSTCODE:
        return candidate.name >= LEAST_NAME
    if candidate.record.kind in {Kind.POI, Kind.NATURAL}:
        return candidate.name >= WHOLE_NAME and not parsed.open_ended
    if candidate.record.kind != Kind.STREET:
        return False
    return candidate.name >= LEAST_NAME or _is_road(parsed, candidate)


def _is_road(parsed: ParsedQuery, candidate: Candidate) -> bool:
    return any(candidate.by_name.keys() == set(places) for places, _ in parsed.roads)


def _worth_near(candidate: Candidate, called: TownCalled) -> float:
    """Return the worth of the name of a town or area: higher near a house or road than along it, 0 if far away."""
    town = called.at
    if called.box is not None and _is_within(called.box, *candidate.at):
        return WEIGHTS.postal_city
    if candidate.house is not None or candidate.record.box is None:
        return WEIGHTS.postal_city if metres_between(*candidate.at, town.latitude, town.longitude) < REACH_M else 0.0
    south, west, north, east = candidate.record.box
    for by, worth in (
        (BESIDE, WEIGHTS.postal_city),
        (AROUND, WEIGHTS.around if called.is_well_known else LESS_KNOWN * WEIGHTS.around),
    ):
        is_north = south - by <= town.latitude <= north + by
        if is_north and west - 2 * by <= town.longitude <= east + 2 * by:
            return worth
    return 0.0


def _is_within(box: OsmBox, latitude: float, longitude: float) -> bool:
    south, west, north, east = box
    return south <= latitude <= north and west <= longitude <= east


def _unexplained(parsed: ParsedQuery, candidate: Candidate) -> list[list[int]]:
    """Return the runs of neighbouring telling words that do not match."""
    runs: list[list[int]] = []
    for at in range(len(parsed.words)):
        if at in candidate.explained or at in parsed.optional or at in parsed.numeric or at in parsed.countries:
            continue
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs
