"""Normalizing and tokenizing text, in the same way for indexing and for queries."""
