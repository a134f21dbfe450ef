"""Answers: forward, nearby, autocomplete, reverse, and how they are shown."""
