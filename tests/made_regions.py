"""Made-up regions for tests of many regions in one engine: small, and full of names that several of them have."""

import random
from collections.abc import Mapping
from pathlib import Path

from small_map import At, SmallMap
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.home import DataFolder

REGIONS: Mapping[str, tuple[At, str, str]] = {
    "alps": ((47.14, 9.52), "LI", "Vaduz"),
    "coast": ((43.73, 7.42), "MC", "Monaco"),
    "north": ((69.65, 18.95), "NO", "Tromsø"),
    "plain": ((49.95, 11.58), "DE", "Bayreuth"),
}
"""The location of each region, its country and its town."""

STREETS = ("Main Street", "Landstrasse", "Rue du Port", "Schulstraße", "Kirkegata", "Avenue Main", "Hauptstrasse")
NAMES = ("Löwen", "Central", "Café Central", "Sonne", "Main", "Apotheke Sonne", "Grand Hotel", "Port")
SORTS = (
    {"amenity": "restaurant"}, {"amenity": "cafe"}, {"amenity": "pharmacy"}, {"tourism": "hotel"}, {"shop": "bakery"},
    {"amenity": "school"},
)  # fmt: skip
BLOCK = 0.004


def a_region(name: str) -> SmallMap:
    """Draw a region: a country's outline, a town and a village, a grid of streets with houses, and things of some kinds."""
    centre, country, town = REGIONS[name]
    number = [*REGIONS].index(name) + 1
    chance = random.Random(name)
    drawn = SmallMap(last=number * 1_000_000)
    drawn.boundary(centre, 0.1, 2, name=f"Land {country}", **{"ISO3166-1:alpha2": country})
    label = drawn.node(centre, place="town", name=town, population="5000")
    drawn.boundary(centre, 0.02, 8, label=label, name=town)
    drawn.node((centre[0] + 0.05, centre[1] + 0.05), place="village", name="Neudorf")
    code = str(90_000 + 111 * number)
    lengths = chance.sample(range(len(STREETS)), 5)
    for row, street in enumerate(STREETS[at] for at in lengths):
        south = centre[0] - 2 * BLOCK + row * BLOCK
        drawn.way(
            [(south, centre[1] + step * BLOCK) for step in range(-2, 3)], highway="residential", name=street, ref=""
        )
        for house in range(chance.randint(2, 7)):
            at = (south + 0.0003, centre[1] - 2 * BLOCK + house * 0.002)
            tags = {
                "addr:street": street,
                "addr:housenumber": str(2 * house + 1),
                "addr:postcode": code,
                "addr:city": town,
            }
            drawn.node(at, **tags)
    for column in range(2):
        east = centre[1] - BLOCK + 2 * column * BLOCK
        points = [(centre[0] + step * BLOCK, east) for step in range(-2, 3)]
        drawn.way(points, highway="residential", name=f"{column + 1}th Avenue")
    for _ in range(25):
        at = (centre[0] + chance.uniform(-0.02, 0.02), centre[1] + chance.uniform(-0.02, 0.02))
        drawn.node(
            at, name=f"{chance.choice(NAMES)} {chance.choice(('', town, 'Nord'))}".strip(), **chance.choice(SORTS)
        )
    return drawn


def quiet(_done: float, _step: str) -> None:
    """Report no progress."""


def put(shelf: Path, *maps: SmallMap) -> None:
    """Import maps into a shelf."""
    shelf.parent.mkdir(parents=True, exist_ok=True)
    files = [drawn.write(shelf.parent / f"map{at}.osm") for at, drawn in enumerate(maps)]
    import_files(shelf, files, progress=quiet)


def shelf_of(home: Path, region: str) -> Path:
    """Say where the places of a region are; those of `plain` are imported without a name."""
    return DataFolder(home).places if region == "plain" else DataFolder(home).places_of(region)


def put_region(home: Path, region: str) -> None:
    """Import a made-up region beside others."""
    put(shelf_of(home, region), a_region(region))
