"""The base layers: land use, water, buildings, piers and squares."""

from trigpoint.maps.style.expressions import by_zoom
from trigpoint.maps.style.pen import Layer, Pen, Role


def coverage(pen: Pen) -> list[Layer]:
    """Fill the area that the tiles cover as land, above the coarser sea of the set `world`."""
    return pen.fill("coverage", pen.palette.land, minzoom=7)


def cover(source: str, colour: str) -> list[Layer]:
    """Fill the box of a set without a layer `coverage` as land; the set's own sea is drawn above it."""
    return [
        {
            "id": source,
            "type": "fill",
            "source": source,
            "minzoom": 7,
            "metadata": {"trigpoint:role": Role.GROUND.value},
            "paint": {"fill-color": colour},
        }
    ]


def land(pen: Pen) -> list[Layer]:
    """Draw land use, large areas first."""
    colours = pen.palette
    near = by_zoom(9, 0.0, 11, 1.0)
    return [
        *pen.fill("urban-cover", colours.urban),
        *pen.fill("farm-cover", colours.farmland),
        *pen.fill("grass-cover", colours.grass, opacity=0.6),
        *pen.fill("forest-cover", colours.forest, opacity=0.7),
        *pen.fill("ice-cover", colours.glacier),
        *pen.fill("residential", colours.urban, opacity=by_zoom(8, 0.4, 11, 1.0)),
        *pen.fill("industrial", colours.industrial, opacity=near),
        *pen.fill("farmland", colours.farmland, opacity=near),
        *pen.fill("grass", colours.grass, opacity=by_zoom(9, 0.4, 13, 0.9)),
        *pen.fill("scrub", colours.scrub, opacity=by_zoom(9, 0.4, 12, 1.0)),
        *pen.fill("forest", colours.forest, opacity=by_zoom(6, 0.6, 11, 1.0)),
        *_canopy(pen),
        *pen.fill("wetland", colours.wetland, opacity=near),
        *pen.fill("rock", colours.rock, opacity=near),
        *pen.fill("sand", colours.sand, opacity=near),
        *pen.fill("commercial", colours.commercial, opacity=near),
        *pen.fill("military", colours.military),
        *pen.fill("construction", colours.industrial),
        *pen.fill("airport-area", colours.airport),
        *pen.fill("park", colours.park, opacity=by_zoom(9, 0.5, 12, 1.0)),
        *pen.fill("cemetery", colours.cemetery),
        *pen.fill("school", colours.school),
        *pen.fill("hospital", colours.hospital),
        *pen.fill("sports", colours.grass),
        *pen.fill("parking", colours.parking),
        *pen.fill("pitch", colours.pitch, outline_color=colours.pitch_line),
        *pen.fill("pool", colours.water),
        *pen.fill("glacier", colours.glacier),
    ]


def water(pen: Pen) -> list[Layer]:
    """Draw seas, lakes and rivers."""
    colours = pen.palette
    return [
        *pen.fill("ocean", colours.water),
        *pen.line("river", colours.water, by_zoom(8, 0.8, 12, 2.0, 14, 3.5, 18, 16, base=1.4), minzoom=8),
        *pen.line("stream", colours.waterway, by_zoom(13, 0.6, 15, 1.4, 18, 5, base=1.4), minzoom=13),
        *pen.fill("water", colours.water),
    ]


def structures(pen: Pen) -> list[Layer]:
    """Draw structures below the roads: piers, dams, squares, runways, and buildings from zoom 15 on."""
    colours = pen.palette
    runways = by_zoom(10, 1.5, 12, 5, 14, 16, 18, 160, base=1.6)
    return [
        *pen.fill("pier", colours.pier),
        *pen.line("pier-line", colours.pier, by_zoom(12, 1, 15, 2.5, 18, 10, base=1.5), cap="butt"),
        *pen.fill("dam", colours.rock),
        *pen.line("dam-line", colours.rock, by_zoom(13, 1, 18, 6)),
        *pen.fill("plaza", colours.plaza, minzoom=13, outline_color=colours.minor_case),
        *pen.fill("runway-area", colours.runway, minzoom=11),
        *pen.line("runway", colours.runway, runways, minzoom=10, cap="butt"),
        *pen.line("taxiway", colours.runway, by_zoom(12, 0.8, 14, 3, 18, 40, base=1.6), minzoom=12),
        *pen.fill(
            "building",
            colours.building,
            minzoom=14,
            outline_color=colours.building_line,
            opacity=by_zoom(14.4, 0.0, 15.2, 1.0),
        ),
        *pen.fill("bridge-area", colours.minor_case, minzoom=14, opacity=0.5),
    ]


def _canopy(pen: Pen) -> list[Layer]:
    """Draw a faint tree pattern on woods, so that a large forest is not one flat colour."""
    if "forest" not in pen.words.themes:
        return []
    return pen.layer(
        "forest",
        "fill",
        name="canopy",
        minzoom=11,
        paint={"pattern": "canopy", "opacity": by_zoom(11, 0.0, 13, 0.8, 18, 1.0)},
    )
