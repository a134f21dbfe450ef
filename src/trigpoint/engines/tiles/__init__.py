"""The map's tiles: built from extracts, provided by the operator, or the world map in this package."""
