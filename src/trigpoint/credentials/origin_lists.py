"""Lists of origins from users: checking each entry, explaining it in a sentence, and comparing it with a ceiling."""

import re
from collections.abc import Iterable

from trigpoint.base.errors import InvalidError
from trigpoint.credentials.origins import ENTRIES_LIMIT, LOCALHOST, Pattern, read_origin, read_patterns

LIST_LIMIT = 2000
"""Longest list, in characters."""
EXAMPLE = "example.com, *.example.com"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\]", re.ASCII)
_NUMBERED = re.compile(r"[\d.]+", re.ASCII)
PORT_LIMIT = 65_535


def read_origin_list(text: str) -> str:
    """Check a list of origins, and give it in the form of an `origin` claim; raise InvalidError."""
    patterns = read_patterns(text)
    if not patterns:
        raise InvalidError("origins", "one or more origins", example=EXAMPLE)
    if len(patterns) > ENTRIES_LIMIT or len(text) > LIST_LIMIT:
        rule = f"a list of at most {ENTRIES_LIMIT} origins and {LIST_LIMIT} characters"
        raise InvalidError("origins", rule, example=EXAMPLE, received=text)
    for pattern in patterns:
        _check(pattern)
    return ",".join(pattern.text.lower() for pattern in patterns)


def _check(pattern: Pattern) -> None:
    def refuse(rule: str, example: str) -> InvalidError:
        return InvalidError("origins", rule, example=example, received=pattern.text)

    host = pattern.host
    if "/" in host:
        before_slash = host.split("/", 1)[0]
        example = before_slash if _HOST.fullmatch(before_slash) else "example.com"
        raise refuse("origins without a path and without a slash at the end", example)
    if pattern.scheme not in {None, "http", "https"}:
        raise refuse("origins of http or https, or without a scheme", "example.com")
    if pattern.port is not None and not 0 < int(pattern.port) <= PORT_LIMIT:
        raise refuse("origins with a port from 1 to 65535", f"{host}:8443")
    if "*" in host:
        raise refuse(
            "made of origins with one star: '*.' before a domain, or within the first label before a domain of its own",
            "*.example.com or deploy-*--site.example.app",
        )
    whole = host if pattern.before is None else f"{pattern.before}x{host}"
    if _HOST.fullmatch(whole) is None:
        raise refuse("made of host names", EXAMPLE)
    if pattern.subdomains and ("." not in host or _NUMBERED.fullmatch(host)):
        raise refuse("made of origins whose star stands before a domain of two labels or more", "*.example.com")


def explain_origin(pattern: Pattern) -> str:
    """Give a sentence that says which pages an entry covers, and which not."""
    scheme = "" if pattern.scheme is None else f", over {pattern.scheme} only"
    port = f", on port {pattern.port} only" if pattern.port is not None else ", on any port"
    if pattern.before is not None:
        return (
            f"Pages on hosts that begin with '{pattern.before}' and end with '{pattern.host}', with letters, digits and "
            f"hyphens in between{port}{scheme}; no deeper subdomains."
        )
    if pattern.subdomains:
        return f"Pages on every subdomain of {pattern.host}, at any depth{port}{scheme}; not on {pattern.host} itself."
    if pattern.host == LOCALHOST:
        return f"Pages on the visitor's own machine{port}{scheme}: localhost and the names below it, 127.0.0.0/8 and [::1]."
    return f"Pages on {pattern.host}{port}{scheme}; not on its subdomains."


def find_covering(claim: str, url: str) -> Pattern | None:
    """Find the entry of a list that covers the page at `url`; None if there is none. Raises InvalidError for no URL."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        scheme, rest = "https", scheme
    origin = read_origin(f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0]}")
    if origin is None:
        raise InvalidError("url", "the address of a page", example="https://www.example.com/map", received=url)
    return next((pattern for pattern in read_patterns(claim) if pattern.covers(origin)), None)


def is_within(pattern: Pattern, ceiling: Iterable[Pattern]) -> bool:
    """Tell whether one entry of a ceiling covers everything that an entry covers."""
    return any(_is_within(pattern, outer) for outer in ceiling)


def _is_within(inner: Pattern, outer: Pattern) -> bool:
    if outer.scheme not in {None, inner.scheme} or outer.port not in {None, inner.port}:
        return False
    if inner.before is not None:
        if outer.before is not None:
            return inner.before.startswith(outer.before) and inner.host.endswith(outer.host)
        domain = inner.host.partition(".")[2]
        return outer.subdomains and (domain == outer.host or domain.endswith(f".{outer.host}"))
    if inner.subdomains:
        below = inner.host == outer.host or inner.host.endswith(f".{outer.host}")
        return below and (outer.subdomains or outer.host == LOCALHOST)
    return outer.covers_host(inner.host)
