"""Quarters and areas of interest in addresses, from the drawn map to the response."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from small_map import VADUZ, At, SmallMap, a_town
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.maps.places import Place, StructuredAddress
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, ReverseQuery, SearchQuery
from trigpoint.wire.place import render_results

Import = Callable[[SmallMap], EmbeddedPlaces]
METRE = 1 / 111_320
EAST_METRE = METRE / 0.68
"""A metre in degrees of longitude, at Vaduz."""


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Import]:
    opened: list[EmbeddedPlaces] = []

    def imports(drawn: SmallMap) -> EmbeddedPlaces:
        import_files(tmp_path / "places", [drawn.write(tmp_path / "map.osm")], progress=lambda _done, _step: None)
        opened.append(open_embedded(tmp_path))
        return opened[-1]

    yield imports
    for engine in opened:
        engine.close()


def a_plain_town() -> SmallMap:
    drawn = SmallMap()
    drawn.boundary((47.15, 9.55), 0.1, 2, name="Liechtenstein", **{"ISO3166-1:alpha2": "LI"})
    drawn.boundary(VADUZ, 0.02, 8, name="Vaduz")
    return drawn


def house(drawn: SmallMap, at: At, number: int = 1, **tags: str) -> None:
    drawn.node(at, addr__housenumber=str(number), addr__street="Landstrasse", **tags)


def find(engine: EmbeddedPlaces, text: str, *, lang: str = "en") -> Place:
    return asyncio.run(engine.geocode(GeocodeQuery(text=text, lang=lang)))[0]


def around(engine: EmbeddedPlaces, text: str = "Landstrasse 1") -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    return parts(find(engine, text).address)


def at(engine: EmbeddedPlaces, point: At) -> StructuredAddress:
    return asyncio.run(engine.reverse(ReverseQuery(point=Point(*point))))[0].address


def parts(address: StructuredAddress) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    return address.sub_locality, address.dependent_localities, address.areas_of_interest


@pytest.mark.parametrize(("metres", "quarter"), [(499, "Ebenholz"), (501, None)])
def test_a_quarter_contains_the_places_in_its_outline(imported: Import, metres: int, quarter: str | None) -> None:
    drawn = a_plain_town()
    drawn.square(VADUZ, 500 * METRE, place="suburb", name="Ebenholz")
    house(drawn, (VADUZ[0] + metres * METRE, VADUZ[1]))
    assert around(imported(drawn)) == (quarter, (quarter,) if quarter else (), ())


@pytest.mark.parametrize(("metres", "quarter"), [(790, "Oberdorf"), (810, None)])
def test_a_quarter_without_an_outline_reaches_as_far_as_its_kind_does(
    imported: Import, metres: int, quarter: str | None
) -> None:
    drawn = a_plain_town()
    drawn.node(VADUZ, place="neighbourhood", name="Oberdorf")
    house(drawn, (VADUZ[0] + metres * METRE, VADUZ[1]))
    assert around(imported(drawn)) == (quarter, (quarter,) if quarter else (), ())


@pytest.mark.parametrize(("metres", "quarter"), [(-100, "Oberdorf"), (100, "Unterdorf")])
def test_of_two_quarters_the_nearer_one_is_used(imported: Import, metres: int, quarter: str) -> None:
    drawn = a_plain_town()
    drawn.node((VADUZ[0], VADUZ[1] - 400 * EAST_METRE), place="neighbourhood", name="Oberdorf")
    drawn.node((VADUZ[0], VADUZ[1] + 400 * EAST_METRE), place="neighbourhood", name="Unterdorf")
    house(drawn, (VADUZ[0], VADUZ[1] + metres * EAST_METRE))
    assert around(imported(drawn)) == (quarter, (quarter,), ())


@pytest.mark.parametrize(("metres", "quarter"), [(-50, "Möliholz"), (50, None)])
def test_a_quarter_does_not_reach_into_the_next_town(imported: Import, metres: int, quarter: str | None) -> None:
    drawn = a_plain_town()
    border = VADUZ[0] + 0.02
    drawn.boundary((border + 0.02, VADUZ[1]), 0.02, 8, name="Schaan")
    drawn.node((border - 200 * METRE, VADUZ[1]), place="neighbourhood", name="Möliholz")
    house(drawn, (border + metres * METRE, VADUZ[1]))
    found = find(imported(drawn), "Landstrasse 1").address
    assert found.locality == ("Vaduz" if metres < 0 else "Schaan")
    assert parts(found) == (quarter, (quarter,) if quarter else (), ())


def test_a_place_outside_the_outline_is_not_in_the_quarter_even_near_its_label(imported: Import) -> None:
    drawn = a_plain_town()
    drawn.square(VADUZ, 100 * METRE, place="quarter", name="Ebenholz")
    drawn.node((VADUZ[0] + 90 * METRE, VADUZ[1]), place="quarter", name="Ebenholz")
    house(drawn, (VADUZ[0] + 110 * METRE, VADUZ[1]))
    assert around(imported(drawn)) == (None, (), ())


def test_all_quarters_are_returned_once_the_largest_first(imported: Import) -> None:
    drawn = a_plain_town()
    drawn.square(VADUZ, 0.005, place="quarter", name="Ebenholz")
    drawn.square(VADUZ, 0.015, place="borough", name="Bezirk Mitte")
    drawn.square(VADUZ, 0.01, place="suburb", name="Altstadt", **{"name:en": "Old Town"})
    drawn.node(VADUZ, place="suburb", name="Altstadt")
    drawn.node((VADUZ[0] + 0.001, VADUZ[1]), place="neighbourhood", name="Oberdorf")
    house(drawn, VADUZ)
    engine = imported(drawn)
    assert around(engine) == ("Ebenholz", ("Bezirk Mitte", "Old Town", "Ebenholz", "Oberdorf"), ())
    german = find(engine, "Landstrasse 1", lang="de").address
    assert german.dependent_localities == ("Bezirk Mitte", "Altstadt", "Ebenholz", "Oberdorf")


def test_smaller_levels_than_addresses_name_are_quarters_too(imported: Import) -> None:
    drawn = a_plain_town()
    drawn.boundary(VADUZ, 0.012, 9, name="Eteläinen")
    drawn.boundary(VADUZ, 0.008, 10, name="Kallio")
    drawn.boundary(VADUZ, 0.004, 11, name="Siltasaari")
    house(drawn, VADUZ)
    assert around(imported(drawn)) == ("Kallio", ("Eteläinen", "Kallio", "Siltasaari"), ())


@pytest.mark.parametrize(("metres", "village"), [(300, "Malbun"), (4_000, None)])
def test_a_village_of_a_larger_municipality_is_a_part_of_it(imported: Import, metres: int, village: str | None) -> None:
    drawn = SmallMap()
    drawn.boundary((47.15, 9.55), 0.1, 2, name="Liechtenstein", **{"ISO3166-1:alpha2": "LI"})
    drawn.boundary(VADUZ, 0.06, 8, name="Triesenberg")
    drawn.node((VADUZ[0] + 4_200 * METRE, VADUZ[1]), place="village", name="Triesenberg")
    drawn.node(VADUZ, place="village", name="Malbun")
    house(drawn, (VADUZ[0] + metres * METRE, VADUZ[1]))
    found = find(imported(drawn), "Landstrasse 1").address
    assert found.locality == "Triesenberg"
    assert parts(found) == (village, (village,) if village else (), ())


def test_the_quarter_named_in_an_address_is_used(imported: Import) -> None:
    drawn = a_plain_town()
    drawn.square(VADUZ, 0.01, place="suburb", name="Altstadt")
    house(drawn, VADUZ, addr__suburb="Neustadt")
    assert around(imported(drawn)) == ("Neustadt", ("Altstadt", "Neustadt"), ())


GROUNDS: list[dict[str, str]] = [
    {"leisure": "park"}, {"amenity": "university"}, {"shop": "mall"}, {"aeroway": "aerodrome"}, {"leisure": "stadium"},
    {"landuse": "cemetery"}, {"boundary": "protected_area"}, {"tourism": "museum"}, {"place": "square"},
]  # fmt: skip
OTHERS: list[dict[str, str]] = [
    {"leisure": "park"}, {"shop": "supermarket", "name": "Markt"}, {"building": "yes", "name": "Haus"},
    {"landuse": "residential", "name": "Siedlung"}, {"amenity": "restaurant", "name": "Löwen"},
    {"leisure": "pitch", "name": "Feld"}, {"amenity": "parking", "name": "P1"},
]  # fmt: skip


def test_an_area_of_interest_contains_the_places_in_its_outline(imported: Import) -> None:
    drawn = a_plain_town()
    for step, tags in enumerate(GROUNDS):
        centre = (VADUZ[0], VADUZ[1] - 0.015 + 0.003 * step)
        drawn.square(centre, 100 * METRE, name=f"Ground {step}", **tags)
        for metres in (99, 101):
            house(drawn, (centre[0] + metres * METRE, centre[1]), 1_000 * (step + 1) + metres)
    engine = imported(drawn)
    for step, tags in enumerate(GROUNDS):
        assert around(engine, f"Landstrasse {1_000 * (step + 1) + 99}")[2] == (f"Ground {step}",), tags
        assert around(engine, f"Landstrasse {1_000 * (step + 1) + 101}")[2] == (), tags


def test_houses_shops_and_nameless_areas_are_no_areas_of_interest(imported: Import) -> None:
    drawn = a_plain_town()
    for step, tags in enumerate(OTHERS):
        centre = (VADUZ[0], VADUZ[1] - 0.015 + 0.003 * step)
        drawn.square(centre, 100 * METRE, **tags)
        house(drawn, centre, step + 1)
    engine = imported(drawn)
    assert [around(engine, f"Landstrasse {step + 1}")[2] for step in range(len(OTHERS))] == [()] * len(OTHERS)


def test_areas_of_interest_are_returned_smallest_first_in_the_requested_language(imported: Import) -> None:
    drawn = a_plain_town()
    outer = drawn.square(VADUZ, 0.01)
    hole = drawn.square((VADUZ[0] + 0.005, VADUZ[1]), 0.001)
    drawn.relation(
        [("way", outer, "outer"), ("way", hole, "inner")], type="multipolygon", leisure="park", name="Rheinau"
    )
    drawn.square(VADUZ, 0.001, historic="castle", name="Schloss", **{"name:en": "Castle"})
    house(drawn, VADUZ)
    house(drawn, (VADUZ[0] + 0.003, VADUZ[1]), 3)
    house(drawn, (VADUZ[0] + 0.005, VADUZ[1]), 5)  # in the hole
    engine = imported(drawn)
    assert [around(engine, f"Landstrasse {number}")[2] for number in (1, 3, 5)] == [
        ("Castle", "Rheinau"), ("Rheinau",), (),
    ]  # fmt: skip
    assert find(engine, "Landstrasse 1", lang="de").address.areas_of_interest == ("Schloss", "Rheinau")


def test_reverse_returns_the_areas_of_the_point_not_of_the_nearest_house(imported: Import) -> None:
    drawn = a_plain_town()
    drawn.square(VADUZ, 50 * METRE, leisure="park", name="Schlosspark")
    house(drawn, (VADUZ[0] + 60 * METRE, VADUZ[1]))
    engine = imported(drawn)
    assert at(engine, (VADUZ[0] + 40 * METRE, VADUZ[1])).full_thoroughfare == "Landstrasse 1"
    assert at(engine, (VADUZ[0] + 40 * METRE, VADUZ[1])).areas_of_interest == ("Schlosspark",)
    assert at(engine, (VADUZ[0] + 59 * METRE, VADUZ[1])).areas_of_interest == ()
    assert at(engine, (VADUZ[0] + 0.01, VADUZ[1])).areas_of_interest == ()
    assert at(engine, (VADUZ[0] - 40 * METRE, VADUZ[1])).locality == "Vaduz"


def test_areas_contain_themselves_and_towns_and_codes_have_no_quarters(imported: Import) -> None:
    drawn = a_plain_town()
    drawn.square(VADUZ, 0.004, place="borough", name="Bezirk Mitte")
    drawn.square(VADUZ, 0.003, place="suburb", name="Altstadt")
    drawn.node(VADUZ, place="neighbourhood", name="Oberdorf")
    drawn.square(VADUZ, 0.001, leisure="park", name="Schlosspark")
    drawn.square(VADUZ, 0.01, boundary="postal_code", postal_code="9490")
    engine = imported(drawn)
    quarters = ("Bezirk Mitte", "Altstadt", "Oberdorf")
    assert parts(find(engine, "Schlosspark").address) == ("Altstadt", quarters, ("Schlosspark",))
    assert parts(find(engine, "Altstadt").address) == ("Altstadt", ("Bezirk Mitte", "Altstadt"), ())
    assert parts(find(engine, "Oberdorf").address) == ("Oberdorf", quarters, ())
    assert parts(find(engine, "Vaduz").address) == (None, (), ())
    assert parts(find(engine, "9490").address) == (None, (), ())
    assert parts(find(engine, "Liechtenstein").address) == (None, (), ())


def test_every_kind_of_response_has_quarters_and_areas_of_interest(imported: Import) -> None:
    drawn = a_town()
    drawn.square(VADUZ, 0.005, place="suburb", name="Altstadt")
    drawn.square((47.1401, 9.5235), 30 * METRE, shop="mall", name="Mühleholz")
    engine = imported(drawn)
    cafe = (None, "Altstadt", ["Altstadt"], ["Mühleholz"])

    def told(body: bytes) -> tuple[object, ...]:
        address = json.loads(body)["results"][0]["structuredAddress"]
        return tuple(address.get(key) for key in ("postCode", "subLocality", "dependentLocalities", "areasOfInterest"))

    found = find(engine, "Café Wüest")
    assert told(render_results((found,))) == cafe
    searched = asyncio.run(engine.search(SearchQuery(text="Café Wüest"))).places
    looked_up = asyncio.run(engine.find_places([found.id], lang="en"))[found.id]
    completed = asyncio.run(engine.autocomplete(AutocompleteQuery(text="Café Wü")))
    addresses = [searched[0].address, looked_up.address, completed[0].address]
    assert [parts(address) for address in addresses if address] == [("Altstadt", ("Altstadt",), ("Mühleholz",))] * 3
    street = find(engine, "Landstrasse 8, Vaduz").address
    assert parts(street) == ("Altstadt", ("Altstadt",), ())


def test_a_street_through_several_quarters_of_a_town_is_one(imported: Import) -> None:
    drawn = a_plain_town()
    for at_lng, name in ((9.515, "Oberdorf"), (9.522, "Unterdorf")):
        drawn.node((47.14, at_lng), place="neighbourhood", name=name)
        drawn.way([(47.14, at_lng), (47.14, at_lng + 0.004)], highway="residential", name="Landstrasse")
    found = asyncio.run(imported(drawn).geocode(GeocodeQuery(text="Landstrasse")))
    assert [place.name for place in found] == ["Landstrasse"]


def test_the_quarter_of_a_street_is_among_its_dependent_localities(imported: Import) -> None:
    drawn = a_plain_town()
    for east, name in ((0, "Oberdorf"), (700, "Unterdorf")):
        drawn.node((VADUZ[0], VADUZ[1] + east * EAST_METRE), place="neighbourhood", name=name)
    drawn.square((VADUZ[0], VADUZ[1] - 300 * EAST_METRE), 0.002, leisure="park", name="Schlosspark")
    drawn.way([VADUZ, (VADUZ[0], VADUZ[1] + 700 * EAST_METRE)], highway="residential", name="Landstrasse")
    for step, east in enumerate(
        (-300, -200, -20, 0, 20, 600, 620, 640, 660)
    ):  # five in one quarter, two of them in a park
        house(drawn, (VADUZ[0], VADUZ[1] + east * EAST_METRE), step + 1)
    street = find(imported(drawn), "Landstrasse").address
    assert parts(street) == ("Oberdorf", ("Oberdorf",), ())


@pytest.mark.parametrize(
    ("at", "town"),
    [
        ((39.2830, -76.5910), "Baltimore"),  # GeoNames has a town Fells Point here
        ((55.8200, 37.6400), "Москва"),  # and Ostankinskiy here
        ((39.4015, -76.6019), "Towson"),  # a town outside of the city's ground
        ((47.1410, 9.5209), "Vaduz"),  # no city is far larger
    ],
)
def test_parts_of_a_large_city_that_geonames_lists_as_towns_belong_to_the_city(
    imported: Import, at: At, town: str
) -> None:
    drawn = SmallMap()
    drawn.node(at, addr__housenumber="1", addr__street="Thames Street")
    assert find(imported(drawn), "1 Thames Street", lang="").address.locality == town


@pytest.mark.parametrize(("metres", "town"), [(0, "Vaduz"), (4_000, "Triesen")])
def test_a_town_of_geonames_that_the_extract_calls_a_quarter_is_a_quarter(
    imported: Import, metres: int, town: str
) -> None:
    triesen = (47.1075, 9.5283)
    drawn = SmallMap()
    drawn.node((triesen[0] + metres * METRE, triesen[1]), place="neighbourhood", name="Triesen")
    drawn.node(triesen, addr__housenumber="1", addr__street="Landstrasse")
    found = find(imported(drawn), "Landstrasse 1").address
    assert (found.locality != "Triesen") == (town != "Triesen")
    assert found.sub_locality == ("Triesen" if town != "Triesen" else None)
