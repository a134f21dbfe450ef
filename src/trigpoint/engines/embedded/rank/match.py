"""Records read and ordered: which words their names explain, which their surroundings, and what is left."""

from collections.abc import Sequence

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.reader import Opened
from trigpoint.engines.embedded.index.records import Kind, Record
from trigpoint.engines.embedded.query.parse import Asked
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.houses import MOST_STREETS, look_for_house
from trigpoint.engines.embedded.rank.names import BEGUN, best_form
from trigpoint.engines.embedded.rank.score import Hit, Worths, by_score, score_hit
from trigpoint.engines.embedded.text.normalize import begins, is_nearly_one_of
from trigpoint.engines.embedded.text.roads import ANY

WORLD_BEGUN, WORLD_WHOLE = 0.93, 0.97
"""What a beginning, and a whole word, of the name of a town of the world is worth while it is being typed."""

PREFIX_NEAR = 0.9
"""By how much the beginning of a word for what lies around is worth less than the word."""


def rank_records(
    opened: Opened, asked: Asked, ids: Sequence[int], *, focus: Point | None, found_by: str = ""
) -> list[Hit]:
    """Read records and order them, the best first."""
    hits = [_match(opened, asked, record_id, focus, found_by) for record_id in dict.fromkeys(ids)]
    if asked.numeric or asked.lettered:
        hits.sort(key=by_score, reverse=True)
        streets = [hit for hit in hits if hit.record.kind == Kind.STREET and hit.record.numbered]
        for hit in streets[:MOST_STREETS]:
            look_for_house(asked, hit)
            score_hit(asked, hit, focus)
    hits = [hit for hit in hits if hit.name > 0 and not (asked.roads and _is_another_road(asked, hit))]
    hits.sort(key=by_score, reverse=True)
    return hits


def _is_another_road(asked: Asked, hit: Hit) -> bool:
    """Tell whether a hit is a road that goes by a number, and not by the one that is asked for: OH 562 is not OH 563."""
    if hit.record.kind != Kind.STREET or f" {ANY}" not in hit.record.spelled:
        return False
    return any(
        any(at in hit.by_name for at in places) and not all(at in hit.explained for at in places) and hit.house is None
        for places, _ in asked.roads
    )


def _match(opened: Opened, asked: Asked, record_id: int, focus: Point | None, found_by: str) -> Hit:
    record = opened.data.record(record_id)
    by_name, name, is_chief = best_form(asked, record)
    if opened.about.world and asked.open_ended and len(asked.words) == 1 and by_name.get(0, 0.0) >= BEGUN:
        # In the world it tells nothing that a name is short; how well known it is does.
        name = min(1.0, name / by_name[0])
        by_name = {0: WORLD_WHOLE if by_name[0] == 1.0 else WORLD_BEGUN}
    explained = by_name
    if len(by_name) < len(asked.words):
        explained = by_name | _explain_around(opened, asked, record_id, record, by_name)
    hit = Hit(
        opened, record_id, record, name, explained=explained, by_name=by_name, is_chief=is_chief, found_by=found_by
    )
    score_hit(asked, hit, focus)
    return hit


def _explain_around(opened: Opened, asked: Asked, record_id: int, record: Record, by_name: Worths) -> Worths:
    """Explain words that the name does not by what lies around it, its street, number and postal code."""
    near = opened.data.setting_words(record.setting)
    own = opened.data.own_words(record_id)
    explained: Worths = {}
    for at, word in enumerate(asked.words):
        if at in by_name or at in asked.optional:
            continue
        if word in near or word in own or (at in asked.countries and asked.countries[at] == record.country):
            explained[at] = WEIGHTS.near
        elif (
            at == len(asked.words) - 1
            and asked.open_ended
            and (opened.is_begun_near(asked.begun, record.setting) or begins(asked.begun, own))
        ):
            explained[at] = WEIGHTS.near * PREFIX_NEAR
        elif at not in asked.numeric and (opened.is_nearly_near(word, record.setting) or is_nearly_one_of(word, own)):
            explained[at] = WEIGHTS.near_error
    return explained
