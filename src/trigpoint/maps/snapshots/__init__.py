"""Snapshots without I/O: queries, pictures that are ready to be painted, and views that fit their contents."""
