"""Writes the sections of pages in `docs/` that benchmarks generate: between two comments; the prose around them is kept."""

from collections.abc import Sequence
from pathlib import Path


def write_section(page: Path, name: str, lines: Sequence[str]) -> None:
    """Put lines between `<!-- name -->` and `<!-- end of name -->`. Raises ValueError if the page lacks the two."""
    begins, ends = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, first, rest = page.read_text(encoding="utf-8").partition(begins)
    _, last, after = rest.partition(ends)
    if not first or not last:
        message = f"{page} has no place for this: it must hold the lines {begins} and {ends}."
        raise ValueError(message)
    page.write_text("\n".join([before + begins, *lines, ends + after]), encoding="utf-8")
