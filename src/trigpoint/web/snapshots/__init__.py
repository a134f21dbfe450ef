"""Web Snapshots over HTTP: one picture of the map for one URL."""
