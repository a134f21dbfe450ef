"""The HTML pages of the Embed API, the map and the refusal, each with its Content Security Policy."""

from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from trigpoint.base.geo import Point
from trigpoint.maps.kinds import Kind, kind_name
from trigpoint.maps.places import Place
from trigpoint.web.asgi import Header
from trigpoint.web.mapkit.answers import NO_STORE
from trigpoint.wire.embed import EmbedQuery, address_line, render, within_html

HTML: Header = (b"content-type", b"text/html; charset=utf-8")
KEPT_TO_ITSELF: tuple[Header, ...] = (
    HTML,
    NO_STORE,
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),  # the URL contains the token, and must not leak to other sites
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)
OSM_PLACE = "https://www.openstreetmap.org/?mlat={0:.6f}&mlon={1:.6f}#map=17/{0:.6f}/{1:.6f}"
OSM_MAP = "https://www.openstreetmap.org/#map=15/{0:.6f}/{1:.6f}"


def render_map(
    query: EmbedQuery,
    places: Sequence[Place],
    *,
    root: str,
    is_card: bool,
    bootstrap: bytes,
) -> bytes:
    """Render the page of a map.

    `root` is the relative path from the page to the server's root, so that the page works below a path prefix too.
    With `is_card`, a card shows the details of the first place. `bootstrap` is JSON.
    """
    card = places[0] if is_card and places else None
    places_count = 0 if query.places is None else len(query.places.unverified_ids)
    point = _shown_point(query, card, places)
    pattern = OSM_PLACE if card is not None else OSM_MAP
    text = (
        _environment()
        .get_template("map.html")
        .render(
            root=root,
            language=query.lang,
            scheme=query.scheme.value,
            elsewhere=None if point is None else pattern.format(point.latitude, point.longitude),
            shown=Markup(within_html(render(query, places, is_card=is_card)).decode()),  # noqa: S704 (escaped for its place)
            bootstrap=Markup(within_html(bootstrap).decode()),  # noqa: S704 (escaped for its place)
            missing=places_count - len(places),
            **_told_on_card(card, query.lang),
        )
    )
    return text.encode()


def _shown_point(query: EmbedQuery, card: Place | None, places: Sequence[Place]) -> Point | None:
    """Choose the point that the link to another map shows: the card's place, the centre, the first pin or place."""
    if card is not None:
        return card.coordinate
    points = (*(pin.point for pin in query.pins), *(place.coordinate for place in places))
    return query.center or next(iter(points), None)


def _told_on_card(card: Place | None, lang: str) -> dict[str, object]:
    """Return the template's variables for a card; without a card all but the title are empty."""
    if card is None:
        return {"title": "Map", "card": None, "kind": None, "address": "", "links": []}
    links = [(url, host) for url in card.urls if (host := _web_host(url)) is not None]
    kind = None if card.poi_category is None else kind_name(Kind(card.poi_category), lang)
    return {"title": card.name, "card": card, "kind": kind, "address": address_line(card), "links": links[:1]}


def render_refusal(*, root: str, title: str, sentence: str, hint: str, request_id: str) -> bytes:
    """Render the page shown instead of a map: what is wrong, and the request ID to find in the log."""
    page = _environment().get_template("refused.html")
    return page.render(root=root, title=title, sentence=sentence, hint=hint, request_id=request_id).encode()


def map_headers(base_url: str, *, host: str, ancestors: str | None) -> tuple[Header, ...]:
    """Return the headers of a map's page. They allow tiles, styles and fonts from `base_url`, even on another host.

    `ancestors` is a CSP source list of those who may frame the page; None means anyone.
    """
    parts = urlsplit(base_url)
    here = "'self'" if parts.netloc == host else f"'self' {parts.scheme}://{parts.netloc}"
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {here} data: blob:; connect-src {here}; "
        f"font-src {here}; worker-src 'self' blob:; form-action 'none'; base-uri 'none'"
    )
    if ancestors is not None:
        policy += f"; frame-ancestors {ancestors}"
    return (*KEPT_TO_ITSELF, (b"content-security-policy", policy.encode("ascii")))


REFUSED_HEADERS: tuple[Header, ...] = (
    *KEPT_TO_ITSELF,
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'"),
)
"""Anyone may frame the page of a refusal: it contains nothing private."""


def _web_host(url: str) -> str | None:
    """Return the host of a web address in the map data; None if it is no address that a browser opens."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("trigpoint.web.embed"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
