"""The layers of a style, compiled for one zoom, so that they can be evaluated per feature."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from trigpoint.engines.snapshots.expressions import PLACE, READERS, Code, Properties, UnsupportedError, constant, read
from trigpoint.maps.style.pen import Role

Value = tuple[object, ...]

DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "background": {"background-color": "#000000"},
    "raster": {"raster-opacity": 1.0, "raster-fade-duration": 0},
    "fill": {"fill-color": "#000000", "fill-opacity": 1.0, "fill-outline-color": None, "fill-pattern": None},
    "line": {
        "line-color": "#000000", "line-width": 1.0, "line-opacity": 1.0, "line-dasharray": None, "line-blur": 0,
        "line-cap": "butt", "line-join": "miter", "line-sort-key": 0.0,
    },
    "symbol": {
        "symbol-placement": "point", "symbol-spacing": 250, "symbol-sort-key": 0.0,
        "icon-image": None, "icon-size": 1.0, "icon-padding": 2, "icon-opacity": 1.0, "icon-rotate": 0,
        "icon-keep-upright": False, "icon-rotation-alignment": "auto", "icon-text-fit": "none",
        "icon-text-fit-padding": (0, 0, 0, 0),
        "text-field": "", "text-font": ("Inter Regular",), "text-size": 16.0, "text-max-width": 10,
        "text-line-height": 1.2, "text-letter-spacing": 0, "text-anchor": "center", "text-offset": (0, 0),
        "text-variable-anchor-offset": None, "text-justify": "center", "text-optional": False, "text-padding": 2,
        "text-transform": "none", "text-max-angle": 45, "text-rotation-alignment": "auto",
        "text-pitch-alignment": "auto", "text-color": "#000000", "text-halo-color": "#00000000",
        "text-halo-width": 0,
    },
}  # fmt: skip
"""Every property that our styles use, with its default from the style specification."""


@dataclass(slots=True)
class PaintedLayer:
    """A layer at a zoom. Its properties are evaluated once for all features with the same values of `keys`."""

    id: str
    kind: str
    source: str
    source_layer: str
    role: Role
    picks: Code
    properties: Mapping[str, Code]
    keys: tuple[str, ...]
    _seen: dict[Value, Mapping[str, object] | None] = field(default_factory=dict)

    def look(self, properties: Properties) -> Mapping[str, object] | None:
        """Return the values of all style properties for a feature. None if the layer does not draw it."""
        keys = self.keys
        values = tuple([properties.get(key) for key in keys])
        try:
            return self._seen[values]
        except KeyError:
            found = self._seen[values] = self._look(properties)
            return found

    @property
    def needs_place(self) -> bool:
        """Whether the layer depends on the position of a feature."""
        return PLACE in self.keys

    def constant(self, name: str) -> object:
        """Return the value of a property that depends on no feature."""
        return self.properties[name].value

    def _look(self, properties: Properties) -> Mapping[str, object] | None:
        try:
            if not self.picks.run(properties):
                return None
        except (TypeError, ValueError, ArithmeticError):
            return None
        return {name: _value(code, properties, DEFAULTS[self.kind][name]) for name, code in self.properties.items()}


def read_layers(style: Mapping[str, object], zoom: float) -> list[PaintedLayer]:
    """Compile the layers that are drawn at a zoom, from bottom to top. Raises UnsupportedError."""
    layers = cast("Sequence[Mapping[str, object]]", style["layers"])
    return [_read(one, zoom) for one in layers if _is_drawn(one, zoom)]


def _is_drawn(layer: Mapping[str, object], zoom: float) -> bool:
    return cast("float", layer.get("minzoom", 0)) <= zoom < cast("float", layer.get("maxzoom", 30))


def _read(layer: Mapping[str, object], zoom: float) -> PaintedLayer:
    kind = cast("str", layer["type"])
    if kind not in DEFAULTS:
        raise UnsupportedError(f"a layer of the type '{kind}'")
    given = dict(_given(layer))
    unknown = given.keys() - DEFAULTS[kind].keys()
    if unknown:
        raise UnsupportedError(f"the property '{min(unknown)}'")
    picks = read(layer.get("filter", True), zoom)
    properties = {
        name: read(given[name], zoom) if name in given else constant(default)
        for name, default in DEFAULTS[kind].items()
    }
    keys = picks.keys.union(*(code.keys for code in properties.values()))
    metadata = cast("Mapping[str, str]", layer.get("metadata", {}))
    return PaintedLayer(
        id=cast("str", layer["id"]),
        kind=kind,
        source=cast("str", layer.get("source", "")),
        source_layer=cast("str", layer.get("source-layer", "")),
        role=Role(metadata.get("trigpoint:role", Role.GROUND)),
        picks=picks,
        properties=properties,
        keys=tuple(sorted(keys)),
    )


def _given(layer: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for part in ("paint", "layout"):
        for name, value in cast("Mapping[str, object]", layer.get(part, {})).items():
            yield name, _as_expression(name, value)


def _as_expression(name: str, value: object) -> object:
    """Wrap a list of fonts, which looks like an expression, as a literal."""
    is_list = name == "text-font" and isinstance(value, (list, tuple)) and value and value[0] not in READERS
    return ["literal", value] if is_list else value


def _value(code: Code, properties: Properties, default: object) -> object:
    try:
        value = code.run(properties)
    except (TypeError, ValueError, ArithmeticError):
        return default
    return default if value is None else value
