"""Build tiles in the schema Shortbread 1.0 from OpenStreetMap extracts."""
