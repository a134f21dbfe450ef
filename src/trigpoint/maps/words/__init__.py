"""Words for kinds of places, a module for each language: a kind, its name, and what else people type."""
