"""Cities and areas before things that are only named after them: of the world unless a focus point tells otherwise, and before a comma."""

from collections.abc import Sequence

from trigpoint.base.geo import METRES_PER_KILOMETRE, Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.records import AREAS, Kind, Level
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.postal_city import WELL_KNOWN
from trigpoint.engines.embedded.rank.score import DISTRICT_KM, WHOLE, Candidate, is_called, score_candidates
from trigpoint.engines.embedded.text.normalize import split_query

LEAST_RANK_IN_REGION = 0.75
"""Lowest importance of a city that comes before the region around it."""

THINGS = frozenset({Kind.POI, Kind.NATURAL, Kind.STREET})

STATION = "PublicTransport"
AROUND_TOWN_M = 5_000.0
"""How far from the centre of a town its station may be."""

LEAST_RANK = 0.82
"""Lowest importance of a city that the world knows, such as Miami."""

FAR_M = 330_000.0
"""Distance beyond which a place is far away."""


def is_far_and_little_known(candidate: Candidate, focus: Point | None) -> bool:
    """Tell whether a place is far from the focus point, if there is one, and no city that the world knows."""
    if focus is None or candidate.record.rank >= LEAST_RANK:
        return False
    return metres_between(*candidate.at, focus.latitude, focus.longitude) > FAR_M


def is_certain(parsed: ParsedQuery, candidates: Sequence[Candidate], focus: Point | None) -> bool:
    """Tell whether no typing errors need be tried, as the best candidate is sure; it is first.

    One word may be the name of a little known place far away, and a misspelled one nearby: Starbucks by "Starbuck".
    """
    if not candidates or not candidates[0].is_sure:
        return False
    if focus is None or parsed.open_ended or len(parsed.words) > 1:
        return True
    return not is_far_and_little_known(candidates[0], focus)


def may_be_misspelled_city(parsed: ParsedQuery, candidates: Sequence[Candidate]) -> bool:
    """Tell whether a word is nothing but a misspelled thing so far, so that it may as well be a misspelled city: "Milwauke"."""
    if len(parsed.words) > 1 or parsed.open_ended or not candidates:
        return False
    best = candidates[0]
    return best.record.kind in THINGS and not best.reader.about.world and best.by_name.get(0, 1.0) < WHOLE


def prefer_area(parsed: ParsedQuery, candidates: Sequence[Candidate], focus: Point | None) -> bool:
    """Raise the score of a city or an area over things that are only named after it; tell whether it did.

    The candidates are best first, the nearest to the focus point.
    """
    if focus is None:
        if prefer_world_city(parsed, candidates):
            return True
    elif _prefer_to_village(parsed, candidates, focus):
        return True
    if candidates[0].record.category == STATION and _prefer_town_to_station(parsed, candidates, focus):
        return True
    return "," in parsed.text and _prefer_area_before_comma(parsed, candidates)


def prefer_world_city(parsed: ParsedQuery, candidates: Sequence[Candidate]) -> bool:
    """Raise the score of the city whose name is the whole query, if a thing of that name is the best; tell whether it did.

    The candidates are those without a focus point, best first. "Barcelona" is the city, and not the shop in Andorra.
    """
    best = candidates[0]
    if best.reader.about.world and best.record.level == Level.ADMINISTRATIVE_AREA and not best.is_chief:
        return _prefer_city_of_region(parsed, candidates)
    if best.reader.about.world or best.record.kind not in THINGS or best.house is not None:
        return False
    worth = best.by_name.get(0, 1.0) if len(parsed.words) == 1 else 1.0  # less if it is misspelled
    if best.name <= WHOLE * worth:
        return False
    city = next((candidate for candidate in candidates if _is_world_city(parsed, candidate, worth)), None)
    if city is None:
        return False
    city.ahead = WEIGHTS.world_city
    score_candidates(parsed, [city], None)
    return True


def _prefer_to_village(parsed: ParsedQuery, candidates: Sequence[Candidate], focus: Point) -> bool:
    """Do not count that a village is near if a city of the world has the same name; tell whether there are both.

    "Baltimore" from Columbus is the city in Maryland, and not the village that is 35 km away; a village within ten kilometres
    is meant.
    """
    if not _is_distant_village(candidates[0], focus):
        return False
    if not any(_is_world_city(parsed, candidate) for candidate in candidates):
        return False
    villages = [candidate for candidate in candidates if _is_distant_village(candidate, focus)]
    for village in villages:
        village.near = 0.0
    score_candidates(parsed, villages, focus)
    return True


def _is_distant_village(candidate: Candidate, focus: Point) -> bool:
    record = candidate.record
    if record.kind != Kind.SETTLEMENT or record.rank >= WELL_KNOWN or candidate.name <= WHOLE:
        return False
    metres = metres_between(*candidate.at, focus.latitude, focus.longitude)
    return metres > DISTRICT_KM * METRES_PER_KILOMETRE


def _prefer_town_to_station(parsed: ParsedQuery, candidates: Sequence[Candidate], focus: Point | None) -> bool:
    """Lower the scores of stations and stops with the name of the town around them; tell whether there are any.

    The town may only be in the gazetteer, in which it is less important than its station in the extract. With a focus point
    around there, what is nearer counts more.
    """
    best = candidates[0]
    if focus is not None and metres_between(*best.at, focus.latitude, focus.longitude) <= AROUND_TOWN_M:
        return False
    town = next((candidate for candidate in candidates if _is_town_called(candidate, best)), None)
    if town is None or best.name <= WHOLE or metres_between(*best.at, *town.at) > AROUND_TOWN_M:
        return False
    stations = [one for one in candidates if one.record.category == STATION and one.name > WHOLE]
    for station in stations:
        station.ahead = -WEIGHTS.station_of_town
    score_candidates(parsed, stations, focus)
    return True


def _is_town_called(candidate: Candidate, station: Candidate) -> bool:
    """Tell whether a candidate is a town whose name is the same words of the query as that of a station; a quarter is none."""
    record = candidate.record
    is_town = record.kind == Kind.SETTLEMENT and record.level != Level.SUB_LOCALITY
    return (
        is_town and candidate.is_chief and candidate.name > WHOLE and candidate.by_name.keys() == station.by_name.keys()
    )


def _prefer_area_before_comma(parsed: ParsedQuery, candidates: Sequence[Candidate]) -> bool:
    """Raise the score of the area that stands before a comma over a thing with all words in its name; tell whether it did.

    "Monte-Carlo, Monaco" is the quarter of Monaco, and not the station Monaco-Monte-Carlo.
    """
    best = candidates[0]
    if best.record.kind not in THINGS or best.house is not None or best.name <= WHOLE:
        return False
    count = len(split_query(parsed.text.partition(",")[0]))
    if max(best.by_name, default=0) < count:
        return False
    for candidate in candidates[1:]:
        is_area = candidate.record.kind in AREAS and candidate.is_sure and candidate.name > WHOLE
        if is_area and candidate.by_name.keys() == set(range(count)):
            candidate.ahead = WEIGHTS.before_comma
            score_candidates(parsed, [candidate], None)
            return True
    return False


def _prefer_city_of_region(parsed: ParsedQuery, candidates: Sequence[Candidate]) -> bool:
    """Raise the score of a city over the region around it that has the same name in another language: Venice in Russian."""
    region = candidates[0].record
    city = candidates[1] if len(candidates) > 1 else candidates[0]
    if city.record.kind != Kind.SETTLEMENT or city.name <= WHOLE or not city.is_sure:
        return False
    if city.record.country != region.country or city.record.rank < LEAST_RANK_IN_REGION:
        return False
    city.ahead = WEIGHTS.world_city
    score_candidates(parsed, [city], None)
    return True


def _is_world_city(parsed: ParsedQuery, candidate: Candidate, worth: float = 1.0) -> bool:
    """Tell whether a query, of which each word matches by `worth` at least, is the name of a city of the world."""
    record = candidate.record
    return (
        candidate.reader.about.world
        and record.kind == Kind.SETTLEMENT
        and record.rank >= LEAST_RANK
        and (candidate.is_chief or is_called(parsed, record))
        and candidate.name > WHOLE * worth
        and (candidate.is_sure or worth < 1.0)
    )
