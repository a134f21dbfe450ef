"""The town that the post names may be another than the one that a house lies in, in suburbs it is the rule."""

from collections.abc import Callable, Sequence

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.query.parse import Asked
from trigpoint.engines.embedded.rank.score import Hit, score_hit

POSTAL_CITY = 0.85
"""What the name of a town is worth that a house lies near but not in."""

REACH_M = 20_000.0
MOST_HITS = 12

FindTowns = Callable[[Sequence[str]], Sequence[Point]]
"""Gives where the towns lie that are called so, from the words of the name."""


def allow_postal_city(asked: Asked, hits: Sequence[Hit], find_towns: FindTowns) -> bool:
    """Let houses be explained by a town nearby, where the number and the street are exact; tells whether any was."""
    found: dict[tuple[str, ...], Sequence[Point]] = {}
    changed = False
    for hit in [hit for hit in hits if hit.house is not None and not hit.is_sure][:MOST_HITS]:
        for places in _unexplained(asked, hit):
            words = tuple(asked.words[at] for at in places)
            if words not in found:
                found[words] = find_towns(words)
            if any(metres_between(*hit.at, town.latitude, town.longitude) < REACH_M for town in found[words]):
                hit.explained = hit.explained | dict.fromkeys(places, POSTAL_CITY)
                score_hit(asked, hit)
                changed = True
    return changed


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
