"""The icons of the map as drawings: each is defined once a picture, and used where it stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from trigpoint.engines.snapshots.texts import ASSETS


@dataclass(frozen=True, slots=True)
class Icon:
    """A drawing of so many pixels, as the content of an SVG; `stretching` says where a sign grows with its text."""

    name: str
    width: float
    height: float
    drawing: str
    stretching: Mapping[str, object]


@cache
def icons(scheme: str) -> dict[str, Icon]:
    """Give the icons of a scheme by name."""
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
    """The icons that a picture uses."""

    scheme: str
    _used: set[str] = field(default_factory=set)
    _patterns: dict[str, float] = field(default_factory=dict)

    def find(self, name: object) -> Icon | None:
        """Find an icon; None for one that there is not."""
        return icons(self.scheme).get(str(name)) if name else None

    def use(self, icon: Icon, x: float, y: float, scale: float, *, angle: float = 0.0, opacity: float = 1.0) -> str:
        """Write the use of an icon with its middle at a place."""
        self._used.add(icon.name)
        turn = f" rotate({angle:.1f})" if angle else ""
        faint = f' opacity="{opacity:.2g}"' if opacity < 0.99 else ""
        shift = f" translate({-icon.width / 2:g} {-icon.height / 2:g})"
        return (
            f'<use xlink:href="#{icon.name}"{faint} transform="translate({x:.1f} {y:.1f}){turn} scale({scale:.3g})'
            f'{shift}"/>'
        )

    def sign(self, icon: Icon, x: float, y: float, width: float) -> str:
        """Draw a sign with its middle at a place, as wide as its text wants it."""
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
        """Note that areas are filled with an icon as a pattern, in units of which `scale` are a pixel."""
        self._patterns[name] = scale

    def definitions(self) -> str:
        """Write the drawings that were used."""
        known = icons(self.scheme)
        drawn = [f'<g id="{name}">{known[name].drawing}</g>' for name in sorted(self._used)]
        drawn += [
            f'<pattern id="pattern-{name}" patternUnits="userSpaceOnUse" patternTransform="scale({scale:.6g})"'
            f' width="{known[name].width:g}" height="{known[name].height:g}">{known[name].drawing}</pattern>'
            for name, scale in self._patterns.items()
            if name in known
        ]
        return "".join(drawn)
