"""Maps on pages over HTTP: what initializes a map, its tiles, its look, and the script."""
