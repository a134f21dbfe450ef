"""Apple's category of a thing, from its OpenStreetMap tags."""

from trigpoint.engines.embedded.importing.features import Tags


def category_of(tags: Tags) -> str | None:
    """Name the category, or None where none fits."""
    return tags.get("never")
