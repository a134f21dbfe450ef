"""The embedded place engine: OpenStreetMap extracts and a world gazetteer in an index of our own."""
