"""The Maps Server API over HTTP: a table of endpoints and one pipeline."""
