"""Files that browsers and crawlers request from every server: its icon, and what may be crawled."""

from collections.abc import Mapping
from importlib import resources

from trigpoint.web.asgi import Header

ICON_PATH = "/favicon.ico"
ROBOTS_PATH = "/robots.txt"
PATHS = frozenset((ICON_PATH, ROBOTS_PATH))
ROBOTS = b"""# A crawler that renders a page needs the page's map; nothing else here is for crawlers.
User-agent: *
Allow: /mk/
Allow: /ma/
Allow: /ti/
Allow: /v1/
Allow: /api/
Allow: /embed/
Disallow: /
"""
_CACHED: Header = (b"cache-control", b"public, max-age=86400")


def read_files() -> Mapping[str, tuple[tuple[Header, ...], bytes]]:
    """Give the headers and the body of each path. The icon is an SVG, which browsers recognize by its media type."""
    icon = (resources.files("trigpoint.web.portal") / "static" / "mark.svg").read_bytes()
    return {
        ICON_PATH: (((b"content-type", b"image/svg+xml"), _CACHED), icon),
        ROBOTS_PATH: (((b"content-type", b"text/plain; charset=utf-8"), _CACHED), ROBOTS),
    }
