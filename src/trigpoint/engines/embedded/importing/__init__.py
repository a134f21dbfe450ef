"""From OpenStreetMap files to a generation of the index: read, place, join, write, swap."""
