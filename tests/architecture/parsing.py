"""One tree of each module, for all tests that look into it."""

import ast
import functools


@functools.cache
def parse_once(text: str) -> ast.Module:
    """Parse a text of Python, unless that was done before: do not change the tree."""
    return ast.parse(text)
