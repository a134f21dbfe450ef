"""A draft: the feature of one OpenStreetMap object in one layer of the map, without its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

Tags = Mapping[str, str]
Value = str | int | float | bool
Properties = dict[str, Value]


class Sized(Enum):
    """How the size of a shape affects its feature. Areas are those of the Mercator projection, as in Shortbread."""

    NOT = "not at all"
    SHOWN = "a polygon appears where it is as large as a pixel"
    WATER = "the same, and `way_area` in square metres"
    WATER_LABEL = "`way_area` in square metres; the larger, the earlier"
    BOUNDARY_LABEL = "`way_area` in hectares; the larger, the earlier"
    LINE = "a line appears where it is as long as a quarter of a pixel"


@dataclass(slots=True)
class Draft:
    """A feature of `layer` from zoom `min_zoom` on. `at_point` draws an area as a point inside it."""

    layer: str
    min_zoom: int
    properties: Properties
    at_point: bool = False
    sized: Sized = Sized.NOT


@dataclass(frozen=True, slots=True)
class Names:
    """Which names of an object are kept: `keys` are pairs of tag and property, such as `name:de` and `name_de`."""

    keys: tuple[tuple[str, str], ...]

    def of(self, tags: Tags) -> Properties:
        """Return the names of an object: the local one as `name`, others as `name_` plus a BCP 47 tag."""
        return {property_: tags[key] for key, property_ in self.keys if key in tags}


def keep_names(languages: tuple[str, ...]) -> Names:
    """Keep the local name and those in some languages (BCP 47 tags)."""
    return Names((("name", "name"), *((f"name:{tag}", f"name_{tag}") for tag in languages)))


BRIDGES = frozenset(
    ("yes", "viaduct", "boardwalk", "cantilever", "covered", "low_water_crossing", "movable", "trestle")
)


def structure_of(tags: Tags, properties: Properties) -> Properties:
    """Add `tunnel` and `bridge` to the properties of a way if they are true. False values are left out in all layers."""
    if tags.get("tunnel") in {"yes", "building_passage", "culvert"} or tags.get("covered") == "yes":
        properties["tunnel"] = True
    if tags.get("bridge") in BRIDGES:
        properties["bridge"] = True
    return properties
