"""The commands of `docs/deploy.md`: blocks that are marked with the machine that they are for."""

import re

from common import ROOT, require

PAGE = ROOT / "docs" / "deploy.md"


def blocks_of(recipe: str) -> list[str]:
    """Give the blocks of commands that the page marks for a machine, each command on one line."""
    pattern = rf"<!-- recipe: {recipe} -->\n```sh\n(.*?)```"
    found = re.findall(pattern, PAGE.read_text("utf-8"), re.DOTALL)
    require(found, f"the page has no blocks for {recipe!r}")
    return [block.replace("\\\n", " ") for block in found]
