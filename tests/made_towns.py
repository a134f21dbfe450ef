"""Two made-up towns with a toll bridge between them, and an island: an extract small enough for any test."""

from collections.abc import Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from trigpoint.base.geo import Point

WEST, EAST, ISLAND = Point(47.01, 9.01), Point(47.012, 9.11), Point(47.21, 9.01)
ROWS = 12


def split_at_the_border(file: Path, west: Path, east: Path) -> None:
    """Write the towns West and East of an extract to one file each; the roads between them are in both, as in extracts."""
    ways = [
        (way.id, dict(way.tags), [node.ref for node in way.nodes]) for way in osmium.FileProcessor(file, osmium.osm.WAY)
    ]
    places = {node.id: (node.lon, node.lat) for node in osmium.FileProcessor(file, osmium.osm.NODE)}
    for target, other in ((west, "East"), (east, "West")):
        ours = [way for way in ways if not way[1]["name"].startswith(other)]
        with osmium.SimpleWriter(str(target), overwrite=True) as writer:
            for number in sorted({ref for way in ours for ref in way[2]}):
                writer.add_node(Node(id=number, location=places[number], version=1, timestamp="2026-01-01T00:00:00Z"))
            for number, tags, refs in ours:
                writer.add_way(Way(id=number, nodes=refs, tags=tags, version=1, timestamp="2026-01-01T00:00:00Z"))


def write_towns(file: Path, *, sorted_objects: bool = True, towns: Sequence[str] = ("West", "East", "Island")) -> None:
    """Write an extract: three grids of streets 200 m apart.

    West and East are joined by a toll bridge of 5 km and a free road of 45 km; the island by nothing.
    """
    corners = {"West": (47.0, 9.0), "East": (47.0, 9.1), "Island": (47.2, 9.0)}
    nodes: list[tuple[float, float]] = []
    ways: list[tuple[list[int], dict[str, str]]] = []

    def add(latitude: float, longitude: float) -> int:
        nodes.append((latitude, longitude))
        return len(nodes)

    grids: dict[str, list[list[int]]] = {}
    for town in towns:
        south, west = corners[town]
        grid = [[add(south + row * 0.002, west + column * 0.003) for column in range(ROWS)] for row in range(ROWS)]
        grids[town] = grid
        ways += [
            (row, {"highway": "residential", "name": f"{town} {number} Street"}) for number, row in enumerate(grid)
        ]
        columns = [list(column) for column in zip(*grid, strict=True)]
        ways += [
            (one, {"highway": "residential", "name": f"{town} {number} Avenue"}) for number, one in enumerate(columns)
        ]
    if {"West", "East"} <= grids.keys():
        bridge = [grids["West"][5][-1], grids["East"][5][0]]
        ways.append((bridge, {"highway": "primary", "name": "Toll Bridge", "toll": "yes"}))
        detour = [grids["West"][0][-1], add(46.8, 9.06), grids["East"][0][0]]
        ways.append((detour, {"highway": "secondary", "name": "Long Way"}))
    objects: list[Node | Way] = [
        Node(id=number, location=(longitude, latitude), version=1, timestamp="2026-01-01T00:00:00Z")
        for number, (latitude, longitude) in enumerate(nodes, 1)
    ]
    objects += [
        Way(id=number, nodes=members, tags=tags, version=1, timestamp="2026-01-01T00:00:00Z")
        for number, (members, tags) in enumerate(ways, 1)
    ]
    with osmium.SimpleWriter(str(file), overwrite=True) as writer:
        for thing in objects if sorted_objects else reversed(objects):
            if isinstance(thing, Node):
                writer.add_node(thing)
            else:
                writer.add_way(thing)
