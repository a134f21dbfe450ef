"""Tile sets to build styles from, valid by default."""

from trigpoint.maps.tiles import IMAGERY, OSM, WORLD, Attribution, Schema, TileSet

OPENSTREETMAP = Attribution("© OpenStreetMap contributors", "https://www.openstreetmap.org/copyright")
HELSINKI = (60.15, 24.87, 60.2, 24.97)
EVERYWHERE = (-85.06, -180.0, 85.06, 180.0)


def an_own_set(
    *,
    schema: Schema = Schema.SHORTBREAD,
    box: tuple[float, float, float, float] = HELSINKI,
    languages: tuple[str, ...] = ("en", "fi", "sv"),
) -> TileSet:
    return TileSet(
        name=OSM,
        schema=schema,
        suffix="mvt",
        version="20261127",
        min_zoom=0,
        max_zoom=14,
        box=box,
        attributions=(OPENSTREETMAP,),
        languages=languages,
    )


def a_world_set() -> TileSet:
    return TileSet(
        name=WORLD,
        schema=Schema.WORLD,
        suffix="mvt",
        version="1",
        min_zoom=0,
        max_zoom=6,
        box=EVERYWHERE,
        attributions=(Attribution("Natural Earth", "https://www.naturalearthdata.com/"),),
        languages=("de", "en", "ru"),
    )


def an_imagery_set() -> TileSet:
    return TileSet(
        name=IMAGERY,
        schema=Schema.RASTER,
        suffix="jpg",
        version="1",
        min_zoom=0,
        max_zoom=18,
        box=EVERYWHERE,
        attributions=(Attribution("Pictures & more", ""),),
        tile_size=256,
    )
