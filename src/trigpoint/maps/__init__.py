"""Front door 2: what is asked. Places and routes in the words of the product, and the protocols of engines."""
