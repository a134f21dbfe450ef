"""Trigpoint: Maps IDs, private keys and tokens, and the Maps Server API that they guard."""

__version__ = "0.2.0"
