"""The coordinate of an administrative area: a route to it should end where people live."""

import asyncio
from pathlib import Path

import pytest

from small_map import At, SmallMap
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.places import Place
from trigpoint.maps.queries import GeocodeQuery

MIDDLE: At = (42.6, 1.5)
VILLAGE: At = (42.56, 1.54)
LABEL: At = (42.58, 1.52)
ELSEWHERE: At = (43.0, 1.5)


def find(tmp_path: Path, drawn: SmallMap, text: str) -> Place:
    import_files(tmp_path / "places", [drawn.write(tmp_path / "map.osm")], progress=lambda _done, _step: None)
    engine = open_embedded(tmp_path)
    found = asyncio.run(engine.geocode(GeocodeQuery(text=text)))
    engine.close()
    return found[0]


def a_parish(*, level: int = 7, name: str = "Ordino", seat: At | None = None, label: At | None = None) -> SmallMap:
    drawn = SmallMap()
    drawn.boundary(MIDDLE, 0.3, 2, name="Andorra", **{"ISO3166-1:alpha2": "AD"})
    seat_node = drawn.node(seat, place="village", name="Vila") if seat else None
    label_node = drawn.node(label, place="region", name=name) if label else None
    drawn.boundary(MIDDLE, 0.1, level, seat=seat_node, label=label_node, name=name)
    return drawn


@pytest.mark.parametrize(
    ("seat", "label", "at"),
    [(VILLAGE, None, VILLAGE), (None, LABEL, LABEL), (VILLAGE, LABEL, LABEL), (None, None, MIDDLE)],
)
def test_an_area_is_placed_at_its_label_or_else_its_administrative_centre(
    tmp_path: Path, seat: At | None, label: At | None, at: At
) -> None:
    place = find(tmp_path, a_parish(seat=seat, label=label), "Ordino")
    assert place.name == "Ordino"
    assert place.coordinate.distance_to(Point(*at)) < 1


def test_an_administrative_centre_outside_the_area_is_not_used(tmp_path: Path) -> None:
    place = find(tmp_path, a_parish(seat=ELSEWHERE), "Ordino")
    assert place.coordinate.distance_to(Point(*MIDDLE)) < 1


def test_the_extent_of_an_area_is_that_of_its_outline(tmp_path: Path) -> None:
    region = find(tmp_path, a_parish(seat=VILLAGE), "Ordino").region
    assert (region.south, region.north) == (pytest.approx(42.5, abs=0.001), pytest.approx(42.7, abs=0.001))


@pytest.mark.parametrize(("capital", "at"), [("Vaduz", (47.15, 9.55)), ("Liechtenstein", (47.1, 9.5))])
def test_a_country_is_placed_at_its_capital_only_if_they_share_a_name(tmp_path: Path, capital: str, at: At) -> None:
    drawn = SmallMap()
    seat = drawn.node((47.1, 9.5), place="town", name=capital)
    drawn.boundary((47.15, 9.55), 0.1, 2, seat=seat, name="Liechtenstein", **{"ISO3166-1:alpha2": "LI"})
    place = find(tmp_path, drawn, "Liechtenstein")
    assert place.coordinate.distance_to(Point(*at)) < 1
