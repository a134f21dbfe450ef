"""Postal cities: an address may name a town that the house or road lies near, but not in, as is common in suburbs."""

from collections.abc import Callable, Sequence

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.records import Kind
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.score import Candidate, score_candidate

REACH_M = 20_000.0
BESIDE = 0.04
"""Highest distance of a town from the extent of a road, in degrees."""

MOST_HITS = 12

FindTowns = Callable[[Sequence[str]], Sequence[Point]]
"""Returns the positions of towns with a name, given as words."""


def allow_postal_city(
    parsed: ParsedQuery, candidates: Sequence[Candidate], find_towns: FindTowns, *, focus: Point | None
) -> bool:
    """Let a nearby town match for candidates whose house number and street match exactly; return whether any changed."""
    found: dict[tuple[str, ...], Sequence[Point]] = {}
    changed = False
    for candidate in [
        candidate
        for candidate in candidates
        if not candidate.is_sure and (candidate.house is not None or _is_road(parsed, candidate))
    ][:MOST_HITS]:
        for places in _unexplained(parsed, candidate):
            words = tuple(parsed.words[at] for at in places)
            if words not in found:
                found[words] = find_towns(words)
            if any(_is_near(candidate, town) for town in found[words]):
                candidate.explained = candidate.explained | dict.fromkeys(places, WEIGHTS.postal_city)
                score_candidate(parsed, candidate, focus)
                changed = True
    return changed


def _is_road(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether a candidate is a road by its number."""
    return (
        any(candidate.by_name.keys() == set(places) for places, _ in parsed.roads)
        and candidate.record.kind == Kind.STREET
    )


def _is_near(candidate: Candidate, town: Point) -> bool:
    """Tell whether a town is near a house, or beside a road."""
    if candidate.house is not None or candidate.record.box is None:
        return metres_between(*candidate.at, town.latitude, town.longitude) < REACH_M
    south, west, north, east = candidate.record.box
    return (
        south - BESIDE <= town.latitude <= north + BESIDE and west - 2 * BESIDE <= town.longitude <= east + 2 * BESIDE
    )


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
