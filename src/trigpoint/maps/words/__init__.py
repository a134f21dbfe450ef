"""Words for kinds of places, a TOML file for each language: a kind, its name, and what else people type."""
