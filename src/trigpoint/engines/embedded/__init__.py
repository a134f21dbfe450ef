"""The embedded place engine: an OpenStreetMap extract in an index of its own."""
