"""What was asked for where the data has no such thing: the nearest number of a street, the crossing of two."""

from collections.abc import Sequence
from dataclasses import replace

from trigpoint.base.geo import Point, region_around
from trigpoint.engines.embedded.index.reader import Opened
from trigpoint.engines.embedded.index.records import Kind
from trigpoint.engines.embedded.rank.score import Hit
from trigpoint.engines.embedded.search.forward import prepare
from trigpoint.engines.embedded.search.results import place_of, place_of_record
from trigpoint.engines.embedded.text.house_numbers import value_of
from trigpoint.maps.languages import name_in
from trigpoint.maps.places import Place


def place_meant(shelves: Sequence[Opened], hit: Hit, text: str, lang: str) -> Place:
    """Present a hit; where the street has no such number, put the street at its nearest one."""
    if hit.number_left and hit.house is None and hit.record.numbered and hit.record.kind == Kind.STREET:
        asked = prepare(shelves, text)
        values = [value_of(asked.words[at]) for at in sorted(asked.numeric)]
        wanted = next((value for value in values if value is not None), None)
        if wanted is not None:
            near = _nearest_number(hit, wanted)
            if near is not None:
                return replace(place_of_record(hit.opened, hit.record, lang, at=near), region=region_around(near))
    return place_of(hit, lang)


def _nearest_number(hit: Hit, wanted: int) -> Point | None:
    """Find the house of a street whose number is nearest, one of the same side first."""
    numbered = [(value_of(key), house) for key, house in hit.opened.data.house_keys(hit.id)]
    ranked = [
        (abs(value - wanted) + 0.5 * ((value - wanted) % 2), house_id)
        for value, house_id in numbered
        if value is not None
    ]
    if not ranked:
        return None
    house = hit.opened.data.house(min(ranked)[1])
    return Point(house.latitude, house.longitude)


def place_of_crossing(one: Hit, other: Hit, point: Point, lang: str) -> Place:
    """Present the crossing of two streets."""
    place = place_of_record(one.opened, one.record, lang, at=point)
    names = [name_in(hit.record.names, lang) or "" for hit in (one, other)]
    return replace(place, name=" & ".join(names), region=region_around(point))
