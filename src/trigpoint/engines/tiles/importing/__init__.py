"""From OpenStreetMap extracts to tiles in the schema Shortbread 1.0: read, draw, write."""
