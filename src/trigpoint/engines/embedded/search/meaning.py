"""What was asked for where the data has no such thing: the nearest number of a street, the crossing of two."""

from collections.abc import Sequence
from dataclasses import replace

from trigpoint.base.geo import Point, region_around
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import Kind
from trigpoint.engines.embedded.rank.score import Candidate
from trigpoint.engines.embedded.search.forward import prepare
from trigpoint.engines.embedded.search.results import place_of, place_of_record
from trigpoint.engines.embedded.text.house_numbers import value_of
from trigpoint.maps.languages import name_in
from trigpoint.maps.places import Place


def place_meant(readers: Sequence[IndexReader], candidate: Candidate, text: str, lang: str) -> Place:
    """Present a candidate; where the street has no such number, put the street at its nearest one."""
    if (
        candidate.number_left
        and candidate.house is None
        and candidate.record.numbered
        and candidate.record.kind == Kind.STREET
    ):
        parsed = prepare(readers, text)
        values = [value_of(parsed.words[at]) for at in sorted(parsed.numeric)]
        wanted = next((value for value in values if value is not None), None)
        if wanted is not None:
            near = _nearest_number(candidate, wanted)
            if near is not None:
                return replace(
                    place_of_record(candidate.reader, candidate.record, lang, at=near), region=region_around(near)
                )
    return place_of(candidate, lang)


def _nearest_number(candidate: Candidate, wanted: int) -> Point | None:
    """Find the house of a street whose number is nearest, one of the same side first."""
    numbered = [(value_of(key), house) for key, house in candidate.reader.data.house_keys(candidate.id)]
    ranked = [
        (abs(value - wanted) + 0.5 * ((value - wanted) % 2), house_id)
        for value, house_id in numbered
        if value is not None
    ]
    if not ranked:
        return None
    house = candidate.reader.data.house(min(ranked)[1])
    return Point(house.latitude, house.longitude)


def place_of_crossing(one: Candidate, other: Candidate, point: Point, lang: str) -> Place:
    """Present the crossing of two streets."""
    place = place_of_record(one.reader, one.record, lang, at=point)
    names = [name_in(candidate.record.names, lang) or "" for candidate in (one, other)]
    return replace(place, name=" & ".join(names), region=region_around(point))
