"""Places from a Nominatim service over HTTP, on PostgreSQL as its operator runs it."""
