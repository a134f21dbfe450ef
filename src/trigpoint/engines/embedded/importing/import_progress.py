"""Which share of an import of places each step takes."""

READING, CUTTING, STREETS, NAMES = (0.0, 0.32), (0.32, 0.36), (0.36, 0.74), (0.74, 0.97)
"""Start and end of each step, by its share of the processor time of 40 copies of Liechtenstein."""

FINISHING = 0.97
NODES = 0.25
"""The share of reading a file that its nodes take."""
