"""The icons of the map as SVG: each is defined once per image, and referenced where it is used."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from trigpoint.engines.snapshots.texts import ASSETS


@dataclass(frozen=True, slots=True)
class Icon:
    """An icon: its size in pixels and its SVG content. `stretching` says which parts of a shield stretch with its text."""

    name: str
    width: float
    height: float
    drawing: str
    stretching: Mapping[str, object]


@cache
def icons(scheme: str) -> dict[str, Icon]:
    """Return the icons of a colour scheme by name."""
    index = json.loads((ASSETS / f"icons-{scheme}.json").read_text(encoding="utf-8"))
    return {
        name: Icon(
            name,
            one["width"],
            one["height"],
            one["svg"].replace('"c"', f'"clip-{name}"').replace("#c)", f"#clip-{name})"),
            {key: one[key] for key in ("stretchX", "stretchY", "content") if key in one},
        )
        for name, one in index.items()
    }


@dataclass(slots=True)
class IconBox:
    """Records the icons that an image uses."""

    scheme: str
    _used: set[str] = field(default_factory=set)
    _patterns: dict[str, float] = field(default_factory=dict)

    def find(self, name: object) -> Icon | None:
        """Find an icon by its name, or None."""
        return icons(self.scheme).get(str(name)) if name else None

    def use(self, icon: Icon, x: float, y: float, scale: float, *, angle: float = 0.0, opacity: float = 1.0) -> str:
        """Write an SVG `use` of an icon, centred at a position."""
        self._used.add(icon.name)
        turn = f" rotate({angle:.1f})" if angle else ""
        faint = f' opacity="{opacity:.2g}"' if opacity < 0.99 else ""
        shift = f" translate({-icon.width / 2:g} {-icon.height / 2:g})"
        return (
            f'<use xlink:href="#{icon.name}"{faint} transform="translate({x:.1f} {y:.1f}){turn} scale({scale:.3g})'
            f'{shift}"/>'
        )

    def sign(self, icon: Icon, x: float, y: float, width: float) -> str:
        """Draw a shield centred at a position, stretched to the width of its text."""
        middle, drawing = width - icon.width, icon.drawing
        stretched = drawing
        if "<rect" in drawing and "clip-path" not in drawing:
            for length in ("23", "21.4"):
                stretched = stretched.replace(f'width="{length}"', f'width="{float(length) + middle:.1f}"')
            scale = 1.0
        else:
            scale = width / icon.width
        return (
            f'<g transform="translate({x - width / 2:.1f} {y - icon.height / 2:.1f}) scale({scale:.3g} 1)">'
            f"{stretched}</g>"
        )

    def use_pattern(self, name: str, scale: float) -> None:
        """Record that an icon is used as a fill pattern, drawn at `scale`."""
        self._patterns[name] = scale

    def definitions(self) -> str:
        """Write the SVG definitions of the icons and patterns that were used."""
        known = icons(self.scheme)
        drawn = [f'<g id="{name}">{known[name].drawing}</g>' for name in sorted(self._used)]
        drawn += [
            f'<pattern id="pattern-{name}" patternUnits="userSpaceOnUse" patternTransform="scale({scale:.6g})"'
            f' width="{known[name].width:g}" height="{known[name].height:g}">{known[name].drawing}</pattern>'
            for name, scale in self._patterns.items()
            if name in known
        ]
        return "".join(drawn)
