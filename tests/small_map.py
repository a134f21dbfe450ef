"""Small OpenStreetMap files, drawn in a test: a town in Liechtenstein with what a rule needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

At = tuple[float, float]
"""Latitude and longitude."""

VADUZ: At = (47.14, 9.52)


@dataclass
class SmallMap:
    """Nodes, ways and relations in the order of creation; each call returns the new object's ID."""

    nodes: dict[int, str] = field(default_factory=dict)
    ways: dict[int, str] = field(default_factory=dict)
    relations: dict[int, str] = field(default_factory=dict)
    last: int = 100_000

    def next_number(self) -> int:
        self.last += 1
        return self.last

    def node(self, at: At, *, number: int | None = None, **tags: str) -> int:
        number = number or self.next_number()
        text = _tags(tags)
        self.nodes[number] = f'<node id="{number}" version="1" lat="{at[0]}" lon="{at[1]}">{text}</node>'
        return number

    def way(self, points: Sequence[At | int], *, number: int | None = None, **tags: str) -> int:
        refs = [point if isinstance(point, int) else self.node(point) for point in points]
        number = number or self.next_number()
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        self.ways[number] = f'<way id="{number}" version="1">{nodes}{_tags(tags)}</way>'
        return number

    def square(self, centre: At, half: float, **tags: str) -> int:
        """Draw a closed way `half` degrees around a point."""
        lat, lng = centre
        corners = [(-half, -half), (-half, half), (half, half), (half, -half)]
        refs = [self.node((lat + north, lng + east)) for north, east in corners]
        return self.way([*refs, refs[0]], **tags)

    def relation(self, members: Sequence[tuple[str, int, str]], *, number: int | None = None, **tags: str) -> int:
        number = number or self.next_number()
        listed = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        self.relations[number] = f'<relation id="{number}" version="1">{listed}{_tags(tags)}</relation>'
        return number

    def boundary(
        self, centre: At, half: float, level: int, *, label: int | None = None, seat: int | None = None, **tags: str
    ) -> int:
        """Draw an administrative area, square; `seat` is its administrative centre."""
        members = [("way", self.square(centre, half), "outer")]
        members += [("node", node, role) for node, role in ((seat, "admin_centre"), (label, "label")) if node]
        return self.relation(
            members, **{"type": "boundary", "boundary": "administrative", "admin_level": str(level), **tags}
        )

    def write(self, path: Path) -> Path:
        parts = (self.nodes, self.ways, self.relations)
        body = "\n".join(part[number] for part in parts for number in sorted(part))
        path.write_text(f'<?xml version="1.0"?>\n<osm version="0.6" generator="test">\n{body}\n</osm>\n')
        return path


def _tags(tags: Mapping[str, str]) -> str:
    written = {key.replace("__", ":"): value for key, value in tags.items()}
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in written.items())


def a_town() -> SmallMap:
    """Liechtenstein with Vaduz and Schaan, three streets, some houses, a café, a peak and an interpolation."""
    town = SmallMap()
    label = town.node(VADUZ, number=1001, place="town", name="Vaduz", population="5000", name__ru="Вадуц")
    town.boundary((47.15, 9.55), 0.1, 2, name="Liechtenstein", **{"ISO3166-1:alpha2": "LI"})
    town.boundary(VADUZ, 0.02, 8, label=label, name="Vaduz")
    town.boundary((47.18, 9.52), 0.02, 8, name="Schaan")
    main = [town.node((47.140, 9.515 + step * 0.001)) for step in range(11)]
    town.way(main[:6], number=5001, highway="residential", name="Landstrasse")
    town.way(main[5:], number=5002, highway="residential", name="Landstrasse")
    cross = [town.node((47.136 + step * 0.001, 9.5201)) for step in range(4)]
    town.way([*cross, main[5]], number=5003, highway="residential", name="Aeulestrasse")
    town.way([(47.18, 9.515), (47.18, 9.525)], number=5004, highway="residential", name="Landstrasse")
    for number in (2, 4, 6, 8):
        town.node(
            (47.1402, 9.515 + number * 0.0005), number=6000 + number, addr__street="Landstrasse",
            addr__housenumber=str(number), addr__postcode="9490", addr__city="Vaduz",
        )  # fmt: skip
    town.node(
        (47.1802, 9.52), number=6101, addr__street="Landstrasse", addr__housenumber="8", addr__postcode="9494",
        addr__city="Schaan",
    )  # fmt: skip
    ends = [
        town.node((47.1365, 9.5203), number=6201, addr__street="Aeulestrasse", addr__housenumber="1"),
        town.node((47.1385, 9.5203), number=6202, addr__street="Aeulestrasse", addr__housenumber="11"),
    ]
    town.way(ends, number=5101, addr__interpolation="odd")
    town.node((47.1401, 9.5235), number=7001, amenity="cafe", name="Café Wüest", phone="+423 123 45 67")
    town.node(
        (47.1403, 9.5185), number=7002, amenity="pharmacy", name="Schlossapotheke", website="https://example.org/"
    )
    town.node(
        (47.1355, 9.5215),
        number=7003,
        amenity="restaurant",
        name="Löwen",
        addr__street="Aeulestrasse",
        addr__housenumber="20",
    )
    town.node((47.125, 9.56), number=7004, natural="peak", name="Alpspitz")
    return town
