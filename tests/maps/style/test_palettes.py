"""Contrast of the palettes: labels are legible on every ground, and features are distinguishable from the land."""

import pytest

from trigpoint.maps.style.colours import channels, contrast, legible, recoloured, written
from trigpoint.maps.style.palettes import DARK, LIGHT, POINTS, Palette, muted, over_pictures, point_texts
from trigpoint.maps.style.points import GROUPS

PALETTES = [
    pytest.param(LIGHT, False, False, id="standard-light"),
    pytest.param(DARK, True, False, id="standard-dark"),
    pytest.param(muted(LIGHT, dark=False), False, True, id="muted-light"),
    pytest.param(muted(DARK, dark=True), True, True, id="muted-dark"),
]


def opaque(colour: str, ground: str) -> str:
    """Return the colour that results from drawing a possibly transparent colour on a background."""
    alpha = int(colour[7:] or "ff", 16) / 255
    pairs = zip(channels(colour), channels(ground), strict=True)
    red, green, blue = (over * alpha + under * (1 - alpha) for over, under in pairs)
    return written(red, green, blue)


GROUNDS = ("land", "urban", "commercial", "farmland", "forest", "grass", "park", "school", "hospital", "building")


@pytest.mark.parametrize(("palette", "dark", "calm"), PALETTES)
def test_labels_are_legible_on_every_ground(palette: Palette, *, dark: bool, calm: bool) -> None:
    for ground in GROUNDS:
        below = getattr(palette, ground)
        assert contrast(palette.text, below) >= 7, ground
        for text in (palette.text_soft, palette.text_road, palette.text_country):
            assert contrast(text, below) >= 4.5, (text, ground)
        assert contrast(palette.text_number, below) >= 3, ground
    for group, text in point_texts(palette, dark=dark, calm=calm).items():
        assert contrast(text, palette.land) >= 4.5, group
        assert contrast(text, opaque(palette.halo, palette.land)) >= 4.5, group


@pytest.mark.parametrize(("palette", "dark", "calm"), PALETTES)
def test_labels_of_roads_and_waters_are_legible_on_them(palette: Palette, *, dark: bool, calm: bool) -> None:
    assert dark == (contrast(palette.land, "#ffffff") > 7) or calm
    for road in (palette.minor, palette.road):
        assert contrast(palette.text_road, road) >= 3
    assert contrast(palette.text_water, palette.water) >= 3


@pytest.mark.parametrize(("palette", "dark", "calm"), PALETTES)
def test_water_parks_and_roads_are_distinguishable_from_the_land(palette: Palette, *, dark: bool, calm: bool) -> None:
    assert len({palette.land, palette.water, palette.park, palette.building, palette.road, palette.urban}) == 6
    assert contrast(palette.water, palette.land) >= (1.1 if dark or calm else 1.35)
    assert contrast(palette.road_case, palette.road) >= 1.3
    assert contrast(palette.border, palette.land) >= 2.2


def test_labels_over_imagery_are_light_and_roads_are_opaque() -> None:
    over = over_pictures()
    names = point_texts(over, dark=True, calm=False, pictured=True)
    for text in (over.text, over.text_soft, over.text_road, *names.values()):
        assert contrast(text, "#2a2d33") >= 7
    for road in (over.minor, over.road, over.trunk, over.motorway, over.road_case):
        assert len(road) == 7, "the ends of lines overlap: what is half transparent gets spots there"


def test_the_dark_map_is_not_green() -> None:
    for ground in ("forest", "scrub", "grass", "wetland"):
        assert contrast(getattr(DARK, ground), DARK.land) <= 1.25, ground


def test_a_muted_map_keeps_the_colours_of_text_and_loses_those_of_the_ground() -> None:
    calm = muted(LIGHT, dark=False)
    assert calm.text == LIGHT.text
    assert calm.park != LIGHT.park
    assert calm.motorway != LIGHT.motorway


def test_every_group_has_a_colour_of_its_own_on_which_white_is_seen() -> None:
    assert set(POINTS) == set(GROUPS)
    assert len(set(POINTS.values())) == len(GROUPS)
    for group, colour in POINTS.items():
        assert contrast("#ffffff", colour) >= 2, group


def test_legible_darkens_on_light_and_lightens_on_dark_until_the_ratio_is_met() -> None:
    assert legible("#f08a24", "#ffffff", 4.5) < "#f08a24"
    assert contrast(legible("#f08a24", "#ffffff", 4.5), "#ffffff") >= 4.5
    assert contrast(legible("#333333", "#111111", 4.5), "#111111") >= 4.5
    assert legible("#000000", "#ffffff", 4.5) == "#000000"


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


def test_colours_keep_their_transparency() -> None:
    assert recoloured("#ff000080", saturation=0.5).endswith("80")
    assert opaque("#00000080", "#ffffff") == "#7f7f7f"
