"""The Embed API: maps for an iframe, on a page of our own (contract §6.6)."""
