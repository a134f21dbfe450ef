"""Maps on web pages over HTTP: bootstrap, tiles, styles, and the script."""
