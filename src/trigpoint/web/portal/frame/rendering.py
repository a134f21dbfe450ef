"""Rendering of pages: Jinja templates, their filters, and static files."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from litestar import Response
from markupsafe import Markup, escape

from trigpoint.base.clock import DAY_S, HOUR_S, Milliseconds, to_iso, to_seconds, to_words

MEDIA_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}
_IN_ADDRESSES = "%/?#[]@!$&'()*+,;=:~"


@cache
def assets() -> Mapping[str, bytes]:
    """The static files, by name."""
    folder = resources.files("trigpoint.web.portal") / "static"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.split(".")[-1] in MEDIA_TYPES}


def asset_address(name: str) -> str:
    """Give the URL of a static file. It contains a hash of the content, so that browsers can cache the file for ever."""
    mark = base64.urlsafe_b64encode(hashlib.sha256(assets()[name]).digest()[:9]).decode()
    return f"/assets/{name}?{mark}"


def show_time(milliseconds: Milliseconds | None) -> Markup:
    """Write a time in UTC; the page's script converts it to the reader's time zone."""
    if milliseconds is None:
        return Markup('<span class="none">never</span>')
    seconds = to_seconds(milliseconds)
    words = to_words(seconds)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(to_iso(seconds), words, words)


def show_age(milliseconds: Milliseconds, now: float) -> str:
    """Write how long ago a time is, for example `3 hours ago`; `now` is in seconds since the epoch."""
    seconds = max(0, int(now - to_seconds(milliseconds)))
    for size, unit in ((DAY_S, "day"), (HOUR_S, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def show_date(milliseconds: Milliseconds) -> str:
    """Write the day of a time in UTC, for an input of type date."""
    return datetime.fromtimestamp(to_seconds(milliseconds), UTC).strftime("%Y-%m-%d")


def show_duration(seconds: int) -> str:
    """Write a duration (in seconds) in the largest unit without a fraction: `30 days`, `90 minutes`."""
    for size, unit in ((DAY_S, "day"), (HOUR_S, "hour"), (60, "minute")):
        if seconds % size == 0:
            return show_count(seconds // size, unit)
    return show_count(seconds, "second")


def show_count(count: int, noun: str) -> str:
    """Write a number with a noun: `1 key`, `2 keys`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def breakable(text: str) -> Markup:
    """Allow line breaks after the dots and underscores of a long identifier."""
    return Markup("<wbr>").join(escape(part) for part in text.replace(".", ".\0").replace("_", "_\0").split("\0"))


@cache
def environment() -> Environment:
    """The Jinja environment with all filters and globals."""
    made = Environment(
        loader=PackageLoader("trigpoint.web.portal"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "time": show_time,
        "count": show_count,
        "breakable": breakable,
        "date": show_date,
        "duration": show_duration,
    }
    made.globals |= {"asset": asset_address, "number_once": lambda: secrets.token_urlsafe(12)}
    return made


def render(template: str, context: Mapping[str, object], *, status: int = 200) -> Response[bytes]:
    """Render a page."""
    body = environment().get_template(template).render(context).encode()
    return Response(body, status_code=status, media_type="text/html")


def go_to(path: str, **query: str) -> Response[bytes]:
    """Redirect the browser to another page (303). Characters that URLs do not allow are percent-encoded (RFC 3986)."""
    path = quote(path, safe=_IN_ADDRESSES)
    address = f"{path}?{urlencode(query)}" if query else path
    return Response(b"", status_code=303, headers={"location": address}, media_type="text/plain")
