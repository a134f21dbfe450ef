"""A cache of recently returned places by ID, for services that cannot look up IDs."""

from collections import OrderedDict
from collections.abc import Iterable

from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import Place

MOST = 5_000
"""Number of places that one worker caches; they take about 10 MB."""


class Remembered:
    """An LRU cache of returned places, each in the language in which it was last returned."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._places: OrderedDict[PlaceId, tuple[str, Place]] = OrderedDict()

    def keep(self, places: Iterable[Place], lang: str) -> None:
        """Add places; the least recently used ones are dropped."""
        for place in places:
            self._places[place.id] = (lang, place)
            self._places.move_to_end(place.id)
        while len(self._places) > self._most:
            self._places.popitem(last=False)

    def find(self, place_id: PlaceId) -> tuple[str, Place] | None:
        """Return the language in which a place was returned, and the place; None if it is not in the cache."""
        found = self._places.get(place_id)
        if found is not None:
            self._places.move_to_end(place_id)
        return found


def text_of(place: Place) -> str:
    """Return a text with which a search finds the place again."""
    lines = place.address_lines
    return ", ".join(lines if lines and lines[0] == place.name else (place.name, *lines))
