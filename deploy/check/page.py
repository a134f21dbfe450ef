"""Reads the command blocks of `docs/deploy.md`, which are marked with the machine that they are for."""

import re

from common import ROOT, require

PAGE = ROOT / "docs" / "deploy.md"


def blocks_of(recipe: str) -> list[str]:
    """Give the command blocks of a machine, with each command on one line."""
    pattern = rf"<!-- recipe: {recipe} -->\n```sh\n(.*?)```"
    found = re.findall(pattern, PAGE.read_text("utf-8"), re.DOTALL)
    require(found, f"the page has no blocks for {recipe!r}")
    return [block.replace("\\\n", " ") for block in found]
