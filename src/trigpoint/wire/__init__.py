"""Apple's shapes: parse a query, render an answer. One file an endpoint."""
