"""The team and the key of tests of commands that need no server: their private half is in a file of the test's own."""

TEAM, KEY = "K5GNLXS2QT", "2X9R4HXF34"
