"""HTTP: the application, errors, health."""
