"""How every build tells how far it is."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Told how much is done, from 0 to 1, and what is being done."""
