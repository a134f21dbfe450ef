"""The colours of the map: light and dark, each standard and muted, and those on imagery."""

from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from trigpoint.maps.style.colours import legible, mixed, recoloured
from trigpoint.maps.style.points import GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one map, as `#rrggbb` or `#rrggbbaa`. A `…_case` is the edge of a road; a `halo` surrounds text."""

    land: str
    urban: str
    commercial: str
    industrial: str
    farmland: str
    forest: str
    scrub: str
    grass: str
    park: str
    cemetery: str
    pitch: str
    pitch_line: str
    sand: str
    rock: str
    wetland: str
    glacier: str
    school: str
    hospital: str
    parking: str
    airport: str
    runway: str
    military: str
    water: str
    waterway: str
    pier: str
    building: str
    building_line: str
    plaza: str
    minor: str
    minor_case: str
    road: str
    road_case: str
    trunk: str
    trunk_case: str
    motorway: str
    motorway_case: str
    path: str
    rail: str
    ferry: str
    border: str
    border_glow: str
    state: str
    arrow: str
    text: str
    text_country: str
    text_soft: str
    text_road: str
    text_water: str
    text_number: str
    halo: str


LIGHT = Palette(
    land="#f8f5ef",
    urban="#f3efe7",
    commercial="#f8eeda",
    industrial="#ece9e6",
    farmland="#f3f1e1",
    forest="#cfe5bd",
    scrub="#dbeac9",
    grass="#dff0cc",
    park="#c6e7ad",
    cemetery="#d2e3c8",
    pitch="#b9deaa",
    pitch_line="#d9f0cf",
    sand="#f6ebcc",
    rock="#e9e6e1",
    wetland="#d5e9d6",
    glacier="#f1f9fd",
    school="#f3ebdb",
    hospital="#fae6e4",
    parking="#eeebe5",
    airport="#e6e6ee",
    runway="#d3d3e0",
    military="#eee6e2",
    water="#9fd8f3",
    waterway="#8fcfef",
    pier="#f1eee7",
    building="#e9e3d8",
    building_line="#d9d1c3",
    plaza="#fbf9f5",
    minor="#ffffff",
    minor_case="#dfd8cb",
    road="#ffffff",
    road_case="#d0c8ba",
    trunk="#ffe59d",
    trunk_case="#e2b95c",
    motorway="#ffd36b",
    motorway_case="#dca23a",
    path="#cdbfa8",
    rail="#bcb7b1",
    ferry="#6fb0d6",
    border="#9d8a9c",
    border_glow="#c9bacb80",
    state="#c3b6c3",
    arrow="#9c978e",
    text="#2f2d2b",
    text_country="#5d5762",
    text_soft="#57544f",
    text_road="#5b5751",
    text_water="#2f6f9f",
    text_number="#77726b",
    halo="#ffffffe6",
)

DARK = Palette(
    land="#2a2d33",
    urban="#2f323a",
    commercial="#363539",
    industrial="#303339",
    farmland="#2d3032",
    forest="#283733",
    scrub="#2b3735",
    grass="#2d3936",
    park="#2a443b",
    cemetery="#2f3d38",
    pitch="#2f4f43",
    pitch_line="#3d5f4b",
    sand="#3e3b34",
    rock="#34373d",
    wetland="#2a3a3e",
    glacier="#3b4854",
    school="#373634",
    hospital="#3c3135",
    parking="#32353b",
    airport="#33353f",
    runway="#464a57",
    military="#373234",
    water="#173a52",
    waterway="#1f4a66",
    pier="#30333a",
    building="#3b3f46",
    building_line="#484c55",
    plaza="#383c43",
    minor="#4f545d",
    minor_case="#23262b",
    road="#5a606a",
    road_case="#202328",
    trunk="#8a7040",
    trunk_case="#241f16",
    motorway="#a5803c",
    motorway_case="#261f14",
    path="#585b5e",
    rail="#5d616a",
    ferry="#4d84a6",
    border="#8f8496",
    border_glow="#5c546438",
    state="#66616c",
    arrow="#9b9fa6",
    text="#f0eeeb",
    text_country="#c3bfca",
    text_soft="#bebbb7",
    text_road="#cbc8c4",
    text_water="#86bde2",
    text_number="#9d9b98",
    halo="#1e2125e0",
)

POINTS = MappingProxyType(
    {
        "food": "#f08a24",
        "shop": "#e0a10f",
        "transport": "#2b7de9",
        "health": "#e5484d",
        "nature": "#37a352",
        "sport": "#17a096",
        "culture": "#c2559b",
        "education": "#a2764a",
        "civic": "#75808f",
        "lodging": "#8a66d9",
    }
)
"""The colour of the discs of each group of points of interest; `point_texts` derives the colours of their names."""


def muted(palette: Palette, *, dark: bool) -> Palette:
    """Desaturate a palette and make roads paler, so that an app's own content on the map stands out."""
    kept = ("text", "halo", "text_country", "text_soft", "text_road")
    watery = ("water", "waterway")
    changed = {
        field.name: recoloured(getattr(palette, field.name), saturation=0.62 if field.name in watery else 0.42)
        for field in fields(palette)
        if field.name not in kept
    }
    calm = replace(palette, **changed)
    main, edge = (calm.road, calm.road_case) if dark else ("#ffffff", calm.road_case)
    return replace(
        calm,
        trunk=mixed(main, palette.trunk, 0.12),
        trunk_case=edge,
        motorway=mixed(main, palette.motorway, 0.18),
        motorway_case=mixed(edge, palette.motorway_case, 0.1),
    )


def over_pictures() -> Palette:
    """Return the colours of roads and names on aerial imagery."""
    return replace(
        DARK,
        minor="#cfcdc8",
        minor_case="#3a3b37",
        road="#e2e0db",
        road_case="#33342f",
        trunk="#f3dc9f",
        trunk_case="#3d3524",
        motorway="#f3c566",
        motorway_case="#40341b",
        path="#bdbbb3",
        rail="#a5a49f",
        ferry="#bfe3f7",
        border="#ffffffd9",
        border_glow="#00000050",
        state="#ffffff8c",
        arrow="#ffffff",
        text="#ffffff",
        text_country="#ffffff",
        text_soft="#f1f1f1",
        text_road="#ffffff",
        text_water="#cfe9fb",
        text_number="#f1f1f1",
        halo="#000000b3",
    )


def point_texts(palette: Palette, *, dark: bool, calm: bool, pictured: bool = False) -> dict[str, str]:
    """Return the colour of names by group: that of its discs, adjusted to be legible on land (4.5:1) or on imagery."""
    ground, ratio = palette.land, 9.5 if pictured else 5.0 if dark else 4.5
    return {
        group: legible(recoloured(POINTS[group], saturation=0.35 if calm else 0.92), ground, ratio) for group in GROUPS
    }
