"""Wiring: builds all parts of a server from the settings, once at the start, and connects them."""
