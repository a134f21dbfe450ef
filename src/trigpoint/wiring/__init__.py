"""Wiring: builds everything from the settings once, at start-up, and connects the parts."""
