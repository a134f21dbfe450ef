"""The page `/docs/refusals`: every reason for a refusal, from the data that the checks use."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from trigpoint.credentials.reasons import REASONS, Reason
from trigpoint.web.asgi import Header

PATH = "/docs/refusals"
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "section{border-top:1px solid #8884;padding:.5rem 0}section:target{background:#fd03}"
    "h2{font:600 1rem ui-monospace,monospace;margin:.5rem 0}h2 a{color:inherit;text-decoration:none}"
    "p{margin:.25rem 0}dt{font-weight:600}dd{margin:0 0 .25rem 1rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest())
HEADERS: tuple[Header, ...] = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"public, max-age=300"),
    (b"content-security-policy", b"default-src 'none'; style-src 'sha256-" + _STYLE_HASH + b"'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def render_refusals(reasons: Iterable[Reason] | None = None) -> bytes:
    """Write the page. Each reason is a section whose id is its code, so that explanations can link to it."""
    sections = "".join(_section(reason) for reason in (REASONS.values() if reasons is None else reasons))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Why a token is refused · Trigpoint</title><style>{STYLE}</style>"
        "<h1>Why a token is refused</h1>"
        "<p>Every reason has a code. Responses contain the code if the server is configured to explain refusals; the log "
        "always has it, with the <code>x-rid</code> of the response.</p>"
        f"{sections}</html>"
    ).encode()


def _section(reason: Reason) -> str:
    code = escape(reason.code)
    return (
        f'<section id="{code}"><h2><a href="#{code}">{code}</a></h2><p>{escape(reason.sentence)}</p>'
        f"<dl><dt>Cause</dt><dd>{escape(reason.cause)}</dd>"
        f"<dt>What to do</dt><dd>{escape(reason.hint)}</dd></dl></section>"
    )
