"""Words for what is sought: "coffee", "Apotheke in Vaduz", "スーパー"."""

from dataclasses import dataclass

from trigpoint.maps.categories import PoiCategory


@dataclass(frozen=True, slots=True)
class CategoryAsked:
    """The categories that a text asks for, and the rest of the text, which names a place."""

    categories: frozenset[PoiCategory]
    rest: str


def read_category(text: str) -> CategoryAsked | None:
    """Read a text that asks for things of a category; None if it does not."""
    del text
    return None
