"""Searching external services for a kind of place: the OpenStreetMap tags to ask for, and a check of the results."""

from collections.abc import Iterable, Mapping
from functools import cache

from trigpoint.maps.kinds import Kind, kinds_of
from trigpoint.maps.poi_tags import TABLE

MOST_TAGS = 6
"""Highest number of tags per search, as each is a query of its own. (`Hotel` has eight tags.)"""

BASES = {"cuisine": ("amenity=restaurant", "amenity=fast_food", "amenity=cafe")}
"""Main tags to ask for, for kinds that are defined by a secondary tag."""

USUAL = {
    "Store": (
        "shop=department_store", "shop=mall", "shop=clothes", "shop=electronics", "shop=doityourself", "shop=variety_store",
    ),
}  # fmt: skip
"""Tags to ask for, for categories that any value of a key matches."""

Tag = tuple[str, str]


def tags_to_ask(kinds: Iterable[Kind]) -> tuple[Tag, ...]:
    """Return the main tags of things of these kinds, the most common first; at most `MOST_TAGS`."""
    found = dict.fromkeys(tag for kind in sorted(kinds) for tag in _tags_of(kind))
    return tuple(found)[:MOST_TAGS]


def is_of_kind(kinds: frozenset[Kind], tags: Mapping[str, str]) -> bool:
    """Tell whether a thing with these tags is of one of the kinds."""
    return not kinds.isdisjoint(kinds_of(tags))


@cache
def _tags_of(kind: Kind) -> tuple[Tag, ...]:
    key, equals, _ = kind.partition("=")
    written = BASES.get(key, (str(kind),)) if equals else USUAL.get(kind) or _tags_of_category(kind)
    return tuple((tag.partition("=")[0], tag.partition("=")[2]) for tag in written)


def _tags_of_category(category: str) -> tuple[str, ...]:
    """Return the tags in the first conditions of a category's lines; conditions without values are left out."""
    lines = [line.split() for line in TABLE.split("\n")]
    conditions = [line[1].partition("=") for line in lines if line and line[0] == category]
    return tuple(f"{key}={value}" for key, _, values in conditions if values != "*" for value in values.split("|"))
