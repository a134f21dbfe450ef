"""What a tile archive says of itself in its metadata, turned into a set in service."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import TypeGuard

from trigpoint.maps.tiles import Attribution, Schema

OSM_ATTRIBUTION = Attribution("© OpenStreetMap contributors", "https://www.openstreetmap.org/copyright")
OPENMAPTILES_ATTRIBUTION = Attribution("© OpenMapTiles", "https://openmaptiles.org/")
WORLD_ATTRIBUTIONS = (
    Attribution("Natural Earth", "https://www.naturalearthdata.com/"),
    Attribution("GeoNames", "https://www.geonames.org/"),
)
SIGNS = {
    Schema.SHORTBREAD: {"streets", "water_polygons", "street_labels", "place_labels"},
    Schema.OPENMAPTILES: {"transportation", "water", "transportation_name", "place", "landcover"},
    Schema.PROTOMAPS: {"roads", "earth", "places", "landuse", "water"},
}
"""Layers by which a schema is known: that of which most are there."""
LEAST_SIGNS = 2
LINK = re.compile(r"<a\b[^>]*\bhref\s*=\s*[\"']?([^\"'\s>]+)[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^>]*>")
NAME_FIELD = re.compile(r"name[_:]([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)")
MOST_SHOWN = 200
"""Characters of an attribution that are shown; what is longer is cut."""


def layers_of(metadata: Mapping[str, object]) -> dict[str, set[str]]:
    """Give the names of the vector layers and of their fields. MBTiles has them in a text of JSON."""
    value = metadata.get("vector_layers")
    if value is None and isinstance(metadata.get("json"), str):
        try:
            inner = json.loads(str(metadata["json"]))
        except ValueError:
            return {}
        value = inner.get("vector_layers") if isinstance(inner, dict) else None
    if not isinstance(value, list):
        return {}
    layers = (layer for layer in value if is_mapping(layer) and isinstance(layer.get("id"), str))
    return {str(layer["id"]): _fields_of(layer) for layer in layers}


def _fields_of(layer: Mapping[str, object]) -> set[str]:
    fields = layer.get("fields")
    return {str(name) for name in fields} if is_mapping(fields) else set()


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Tell whether a value that was read from JSON is an object."""
    return isinstance(value, Mapping)


def schema_of(layers: Iterable[str]) -> Schema | None:
    """Tell by its layers in which schema a set is; None where no schema that we have a style for fits."""
    found = set(layers)
    best = max(SIGNS, key=lambda schema: len(SIGNS[schema] & found))
    return best if len(SIGNS[best] & found) >= LEAST_SIGNS else None


def languages_of(layers: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Give the languages of the names, from fields such as `name_de` and `name:zh-Hant`."""
    matches = (NAME_FIELD.fullmatch(field) for fields in layers.values() for field in fields)
    tags = {match[1].replace("_", "-") for match in matches if match is not None}
    return tuple(sorted(tags - {"int", "latin", "nonlatin", "ja-Latn"}))


def attributions_of(metadata: Mapping[str, object], schema: Schema) -> tuple[Attribution, ...]:
    """Give the words to show, from the HTML of `attribution`; OpenStreetMap's where the set says none.

    A set in the schema of OpenMapTiles also names it, as its licence (CC BY 4.0) asks.
    """
    value = metadata.get("attribution")
    found = list(read_attribution(value)) if isinstance(value, str) else []
    if not any("openstreetmap" in (one.text + one.url).lower() for one in found) and schema is not Schema.RASTER:
        found.append(OSM_ATTRIBUTION)
    if schema is Schema.OPENMAPTILES and not any("openmaptiles" in one.text.lower() for one in found):
        found.insert(0, OPENMAPTILES_ATTRIBUTION)
    return tuple(found)


def read_attribution(text: str) -> tuple[Attribution, ...]:
    """Read links and bare words out of the HTML of an attribution. No markup is left, and only web links stay links."""
    found = [
        Attribution(_plain(words), url if url.startswith(("https://", "http://")) else "")
        for url, words in LINK.findall(text)
    ]
    rest = _plain(LINK.sub(" ", text))
    if any(letter.isalpha() for letter in rest):
        found.append(Attribution(rest, ""))
    return tuple(one for one in found if one.text)


def _plain(marked: str) -> str:
    words = " ".join(html.unescape(TAG.sub(" ", marked)).split())
    return "".join(letter for letter in words if letter.isprintable()).strip(" |,·")[:MOST_SHOWN]


def unknown_schema(where: str, layers: Mapping[str, set[str]]) -> str:
    """Say that no style fits, with the layers that were found."""
    found = ", ".join(sorted(layers)[:12]) or "none at all"
    return (
        f"The tiles of {where} are in no schema that this version draws. It must be Shortbread, OpenMapTiles or"
        f" Protomaps v4, told by 'vector_layers' in the metadata; the layers there are: {found}."
    )
