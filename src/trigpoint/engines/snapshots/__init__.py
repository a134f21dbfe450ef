"""Web Snapshots: PNG images of the map, painted from the same style and tiles that browsers get, in separate processes."""
