"""Reads the figures of a usage page from its HTML."""

import re
from html import unescape

from web.portal.browsing import Page


def table_of(page: Page) -> list[list[str]]:
    """The table beneath the plot, as texts."""
    html = page.answer.text
    inner = html[html.index('<div class="scrolled"') : html.index("</details>", html.index('<div class="scrolled"'))]
    rows = re.findall(r"<tr>(.*?)</tr>", inner, re.DOTALL)
    return [[cell_text(cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def cell_text(cell: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", cell)).replace("so far", "").strip()


def figures_of(page: Page) -> dict[str, str]:
    return {
        words.strip(): number
        for number, words in re.findall(r"<li><b>(.*?)</b>([^<]*)</li>", page.answer.text, re.DOTALL)
    }
