"""Reading what the index needs from one object of an extract, while osmium keeps it in memory."""

from collections.abc import Iterator
from contextlib import suppress

import osmium

from trigpoint.engines.embedded.importing.features import is_interest
from trigpoint.engines.embedded.importing.staging import Row
from trigpoint.engines.embedded.importing.staging_rows import (
    RawArea,
    RawNode,
    RawWay,
    is_boundary,
    is_house,
    is_named,
    is_street,
)
from trigpoint.engines.embedded.index.records import ref_of
from trigpoint.engines.extracts import tags_of
from trigpoint.maps.place_ids import NUMBER_BITS, Source

NUMBERS_BELOW = 1 << (NUMBER_BITS - 1)
HOUSE_ROLES = frozenset({"house", "address", "addr:houselink", "addr"})
SOURCES = {"n": Source.NODE, "w": Source.WAY}


def number_of(source: Source, number: int) -> int:
    """Return the reference of an object. Raises ValueError for an ID outside the range that OpenStreetMap uses."""
    if not 0 <= number < NUMBERS_BELOW:
        what = source.name.lower()
        raise ValueError(f"{what} {number}, and numbers are from 0 to {NUMBERS_BELOW - 1}")
    return ref_of(source, number)


def read_node(node: osmium.osm.Node) -> RawNode | None:
    """Read a node that is an address or has a name."""
    if not node.location.valid():
        return None
    tags = tags_of(node)
    house, named = is_house(tags), is_named(tags)
    if not house and not named:
        return None
    return RawNode(number_of(Source.NODE, node.id), node.version, tags, house, named, node.lat, node.lon)


def read_way(way: osmium.osm.Way, factory: osmium.geom.WKBFactory) -> RawWay | None:
    """Read a way that is kept, with its line, or with those of its nodes that are known."""
    tags = tags_of(way)
    is_closed = way.is_closed()
    is_numbers = "addr:interpolation" in tags
    has_outline = is_closed and (is_boundary(tags) or is_interest(tags))
    street, house, named = is_street(tags), is_house(tags), is_named(tags)
    if not (street or house or named or is_numbers or has_outline):
        return None
    line = None
    if not is_numbers:
        with suppress(RuntimeError, osmium.InvalidLocationError):
            line = factory.create_linestring(way)
    path = []
    if line is None:
        path = [(node.ref, node.lat, node.lon) for node in way.nodes if node.location.valid()]
    ref = number_of(Source.WAY, way.id)
    return RawWay(ref, way.version, tags, street, house, named, is_closed, has_outline, line, path)


def read_area(area: osmium.osm.Area, factory: osmium.geom.WKBFactory) -> RawArea | None:
    """Read an area; None if it has no outline."""
    try:
        outline = factory.create_multipolygon(area)
    except (RuntimeError, osmium.InvalidLocationError):
        return None
    is_way = area.from_way()
    ref = number_of(Source.WAY if is_way else Source.RELATION, area.orig_id())
    return RawArea(ref, area.version, tags_of(area), is_way, outline)


def read_relation(relation: osmium.osm.Relation) -> Iterator[Row]:
    """Yield the members of a relation: the houses of a street, the settlement of a boundary."""
    kind = relation.tags.get("type")
    if kind in {"associatedStreet", "street"}:
        ref = number_of(Source.RELATION, relation.id)
        name = relation.tags.get("name") or relation.tags.get("addr:street")
        if name:
            for member in relation.members:
                if member.role in HOUSE_ROLES:
                    source = SOURCES.get(member.type, Source.RELATION)
                    yield ref, "street:" + name, number_of(source, member.ref)
    elif kind == "boundary":
        ref = number_of(Source.RELATION, relation.id)
        for member in relation.members:
            if member.type == "n" and member.role in {"label", "admin_centre"}:
                yield ref, member.role, number_of(Source.NODE, member.ref)
