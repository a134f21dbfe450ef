"""Rules for every style: roles, sources, URLs, icons, names, and when imagery is shown."""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest

from maps.style.sets import EVERYWHERE, a_world_set, an_imagery_set, an_own_set
from trigpoint.base.errors import InvalidError
from trigpoint.maps.style import SCHEMES, STYLES, build_style
from trigpoint.maps.style.fonts import FACES, file_names
from trigpoint.maps.style.points import GROUPS, icons
from trigpoint.maps.tiles import Schema, TileSet

STATIC = Path(__file__).resolve().parents[3] / "src" / "trigpoint" / "web" / "mapkit" / "static"
BASE = "https://maps.example.com"
SCHEMAS = (Schema.SHORTBREAD, Schema.OPENMAPTILES, Schema.PROTOMAPS)


def a_style(
    style: str = "standard",
    scheme: str = "light",
    *,
    sets: Sequence[TileSet] | None = None,
    language: str = "en",
    access_key: str | None = "1.K.x",
) -> dict[str, object]:
    given = (an_own_set(), a_world_set()) if sets is None else sets
    return build_style(style=style, scheme=scheme, sets=given, language=language, base_url=BASE, access_key=access_key)


def layers_of(style: dict[str, object]) -> list[dict[str, object]]:
    layers = style["layers"]
    assert isinstance(layers, list)
    return layers


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings_in(one)


ALL = [
    pytest.param(
        style, scheme, schema, box, id=f"{style}-{scheme}-{schema}-{'world' if box == EVERYWHERE else 'region'}"
    )
    for style, scheme, schema, box in product(STYLES, SCHEMES, SCHEMAS, (an_own_set().box, EVERYWHERE))
]


@pytest.mark.parametrize(("style", "scheme", "schema", "box"), ALL)
def test_every_layer_has_a_role_a_source_and_a_name_of_its_own(
    style: str, scheme: str, schema: Schema, box: tuple[float, float, float, float]
) -> None:
    sets = (an_own_set(schema=schema, box=box), a_world_set(), an_imagery_set())
    made = a_style(style, scheme, sets=sets)
    layers = layers_of(made)
    sources = made["sources"]
    assert isinstance(sources, dict)
    names = [layer["id"] for layer in layers]
    assert len(set(names)) == len(names)
    for layer in layers:
        metadata = layer["metadata"]
        assert isinstance(metadata, dict)
        assert metadata["trigpoint:role"] in {"ground", "label", "poi"}, layer["id"]
        assert layer.get("source", "osm") in {*sources, "osm"}
    assert json.loads(json.dumps(made)) == json.loads(json.dumps(made, allow_nan=False))


def test_points_of_interest_are_layers_of_their_own_and_say_their_category() -> None:
    for schema in SCHEMAS:
        layers = layers_of(a_style(sets=(an_own_set(schema=schema),)))
        icon_layers = [layer for layer in layers if layer["metadata"]["trigpoint:role"] == "poi"]  # type: ignore[index]
        assert icon_layers
        assert all("trigpoint:category" in layer["metadata"] for layer in icon_layers)  # type: ignore[operator]


def test_every_url_is_on_the_server_and_has_the_access_key() -> None:
    addresses = [text for text in strings_in(a_style()) if "://" in text and "href=" not in text]
    assert len(addresses) > 30
    for address in addresses:
        assert address.startswith(f"{BASE}/ti/")
        assert address.endswith("accessKey=1.K.x")


def test_without_an_access_key_no_url_has_one() -> None:
    assert not any("accessKey" in text for text in strings_in(a_style(access_key=None)))


def test_a_tile_url_has_the_version_of_its_set() -> None:
    source = a_style()["sources"]["osm"]  # type: ignore[index]
    assert source["tiles"] == [f"{BASE}/ti/osm/{{z}}/{{x}}/{{y}}.mvt?v=20261127&accessKey=1.K.x"]
    assert source["bounds"] == [24.87, 60.15, 24.97, 60.2]
    assert source["attribution"].startswith('<a href="https://www.openstreetmap.org/copyright"')


def test_an_attribution_is_text_without_markup() -> None:
    source = a_style("satellite", sets=(an_imagery_set(),))["sources"]["imagery"]  # type: ignore[index]
    assert source["attribution"] == "Pictures &amp; more"
    assert source["tileSize"] == 256


@pytest.mark.parametrize("style", ["hybrid", "satellite"])
def test_without_imagery_hybrid_and_satellite_are_the_standard_map(style: str) -> None:
    assert layers_of(a_style(style)) == layers_of(a_style("standard"))


def test_with_imagery_hybrid_has_roads_and_names_and_satellite_has_neither() -> None:
    sets = (an_own_set(), a_world_set(), an_imagery_set())
    hybrid, satellite = a_style("hybrid", sets=sets), a_style("satellite", sets=sets)
    assert {"imagery", "osm-road-street", "osm-city"} <= {layer["id"] for layer in layers_of(hybrid)}
    assert "osm-building" not in {layer["id"] for layer in layers_of(hybrid)}
    assert [layer["id"] for layer in layers_of(satellite)] == ["land", "imagery"]
    assert list(satellite["sources"]) == ["imagery"]  # type: ignore[call-overload]


def test_the_standard_map_does_not_show_imagery() -> None:
    assert "imagery" not in a_style(sets=(an_own_set(), an_imagery_set()))["sources"]  # type: ignore[operator]


def test_a_region_of_detailed_tiles_hides_the_coarse_sea_inside_its_box() -> None:
    brought = a_style(sets=(an_own_set(schema=Schema.OPENMAPTILES), a_world_set()))
    names = [layer["id"] for layer in layers_of(brought)]
    assert names.index("world-ocean") < names.index("cover") < names.index("osm-ocean")
    for sets in (
        (an_own_set(), a_world_set()),
        (an_own_set(schema=Schema.OPENMAPTILES, box=EVERYWHERE), a_world_set()),
    ):
        assert "cover" not in a_style(sets=sets)["sources"]  # type: ignore[operator]


def test_without_tile_sets_the_style_is_empty_land() -> None:
    made = a_style(sets=())
    assert [layer["id"] for layer in layers_of(made)] == ["land"]
    assert made["sources"] == {}


def test_an_unknown_style_or_scheme_is_an_error_that_says_the_rule() -> None:
    with pytest.raises(InvalidError, match=r"'style' must be one of standard, muted, hybrid, satellite.* got 'fancy'"):
        a_style("fancy")
    with pytest.raises(InvalidError, match=r"'scheme' must be one of light, dark.* got 'dusk'"):
        a_style(scheme="dusk")


NETWORKS = ("interstate", "us", "state", "euro", "motorway", "expressway", "trunk", "road")
"""The signs of roads, each an image `shield-…` of the sprites that stretches with its number."""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("suffix", ["", "@2x"])
def test_every_icon_is_in_the_sprites(scheme: str, suffix: str) -> None:
    index = json.loads((STATIC / "sprites" / f"{scheme}{suffix}.json").read_text(encoding="utf-8"))
    wanted = set(icons()) | {f"dot-{group}" for group in GROUPS} | {f"shield-{network}" for network in NETWORKS}
    for schema in SCHEMAS:
        for layer in layers_of(a_style(scheme=scheme, sets=(an_own_set(schema=schema), a_world_set()))):
            layout, paint = layer.get("layout", {}), layer.get("paint", {})
            assert isinstance(layout, dict)
            assert isinstance(paint, dict)
            wanted |= set(named_images(layout.get("icon-image", ""))) | set(named_images(paint.get("fill-pattern", "")))
    assert sorted(wanted - set(index)) == []


def named_images(value: object) -> Iterator[str]:
    """The images that an expression can return: its literal results."""
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, list) and value:
        if value[0] == "match":
            yield from (name for one in [*value[3:-1:2], value[-1]] for name in named_images(one))
        elif value[0] in {"case", "step"}:
            yield from (name for one in value[2:] for name in named_images(one) if not isinstance(one, int))
        elif value[0] == "coalesce":
            yield from (name for one in value[1:] for name in named_images(one))


def test_every_font_file_exists_and_every_layer_with_text_uses_one() -> None:
    served = {path.name for path in (STATIC / "fonts").iterdir()} - {"LICENSE.txt"}
    assert served == set(file_names())
    for layer in layers_of(a_style()):
        layout = layer.get("layout", {})
        assert isinstance(layout, dict)
        fonts = [text for text in strings_in(layout.get("text-font", [])) if text.startswith("Inter")]
        assert set(fonts) <= set(FACES)
        assert bool(fonts) == ("text-field" in layout)


def test_oceans_are_named_in_the_language_asked_for_or_in_english() -> None:
    def oceans(language: str) -> set[str]:
        source = a_style(language=language)["sources"]["seas"]  # type: ignore[index]
        return {feature["properties"]["name"] for feature in source["data"]["features"]}

    assert {"Atlantischer Ozean", "Ostsee"} <= oceans("de-AT")
    assert "大西洋" in oceans("zh-Hant-TW")
    assert "Atlantic Ocean" in oceans("eu") & oceans("")
    assert len(oceans("en")) == 21


def test_each_country_is_named_once_and_each_town() -> None:
    def names(box: tuple[float, float, float, float], *, world: bool = True) -> dict[str, dict[str, object]]:
        sets = (an_own_set(box=box), a_world_set()) if world else (an_own_set(box=box),)
        return {str(layer["id"]): layer for layer in layers_of(a_style(sets=sets))}

    for box in (an_own_set().box, EVERYWHERE):
        assert "world-country" in names(box)
        assert "osm-country-name" not in names(box)
    assert "osm-country-name" in names(EVERYWHERE, world=False)
    assert "world-town-outside" in names((-21.0, -180.0, -12.0, 180.0)), "a region across the antimeridian"
    region = names(an_own_set().box)
    assert region["world-town"]["maxzoom"] == region["world-town-outside"]["minzoom"] == region["osm-town"]["minzoom"]
    order = list(region)
    assert order.index("world-border") < order.index("osm-coverage") < order.index("osm-border-country")
    assert order.index("world-town-outside") < order.index("osm-city"), "a suburb around does not displace the city"
    assert names(EVERYWHERE)["world-border"]["maxzoom"] == names(EVERYWHERE)["osm-border-country"]["minzoom"] == 6
    assert "within" in json.dumps(region["world-town-outside"]["filter"])
    assert "world-town-outside" not in names(EVERYWHERE)
