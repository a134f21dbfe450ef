"""Overlapping regions: a place that is in two of them is returned once."""

import asyncio
from pathlib import Path

from engines.embedded.queries import geocode, opened
from made_regions import put, shelf_of
from small_map import SmallMap
from trigpoint.base.geo import Point
from trigpoint.home import DataFolder
from trigpoint.maps.queries import AutocompleteQuery, ReverseQuery, SearchQuery


def shared_maps() -> tuple[SmallMap, SmallMap]:
    """Draw two extracts that overlap: each has the half of a street that the other lacks, and both a café between."""
    halves = []
    for side in (-1, 1):
        drawn = SmallMap(last=7_000_000 + side * 1_000_000)
        points = [drawn.node((47.0, 9.0 + step / 500), number=500 + step) for step in range(-4, 5)]
        cut = points[:6] if side < 0 else points[3:]
        for at in range(len(cut) - 1):
            drawn.way(cut[at : at + 2], number=9_000 + cut[at], highway="residential", name="Grenzweg")
        for step in range(-4, 5):
            if step * side >= -1:
                drawn.node(
                    (47.0002, 9.0 + step / 500), number=8_000 + step, addr__street="Grenzweg",
                    addr__housenumber=str(20 + step), addr__city="Grenzau",
                )  # fmt: skip
        drawn.node((47.0001, 9.0), number=8_100, amenity="cafe", name="Café Grenze")
        drawn.node((47.001, 9.0), number=8_101, place="village", name="Grenzau")
        halves.append(drawn)
    return halves[0], halves[1]


def test_a_place_in_two_regions_is_returned_once(tmp_path: Path) -> None:
    west, east = shared_maps()
    merged = tmp_path / "merged"
    put(DataFolder(merged).places, west, east)
    for name, drawn in (("west", west), ("east", east)):
        put(shelf_of(tmp_path, name), drawn)
    with opened(tmp_path) as engine, opened(merged) as whole:
        for text in (
            "Grenzweg",
            "Café Grenze",
            "Grenzau",
            *(f"Grenzweg {number}, Grenzau" for number in range(15, 26)),
        ):
            assert [(place.id, place.name) for place in geocode(engine, text)] == [
                (place.id, place.name) for place in geocode(whole, text)
            ], text
        rows = [asyncio.run(one.autocomplete(AutocompleteQuery(text="Grenz"))) for one in (engine, whole)]
        assert [row.display_lines for row in rows[0]] == [row.display_lines for row in rows[1]]
        cafes = [asyncio.run(one.search(SearchQuery(text="cafe", page_size=1))) for one in (engine, whole)]
        assert [(found.total, found.places[0].id) for found in cafes] == [(1, cafes[1].places[0].id)] * 2
        numbers = [asyncio.run(one.autocomplete(AutocompleteQuery(text="Grenzweg 2"))) for one in (engine, whole)]
        assert [row.display_lines for row in numbers[0]] == [row.display_lines for row in numbers[1]]
        for step in range(-4, 5):
            point = Point(47.0002, 9.0 + step / 500)
            (best,) = asyncio.run(engine.reverse(ReverseQuery(point=point)))
            assert best.address.sub_thoroughfare == str(20 + step)
