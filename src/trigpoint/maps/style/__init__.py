"""How the map looks: one style made from palettes, for MapLibre; pure, dictionaries out."""
