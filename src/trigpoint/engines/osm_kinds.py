"""The OpenStreetMap tags by which a service is asked for things of a kind, and whether what it gave is of it."""

from collections.abc import Iterable, Mapping
from functools import cache

from trigpoint.maps.kinds import Kind, kinds_of
from trigpoint.maps.poi_tags import TABLE

MOST_TAGS = 6
"""For so many tags a service is asked at most: a hotel is a hostel, too, and six more."""

BASES = {"cuisine": ("amenity=restaurant", "amenity=fast_food", "amenity=cafe")}
"""What is asked for, for kinds that are told by another tag than their main one."""

USUAL = {
    "Store": (
        "shop=department_store", "shop=mall", "shop=clothes", "shop=electronics", "shop=doityourself", "shop=variety_store",
    ),
}  # fmt: skip
"""Which of the tags are asked for, where any would do."""

Tag = tuple[str, str]


def tags_to_ask(kinds: Iterable[Kind]) -> tuple[Tag, ...]:
    """Give the main tags of things of these kinds, the most usual first."""
    found = dict.fromkeys(tag for kind in sorted(kinds) for tag in _tags_of(kind))
    return tuple(found)[:MOST_TAGS]


def is_of_kind(kinds: frozenset[Kind], tags: Mapping[str, str]) -> bool:
    """Tell whether a thing is of one of these kinds."""
    return not kinds.isdisjoint(kinds_of(tags))


@cache
def _tags_of(kind: Kind) -> tuple[Tag, ...]:
    key, equals, _ = kind.partition("=")
    written = BASES.get(key, (str(kind),)) if equals else USUAL.get(kind) or _tags_of_category(kind)
    return tuple((tag.partition("=")[0], tag.partition("=")[2]) for tag in written)


def _tags_of_category(category: str) -> tuple[str, ...]:
    """Read the first condition of each line of the table of categories; one without values cannot be asked for."""
    lines = [line.split() for line in TABLE.split("\n")]
    conditions = [line[1].partition("=") for line in lines if line and line[0] == category]
    return tuple(f"{key}={value}" for key, _, values in conditions if values != "*" for value in values.split("|"))
