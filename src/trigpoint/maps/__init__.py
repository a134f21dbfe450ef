"""Front door 2, what is asked: the model of places, routes and tiles, and the protocols of engines."""
