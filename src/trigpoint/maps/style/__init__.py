"""The map's style: MapLibre style documents as dictionaries, made from palettes and tile schemas, without I/O."""

from trigpoint.maps.style.build import SCHEMES, STYLES, build_style

__all__ = ["SCHEMES", "STYLES", "build_style"]
