"""A town may be named that a house or a road lies near but not in: the town of the post, in suburbs the rule."""

from collections.abc import Callable, Sequence

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.records import Kind
from trigpoint.engines.embedded.query.parse import Asked
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.score import Hit, score_hit

REACH_M = 20_000.0
BESIDE = 0.04
"""How far from the extent of a road a town lies beside it, in degrees."""

MOST_HITS = 12

FindTowns = Callable[[Sequence[str]], Sequence[Point]]
"""Gives where the towns lie that are called so, from the words of the name."""


def allow_postal_city(asked: Asked, hits: Sequence[Hit], find_towns: FindTowns, *, focus: Point | None) -> bool:
    """Let houses be explained by a town nearby, where the number and the street are exact; tells whether any was."""
    found: dict[tuple[str, ...], Sequence[Point]] = {}
    changed = False
    for hit in [hit for hit in hits if not hit.is_sure and (hit.house is not None or _is_road(asked, hit))][:MOST_HITS]:
        for places in _unexplained(asked, hit):
            words = tuple(asked.words[at] for at in places)
            if words not in found:
                found[words] = find_towns(words)
            if any(_is_near(hit, town) for town in found[words]):
                hit.explained = hit.explained | dict.fromkeys(places, WEIGHTS.postal_city)
                score_hit(asked, hit, focus)
                changed = True
    return changed


def _is_road(asked: Asked, hit: Hit) -> bool:
    """Tell whether a hit is a road by its number."""
    return any(hit.by_name.keys() == set(places) for places, _ in asked.roads) and hit.record.kind == Kind.STREET


def _is_near(hit: Hit, town: Point) -> bool:
    """Tell whether a town is near a house, or beside a road."""
    if hit.house is not None or hit.record.box is None:
        return metres_between(*hit.at, town.latitude, town.longitude) < REACH_M
    south, west, north, east = hit.record.box
    return (
        south - BESIDE <= town.latitude <= north + BESIDE and west - 2 * BESIDE <= town.longitude <= east + 2 * BESIDE
    )


def _unexplained(asked: Asked, hit: Hit) -> list[list[int]]:
    """List the runs of telling words that nothing explains."""
    runs: list[list[int]] = []
    for at in range(len(asked.words)):
        if at in hit.explained or at in asked.optional or at in asked.numeric or at in asked.countries:
            continue
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs
