"""HTTP: the application and its limits, errors, logs, metrics and health."""
