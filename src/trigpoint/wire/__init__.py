"""Apple's requests and responses: parsing parameters, and rendering results; one module for each endpoint."""
