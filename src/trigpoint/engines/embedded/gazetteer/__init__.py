"""The floor under every extract: the towns, states and countries of the whole world (GeoNames, CC BY 4.0; CLDR)."""
