"""Read a tile server's responses: its TileJSON (https://github.com/mapbox/tilejson-spec), its headers, its tiles."""

import re
import zlib
from urllib.parse import urlsplit

import httpx

from trigpoint.base.clock import DAY_S, HOUR_S
from trigpoint.engines.tiles.mbtiles import WORLD_BOX
from trigpoint.engines.tiles.packing import unpack
from trigpoint.maps.tiles import Attribution, Schema, Tile, TileAddress, TileSet

MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)=(\d+)")
FRESH_S, MOST_FRESH_S = float(HOUR_S), float(DAY_S)
"""How long a tile is cached in seconds: if the server sends no max-age, and at most."""
TYPES = {"png": "png", "jpeg": "jpg", "jpg": "jpg", "webp": "webp"}
MOST_UNPACKED = 64 << 20


def is_template(text: str) -> bool:
    """Whether a text is a URL template of tiles. Otherwise it is the URL of a TileJSON."""
    return all(part in text for part in ("{z}", "{x}", "{y}"))


def fill(template: str, address: TileAddress) -> str:
    """Return the URL of a tile."""
    for name, value in (("{z}", address.z), ("{x}", address.x), ("{y}", address.y)):
        template = template.replace(name, str(value))
    return template


def fresh_for(headers: httpx.Headers) -> float:
    """Return for how many seconds a tile may be cached, from the headers of its response."""
    max_age = MAX_AGE.search(headers.get("cache-control", ""))
    return min(MOST_FRESH_S, float(max_age[1])) if max_age is not None else FRESH_S


def suffix_of(template: str) -> str:
    """Return the image format by the file extension in the URL template."""
    ending = urlsplit(template).path.rpartition(".")[2].lower()
    return TYPES.get(ending, "jpg")


def describe_raster(name: str, template: str, attributions: tuple[Attribution, ...]) -> TileSet:
    """Describe a raster tile set of which only the URL template is known."""
    return TileSet(
        name=name,
        schema=Schema.RASTER,
        suffix=suffix_of(template),
        version=f"{zlib.crc32(template.encode()):08x}",
        min_zoom=0,
        max_zoom=19,
        box=WORLD_BOX,
        attributions=attributions,
        tile_size=256,
    )


def layers_in(tile: Tile) -> dict[str, set[str]]:
    """Return the layers of a tile and the fields of their features; empty if it is not a vector tile."""
    import mapbox_vector_tile

    try:
        decoded = mapbox_vector_tile.decode(unpack(tile.data, most=MOST_UNPACKED) if tile.encoding else tile.data)
    except Exception:  # noqa: BLE001 (the decoder raises many kinds of errors for invalid data)
        return {}
    return {
        str(name): {str(field) for feature in layer["features"] for field in feature["properties"]}
        for name, layer in decoded.items()
    }


def read_zoom(value: object, otherwise: int) -> int:
    """Read a zoom level of a TileJSON. Returns `otherwise` for an invalid one."""
    return value if isinstance(value, int) and 0 <= value <= 30 else otherwise


def read_box(value: object) -> tuple[float, float, float, float]:
    """Convert the bounds of a TileJSON (west, south, east, north) to south, west, north, east. The world if there are none."""
    if isinstance(value, list) and len(value) == 4 and all(isinstance(one, (int, float)) for one in value):
        west, south, east, north = value
        return float(south), float(west), float(north), float(east)
    return WORLD_BOX
