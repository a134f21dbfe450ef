"""Read the metadata of a tile archive: its schema, its languages and its attributions."""

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
"""Layers by which a schema is recognized: the schema with most of its layers present, at least `LEAST_SIGNS`."""
LEAST_SIGNS = 2
LINK = re.compile(r"<a\b[^>]*\bhref\s*=\s*[\"']?([^\"'\s>]+)[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^>]*>")
NAME_FIELD = re.compile(r"name[_:]([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)")
MOST_SHOWN = 200
"""Longest attribution in characters; a longer one is cut."""


def layers_of(metadata: Mapping[str, object]) -> dict[str, set[str]]:
    """Return the names of the vector layers and of their fields. MBTiles has them as JSON in the value of `json`."""
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
    """Whether a value that was read from JSON is an object."""
    return isinstance(value, Mapping)


def schema_of(layers: Iterable[str]) -> Schema | None:
    """Recognize the schema of a set by its layers. None if it is in none of the schemas that have a style here."""
    found = set(layers)
    best = max(SIGNS, key=lambda schema: len(SIGNS[schema] & found))
    return best if len(SIGNS[best] & found) >= LEAST_SIGNS else None


def languages_of(layers: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the languages of the names as sorted BCP 47 tags, from fields such as `name_de` and `name:zh-Hant`."""
    matches = (NAME_FIELD.fullmatch(field) for fields in layers.values() for field in fields)
    tags = {match[1].replace("_", "-") for match in matches if match is not None}
    return tuple(sorted(tags - {"int", "latin", "nonlatin", "ja-Latn"}))


def attributions_of(metadata: Mapping[str, object], schema: Schema) -> tuple[Attribution, ...]:
    """Return the attributions to show, from the HTML of `attribution`.

    OpenStreetMap's is added to vector tiles if it is missing, and OpenMapTiles' to tiles in that schema: its licence (CC
    BY 4.0) requires it.
    """
    value = metadata.get("attribution")
    found = list(read_attribution(value)) if isinstance(value, str) else []
    if not any("openstreetmap" in (one.text + one.url).lower() for one in found) and schema is not Schema.RASTER:
        found.append(OSM_ATTRIBUTION)
    if schema is Schema.OPENMAPTILES and not any("openmaptiles" in one.text.lower() for one in found):
        found.insert(0, OPENMAPTILES_ATTRIBUTION)
    return tuple(found)


def read_attribution(text: str) -> tuple[Attribution, ...]:
    """Extract links and plain text from the HTML of an attribution. All markup is removed, and links other than http(s)."""
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
    """Return the message that no style fits, with the layers that were found."""
    found = ", ".join(sorted(layers)[:12]) or "none at all"
    return (
        f"The tiles of {where} are in a schema that this version does not support. It must be Shortbread, OpenMapTiles"
        f" or Protomaps v4, recognized by 'vector_layers' in the metadata. The layers found are: {found}."
    )
