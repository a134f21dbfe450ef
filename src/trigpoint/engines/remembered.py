"""Places that were shown lately, by their IDs: for services that cannot look one up."""

from collections import OrderedDict
from collections.abc import Iterable

from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import Place

MOST = 5_000
"""Places that one worker keeps: some 10 MB."""


class Remembered:
    """The places of the latest answers, each in the language in which it was shown last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._places: OrderedDict[PlaceId, tuple[str, Place]] = OrderedDict()

    def keep(self, places: Iterable[Place], lang: str) -> None:
        """Keep places; those that nobody asked for the longest are forgotten."""
        for place in places:
            self._places[place.id] = (lang, place)
            self._places.move_to_end(place.id)
        while len(self._places) > self._most:
            self._places.popitem(last=False)

    def find(self, place_id: PlaceId) -> tuple[str, Place] | None:
        """Give the language in which a place was shown, and the place; None if it is not remembered."""
        found = self._places.get(place_id)
        if found is not None:
            self._places.move_to_end(place_id)
        return found


def text_of(place: Place) -> str:
    """Write a place so that a search finds it again."""
    lines = place.address_lines
    return ", ".join(lines if lines and lines[0] == place.name else (place.name, *lines))
