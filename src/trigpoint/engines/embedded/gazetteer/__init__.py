"""The world gazetteer: towns, states and countries of the whole world (GeoNames, CC BY 4.0; CLDR)."""
