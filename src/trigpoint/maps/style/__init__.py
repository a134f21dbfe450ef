"""How the map looks: one style made from palettes, for MapLibre; pure, dictionaries out."""

from trigpoint.maps.style.build import SCHEMES, STYLES, build_style

__all__ = ["SCHEMES", "STYLES", "build_style"]
