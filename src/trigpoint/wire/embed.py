"""The Embed API (contract §6.6): parsing the URL of an embedded map, and writing the data for the script of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.maps.places import Place
from trigpoint.maps.queries import PlaceQuery
from trigpoint.wire.parameters import BOOLEANS, Parameters
from trigpoint.wire.place import Location, MapRegion, location_body, region_body
from trigpoint.wire.snapshot_members import NUMBER, Members, read_items

MAX_ANNOTATIONS = 50
NEAREST_M, FARTHEST_M = 50.0, 40_000_000.0
"""Smallest and largest distance of the camera, in metres."""
TITLE_CHARACTERS = 200
_EXAMPLE_ID = "I7C250D2CDCB364A"
_EXAMPLE = f'[{{"place":"{_EXAMPLE_ID}","selected":1}}]'


class Scheme(StrEnum):
    """The colours of an embedded map; `adaptive` follows the settings of the user's system."""

    LIGHT = "light"
    DARK = "dark"
    ADAPTIVE = "adaptive"


@dataclass(frozen=True, slots=True)
class Pin:
    """An annotation: the ID of a place, which may not exist, or a coordinate with a title (our addition to Apple's API)."""

    unverified_id: str | None
    point: Point | None
    title: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedQuery:
    """The parameters of an embedded map. Without `center` it shows all pins; `camera_distance` is in metres."""

    center: Point | None
    camera_distance: float | None
    pins: tuple[Pin, ...]
    scheme: Scheme
    lang: str

    @property
    def places(self) -> PlaceQuery | None:
        """The query that looks up the places of the pins; None if no pin has a place."""
        ids = tuple(dict.fromkeys(pin.unverified_id for pin in self.pins if pin.unverified_id is not None))
        return PlaceQuery(unverified_ids=ids, lang=self.lang) if ids else None


class PinBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A pin, for the script of the page."""

    title: str
    subtitle: str = ""
    category: str | None = None
    coordinate: Location
    region: MapRegion | None = None
    selected: bool = False


class MapBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """The whole map, for the script of the page."""

    language: str
    color_scheme: str
    center: Location | None = None
    camera_distance: float | None = None
    is_card: bool = False
    pins: Sequence[PinBody]


def parse_place(parameters: Parameters) -> EmbedQuery:
    """Read the parameters of a map with one place: `place`, `cameraDistance`, `colorScheme`, `lang`."""
    place = parameters.required_text("place", example=_EXAMPLE_ID, max_length=100)
    return EmbedQuery(
        center=None,
        camera_distance=_distance(parameters),
        pins=(Pin(place, None, "", selected=True),),
        scheme=parameters.choice("colorScheme", Scheme, default=Scheme.LIGHT),
        lang=parameters.lang(),
    )


def parse_map(parameters: Parameters) -> EmbedQuery:
    """Read the parameters of a map: `center`, `cameraDistance`, `annotations`, `colorScheme`, `lang`."""
    text = parameters.text("annotations", max_length=65_536)
    pins = tuple(_pin(one) for one in read_items("annotations", text, at_most=MAX_ANNOTATIONS, example=_EXAMPLE))
    center = parameters.point("center")
    if center is None and not pins:
        raise InvalidError("center", "given if there are no annotations", example="60.1699,24.9384")
    return EmbedQuery(
        center=center,
        camera_distance=_distance(parameters),
        pins=pins,
        scheme=parameters.choice("colorScheme", Scheme, default=Scheme.LIGHT),
        lang=parameters.lang(),
    )


def render(query: EmbedQuery, places: Sequence[Place], *, is_card: bool) -> bytes:
    """Write the data for the script as JSON; pins whose place is not in `places` are left out."""
    found = {place.id: place for place in places}
    pins: list[PinBody] = []
    for pin in query.pins:
        selected = pin.selected and not any(one.selected for one in pins)
        place = found.get(pin.unverified_id) if pin.unverified_id is not None else None  # type: ignore[call-overload] # an ID is text
        if place is not None:
            pins.append(_place_body(place, selected=selected))
        elif pin.point is not None:
            pins.append(PinBody(title=pin.title, coordinate=location_body(pin.point), selected=selected))
    body = MapBody(
        language=query.lang,
        color_scheme=query.scheme.value,
        center=None if query.center is None else location_body(query.center),
        camera_distance=query.camera_distance,
        is_card=is_card,
        pins=pins,
    )
    return msgspec.json.encode(body)


def within_html(json: bytes) -> bytes:
    """Escape characters of JSON that could end a script element or start a comment (HTML, "script" element)."""
    return json.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")


def address_line(place: Place) -> str:
    """Write the address of a place in one line, without its name."""
    lines = place.address_lines
    return ", ".join(lines[1:] if lines and lines[0] == place.name else lines)


def _place_body(place: Place, *, selected: bool) -> PinBody:
    return PinBody(
        title=place.name,
        subtitle=address_line(place),
        category=place.poi_category,
        coordinate=location_body(place.coordinate),
        region=region_body(place.region),
        selected=selected,
    )


def _pin(members: Members) -> Pin:
    place = members.text("place", rule="a Place ID", example=_EXAMPLE_ID, max_length=100)
    title = members.text("title", rule="text", example="Our office", max_length=TITLE_CHARACTERS) or ""
    selected = members.value("selected")
    word = (
        selected if isinstance(selected, bool) else BOOLEANS.get(str(selected).lower() if selected is not None else "0")
    )
    if word is None:
        raise members.refusal("selected", "1 or 0", example="1")
    if place is not None:
        return Pin(place, None, title, word)
    if members.value("coordinate") is None:
        raise members.refusal("place", "a Place ID, unless there is a 'coordinate'", example=_EXAMPLE_ID)
    return Pin(None, members.point("coordinate"), title, word)


def _distance(parameters: Parameters) -> float | None:
    text = parameters.text("cameraDistance")
    if text is None:
        return None
    if NUMBER.fullmatch(text) is None or not NEAREST_M <= float(text) <= FARTHEST_M:
        rule = f"metres from {NEAREST_M:,.0f} to {FARTHEST_M:,.0f}"
        raise InvalidError("cameraDistance", rule, example="1500", received=text)
    return float(text)
