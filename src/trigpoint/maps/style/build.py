"""Building a style document: sources, fonts, sprites, and the layers from bottom to top."""

import html
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote

from trigpoint.base.errors import InvalidError
from trigpoint.maps.style import land, roads, seas, world
from trigpoint.maps.style.fonts import font_faces
from trigpoint.maps.style.labels import labels
from trigpoint.maps.style.names import name_in
from trigpoint.maps.style.openmaptiles import OPENMAPTILES
from trigpoint.maps.style.palettes import DARK, LIGHT, Palette, muted, over_pictures
from trigpoint.maps.style.pen import Layer, Pen, Role
from trigpoint.maps.style.places import countries
from trigpoint.maps.style.protomaps import PROTOMAPS
from trigpoint.maps.style.shortbread import SHORTBREAD
from trigpoint.maps.style.vocabulary import Vocabulary
from trigpoint.maps.tiles import IMAGERY, OSM, WORLD, Schema, TileSet

STYLES = ("standard", "muted", "hybrid", "satellite")
SCHEMES = ("light", "dark")
VOCABULARIES: Mapping[Schema, Vocabulary] = MappingProxyType(
    {
        Schema.SHORTBREAD: SHORTBREAD,
        Schema.OPENMAPTILES: OPENMAPTILES,
        Schema.PROTOMAPS: PROTOMAPS,
    }
)
ABOVE_FROM = {"region": 7, "world": 6}
"""The zoom from which borders and towns come from the map's own tile set; below it, from the set `world`."""
BORDERS_TO = 11
"""The zoom up to which the coarse borders of the set `world` are drawn outside the region."""
WHOLE_WORLD_DEGREES = (120, 300)
"""A set that spans at least these degrees of latitude and longitude covers the world. (Fiji spans all longitudes.)"""
COVER = "cover"
"""Name of the GeoJSON source with the box of an operator's set, in which land covers the world's coarse sea."""
SMALL_DEGREES = 12
"""A set with a box of at most this width, in degrees, hides the world's towns inside the box, since it has its own."""


def build_style(
    *, style: str, scheme: str, sets: Sequence[TileSet], language: str, base_url: str, access_key: str | None
) -> dict[str, object]:
    """Build a MapLibre style (version 8) for the tile sets in service.

    `style` is one of STYLES, `scheme` one of SCHEMES; hybrid and satellite need a set of imagery, and fall back to the
    standard map without one. `language` is a BCP 47 tag, "" for local names. `base_url` has no trailing slash;
    `access_key` is added to every URL, unless it is None. Raises InvalidError for another style or scheme.
    """
    _require("style", style, STYLES)
    _require("scheme", scheme, SCHEMES)
    drawn = {one.name: one for one in sets}
    pictured = style in {"hybrid", "satellite"} and IMAGERY in drawn
    if not pictured:
        drawn.pop(IMAGERY, None)
        layers = _drawn(drawn, language=language, dark=scheme == "dark", calm=style == "muted")
    else:
        drawn = {IMAGERY: drawn[IMAGERY]} if style == "satellite" else drawn
        layers = _over_pictures(drawn, language=language)
    key = "" if access_key is None else f"?accessKey={quote(access_key, safe='')}"
    return {
        "version": 8,
        "name": f"{style}-{scheme}",
        "metadata": {"trigpoint:style": style, "trigpoint:scheme": scheme},
        "sources": {name: _source(one, base_url, key[1:]) for name, one in drawn.items()}
        | ({} if pictured or not _needs_cover(drawn) else {COVER: _cover(drawn[OSM])})
        | ({seas.SOURCE: seas.source(language)} if WORLD in drawn else {}),
        "sprite": f"{base_url}/ti/sprites/{'dark' if pictured else scheme}{key}",
        "font-faces": font_faces(base_url, key),
        "layers": layers,
    }


def _require(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise InvalidError(name, "one of " + ", ".join(known), example=known[0], received=value)


def _drawn(sets: Mapping[str, TileSet], *, language: str, dark: bool, calm: bool) -> list[Layer]:
    """Draw the standard or the muted map."""
    palette = DARK if dark else LIGHT
    palette = muted(palette, dark=dark) if calm else palette
    pen, below = _pens(sets, palette, language=language, dark=dark, calm=calm)
    whole = OSM in sets and _is_whole(sets[OSM])
    ground: Layer = {
        "id": "land",
        "type": "background",
        "metadata": {"trigpoint:role": Role.GROUND.value},
        "paint": {"background-color": palette.land},
    }
    layers = [ground]
    if below:
        layers += world.sea(below, covered=whole)
        layers += world.borders(below, to=below.above_from if whole else BORDERS_TO)
    layers += land.cover(COVER, palette.land) if _needs_cover(sets) else []
    layers += [*land.coverage(pen), *land.land(pen), *land.water(pen), *land.structures(pen)] if pen else []
    layers += [*roads.roads(pen), *roads.ferries(pen)] if pen else []
    layers += world.towns_outside(below) if below else []
    layers += [*roads.borders(pen), *labels(pen)] if pen else []
    layers += [seas.labels(palette), *world.labels(below)] if below else []
    layers += countries(pen) if pen and whole and not below else []
    return layers


def _over_pictures(sets: Mapping[str, TileSet], *, language: str) -> list[Layer]:
    """Draw imagery, and above it roads, borders and names if there is a set that has them."""
    palette = over_pictures()
    pen, below = _pens(sets, palette, language=language, dark=True, calm=False)
    pictures: list[Layer] = [
        {
            "id": "land",
            "type": "background",
            "metadata": {"trigpoint:role": Role.GROUND.value},
            "paint": {"background-color": "#0b1a26"},
        },
        {
            "id": IMAGERY,
            "type": "raster",
            "source": IMAGERY,
            "metadata": {"trigpoint:role": Role.GROUND.value},
            "paint": {"raster-fade-duration": 200},
        },
    ]
    layers = pictures
    layers += roads.roads(pen) if pen else []
    layers += world.borders(below, to=below.above_from) if below else []
    layers += world.towns_outside(below) if below else []
    layers += [*roads.borders(pen), *labels(pen)] if pen else []
    layers += [seas.labels(palette), *world.labels(below)] if below else []
    layers += countries(pen) if pen and _is_whole(sets[OSM]) and not below else []
    return layers


def _pens(
    sets: Mapping[str, TileSet], palette: Palette, *, language: str, dark: bool, calm: bool
) -> tuple[Pen | None, world.WorldPen | None]:
    """Make the pens for the map's own set and for the set `world`; None if there is no such set."""
    own = sets.get(OSM)
    words = VOCABULARIES.get(own.schema) if own is not None else None
    if own is None or words is None:
        alone = (
            world.WorldPen(palette=palette, language=language, languages=sets[WORLD].languages)
            if WORLD in sets
            else None
        )
        return None, alone
    whole = _is_whole(own)
    above_from = ABOVE_FROM["world" if whole else "region"] if WORLD in sets else 0
    pen = Pen(
        source=OSM,
        words=words,
        palette=palette,
        name=name_in(language, words.name_key, own.languages or None, local=words.local),
        dark=dark,
        calm=calm,
        pictured=IMAGERY in sets,
        above_from=above_from,
    )
    if WORLD not in sets:
        return pen, None
    small = own.box[3] - own.box[1] <= SMALL_DEGREES and own.box[2] - own.box[0] <= SMALL_DEGREES
    below = world.WorldPen(
        palette=palette,
        language=language,
        languages=sets[WORLD].languages,
        above_from=above_from,
        hidden=_rectangle(own.box) if small else None,
        towns_to=0 if whole else 12 if small else 9,
    )
    return pen, below


def _source(one: TileSet, base_url: str, key: str) -> dict[str, object]:
    south, west, north, east = one.box
    address = f"{base_url}/ti/{one.name}/{{z}}/{{x}}/{{y}}.{one.suffix}?v={quote(one.version, safe='')}"
    source: dict[str, object] = {
        "type": "raster" if one.schema is Schema.RASTER else "vector",
        "tiles": [f"{address}&{key}" if key else address],
        "minzoom": one.min_zoom,
        "maxzoom": one.max_zoom,
        "bounds": [west, south, east, north],
        "attribution": ", ".join(_credit(words.text, words.url) for words in one.attributions),
    }
    return source | ({"tileSize": one.tile_size} if one.schema is Schema.RASTER else {})


def _needs_cover(sets: Mapping[str, TileSet]) -> bool:
    """Tell whether a region's set lies above the world's coarse sea and has no layer `coverage` to hide it."""
    own = sets.get(OSM)
    return own is not None and WORLD in sets and own.schema is not Schema.SHORTBREAD and not _is_whole(own)


def _cover(one: TileSet) -> dict[str, object]:
    return {"type": "geojson", "data": _rectangle(one.box)}


def _credit(text: str, url: str) -> str:
    escaped = html.escape(text)
    return f'<a href="{html.escape(url)}" target="_blank" rel="noopener">{escaped}</a>' if url else escaped


def _is_whole(one: TileSet) -> bool:
    south, west, north, east = one.box
    return north - south >= WHOLE_WORLD_DEGREES[0] and east - west >= WHOLE_WORLD_DEGREES[1]


def _rectangle(box: tuple[float, float, float, float]) -> dict[str, object]:
    south, west, north, east = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
