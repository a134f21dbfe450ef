"""The colours of the map: light and dark, each standard and muted, and those that lie on pictures."""

from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from trigpoint.maps.style.colours import channels, legible, mixed, recoloured, written
from trigpoint.maps.style.points import GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """What has which colour, as `#rrggbb` or `#rrggbbaa`. A `…_case` is the edge of a road; a `halo` lies around text."""

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
    text_park: str
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
    text_soft="#5f5c57",
    text_road="#5b5751",
    text_water="#2f6f9f",
    text_park="#2f7a3c",
    text_number="#77726b",
    halo="#ffffffe6",
)

DARK = Palette(
    land="#24272c",
    urban="#292c32",
    commercial="#2f2e31",
    industrial="#2a2d31",
    farmland="#27292c",
    forest="#242f2c",
    scrub="#262f2d",
    grass="#283230",
    park="#263832",
    cemetery="#29342f",
    pitch="#2a4238",
    pitch_line="#37523f",
    sand="#35332e",
    rock="#2d3035",
    wetland="#263236",
    glacier="#323c46",
    school="#302f2e",
    hospital="#392c2f",
    parking="#2b2e33",
    airport="#2c2e37",
    runway="#3c3f4b",
    military="#302c2e",
    water="#163449",
    waterway="#1b4059",
    pier="#2a2d32",
    building="#33363c",
    building_line="#3f434a",
    plaza="#31343a",
    minor="#42464d",
    minor_case="#1e2024",
    road="#4c5159",
    road_case="#1c1e22",
    trunk="#776239",
    trunk_case="#1f1c16",
    motorway="#8d6f36",
    motorway_case="#211c14",
    path="#4d4f50",
    rail="#565a62",
    ferry="#3f6f8e",
    border="#8c8090",
    border_glow="#5c546440",
    state="#5a5660",
    arrow="#8a8e95",
    text="#eceae7",
    text_country="#bdb8c4",
    text_soft="#b4b1ad",
    text_road="#bdbab5",
    text_water="#78b1d8",
    text_park="#83be8f",
    text_number="#92908d",
    halo="#1a1c20e6",
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
"""The colour of each group of points of interest, on discs; `point_texts` makes those of names from them."""


def muted(palette: Palette, *, dark: bool) -> Palette:
    """Take most of the saturation out of a palette and draw roads paler, so that what lies on the map stands out."""
    kept = ("text", "halo", "text_country", "text_soft", "text_road")
    changed = {
        field.name: recoloured(getattr(palette, field.name), saturation=0.42)
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
    """Give the colours of roads and names that lie on aerial pictures."""
    return replace(
        DARK,
        minor="#ffffff8c",
        minor_case="#00000030",
        road="#ffffffa6",
        road_case="#00000040",
        trunk="#ffdf8fc0",
        trunk_case="#00000050",
        motorway="#ffc954cc",
        motorway_case="#00000060",
        path="#ffffff59",
        rail="#ffffff66",
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
        text_park="#d6f2d9",
        text_number="#f1f1f1",
        halo="#000000b3",
    )


def point_texts(palette: Palette, *, dark: bool, calm: bool) -> dict[str, str]:
    """Give the colour of names by group: its discs' colour, made legible on land (4.5:1)."""
    ground = palette.land
    return {
        group: legible(recoloured(POINTS[group], saturation=0.35 if calm else 0.92), ground, 5.0 if dark else 4.5)
        for group in GROUPS
    }


def opaque(colour: str, ground: str) -> str:
    """Lay a colour that may be transparent on a ground, and give what is seen."""
    alpha = int(colour[7:] or "ff", 16) / 255
    pairs = zip(channels(colour), channels(ground), strict=True)
    red, green, blue = (over * alpha + under * (1 - alpha) for over, under in pairs)
    return written(red, green, blue)
