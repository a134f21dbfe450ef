"""Candidates that are the same thing: a town in the gazetteer and in an extract, or two objects with one name at one place."""

from collections.abc import Hashable, Sequence

from trigpoint.engines.embedded.index.geometry import METRES_PER_DEGREE, metres_between
from trigpoint.engines.embedded.index.records import AREAS, Kind
from trigpoint.engines.embedded.rank.score import Candidate


def without_doubles(candidates: list[Candidate]) -> list[Candidate]:
    """Remove duplicates: gazetteer towns that the extract has, and objects with the same name and place."""
    kept: list[Candidate] = []
    places: dict[Hashable, list[Candidate]] = {}
    for candidate in candidates:
        spelled = candidate.record.spelled
        end = spelled.find("\n")
        name = (spelled if end < 0 else spelled[:end]) or candidate.id  # its chief name, without a call
        same = places.get(name)
        if same is None:
            places[name] = [candidate]
        elif _is_among(candidate, same):
            continue
        else:
            same.append(candidate)
        kept.append(candidate)
    return kept


def _is_among(candidate: Candidate, others: Sequence[Candidate]) -> bool:
    for other in others:  # noqa: SIM110 (a generator would be made for each candidate of a question)
        if _is_same(candidate, other):
            return True
    return False


def _is_same(candidate: Candidate, other: Candidate) -> bool:
    """Tell whether two candidates with the same name are the same object."""
    record, twin = candidate.record, other.record
    if record.kind == Kind.STREET == twin.kind:
        if candidate.house is None or other.house is None or candidate.house.number != other.house.number:
            return False
        within = 50
    elif record.kind in AREAS and twin.kind in AREAS:
        within = 0 if record.level != twin.level else 1_500 if candidate.reader is other.reader else 15_000
    elif record.kind != twin.kind or record.category != twin.category:
        return False
    else:
        within = 60
    if not within:
        return False
    here, there = candidate.at, other.at
    if abs(here[0] - there[0]) * METRES_PER_DEGREE > 2 * within:  # towns of the same name lie far apart
        return False
    return metres_between(*here, *there) < within
