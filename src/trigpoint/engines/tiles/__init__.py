"""The map's tiles: built from extracts, brought by the operator, or drawn from the world that travels with us."""
