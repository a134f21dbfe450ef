"""Words for kinds of places, one TOML file for each language: each kind with its name and synonyms."""
