"""Parsing queries, before any index is read."""
