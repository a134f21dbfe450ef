"""Search: geocoding, search, autocomplete, reverse geocoding, and formatting of results."""
