"""Places from a Nominatim service over HTTP."""
