"""Contact data of a place: its telephone number and its web address, from OpenStreetMap tags."""

from collections.abc import Mapping


def telephone_of(tags: Mapping[str, str]) -> str | None:
    """Return the first telephone number, as it is written in the data; None if there is none."""
    phone = tags.get("contact:phone") or tags.get("phone")
    return phone.split(";", 1)[0].strip() or None if phone else None


def urls_of(tags: Mapping[str, str]) -> list[str]:
    """Return the website, if it is an http or https URL; else an empty list."""
    site = tags.get("contact:website") or tags.get("website") or tags.get("url")
    site = site.split(";", 1)[0].strip() if site else ""
    return [site] if site.startswith(("http://", "https://")) else []
