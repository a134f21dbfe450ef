"""Scoring: how well a record matches a query."""
