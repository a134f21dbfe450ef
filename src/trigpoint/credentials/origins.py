"""Origin patterns: the pages that may use a token (contract §2.2, measured on Apple's live service).

Three kinds are additions to Apple's: a port; `localhost`, which covers all names and addresses of the user's own machine;
and a star within the first label (`deploy-*--site.example.app`), for preview sites of hosting services.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from trigpoint.base.hosts import is_own_machine

HEADER_LIMIT = 300
"""Longest Origin header, in characters: a host name has at most 253."""
ENTRIES_LIMIT = 50
"""Most entries of a list of origins: each may be compared with each request, and with the entries of a ceiling."""
_REMEMBERED_LIMIT = 512
_ORIGIN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>\[[0-9a-f:.]+\]|[^/:?#@\[\]\s]+)(?::(?P<port>\d{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a request, in lower case; `host` is in ASCII (punycode), `port` is None for the scheme's default."""

    scheme: str
    host: str
    port: str | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of an `origin` claim; `text` is the entry as written, `scheme` and `port` are None for any.

    With `subdomains` (the entry begins with `*.`), all subdomains of `host` are covered, but not `host` itself. If the star
    is within the first label, `before` is the text before the star, and `host` the text after it.
    """

    text: str
    scheme: str | None
    host: str
    subdomains: bool
    port: str | None
    before: str | None = None

    def covers(self, origin: Origin) -> bool:
        """Tell whether an origin is covered."""
        if self.scheme is not None and self.scheme != origin.scheme:
            return False
        if self.port is not None and self.port != (origin.port or _DEFAULT_PORTS.get(origin.scheme)):
            return False
        return self.covers_host(origin.host)

    def covers_host(self, host: str) -> bool:
        """Tell whether a host is covered, with any scheme and port."""
        if self.before is not None:
            fits = host.startswith(self.before) and host.endswith(self.host)
            between = host[len(self.before) : -len(self.host)]
            return fits and len(host) > len(self.before) + len(self.host) and _LABEL_PART.fullmatch(between) is not None
        if self.subdomains:
            return bool(self.host) and host.endswith("." + self.host)
        return host == self.host or (self.host == LOCALHOST and is_own_machine(host))


LOCALHOST = "localhost"
_LABEL_PART = re.compile(r"[a-z0-9-]+", re.ASCII)
_PREVIEW = re.compile(r"([a-z0-9-]*)\*([a-z0-9-]*(?:\.[^.*]+){2,})")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def read_origin(header: str) -> Origin | None:
    """Parse an Origin header (RFC 6454 §7); None for `null`, and for a text that is no origin."""
    if len(header) > HEADER_LIMIT:
        return None
    match = _ORIGIN.fullmatch(header.strip().lower())
    if match is None:
        return None
    return Origin(match["scheme"], _to_ascii(match["host"]), match["port"])


def read_patterns(claim: str) -> tuple[Pattern, ...]:
    """Parse the entries of an `origin` claim, which have commas between them; white space and empty entries are ignored."""
    return tuple(_read_pattern(entry.strip()) for entry in claim.split(",") if entry.strip())


def count_entries(claim: str) -> int:
    """Count the entries of an `origin` claim, without parsing them."""
    return sum(1 for entry in claim.split(",") if entry.strip())


def is_allowed(claim: str, header: str) -> bool:
    """Tell whether an `origin` claim covers the Origin header of a request."""
    # The claim may be unverified: only short texts are cached, so that a stranger cannot fill the memory.
    look = _is_covered_remembered if len(claim) + len(header) <= _REMEMBERED_LIMIT else _is_covered
    return look(claim, header)


def _is_covered(claim: str, header: str) -> bool:
    origin = read_origin(header)
    return origin is not None and any(pattern.covers(origin) for pattern in read_patterns(claim))


_is_covered_remembered = lru_cache(maxsize=4096)(_is_covered)


def _read_pattern(entry: str) -> Pattern:
    rest = entry.lower()
    scheme: str | None = None
    if "://" in rest:
        scheme, rest = rest.split("://", 1)
    port: str | None = None
    host, colon, digits = rest.rpartition(":")
    if colon and digits.isascii() and digits.isdigit():
        rest, port = host, digits
    subdomains = rest.startswith("*.")
    preview = None if subdomains else _PREVIEW.fullmatch(rest)
    if preview is not None and (preview[1] or not preview[2].startswith(".")):
        label, _, domain = preview[2].partition(".")
        return Pattern(entry, scheme, f"{label}.{_to_ascii(domain)}", subdomains=False, port=port, before=preview[1])
    return Pattern(entry, scheme, _to_ascii(rest.removeprefix("*.")), subdomains, port)


def _to_ascii(host: str) -> str:
    """Convert an international host name to ASCII, as browsers do (UTS #46); a name that has no ASCII form is left as it is.

    Python's own codec follows an older standard, in which `straße.example` and `strasse.example` are the same host.
    """
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError:
        return host


def frame_ancestors(claim: str, framed_by: str | None) -> str:
    """Give the value of `frame-ancestors` for a page that only the origins of a claim may embed (CSP 3 §6.4.2).

    CSP has no star within a label: if such an entry covers `framed_by`, the origin of the embedding page as the browser
    sends it, that one origin is allowed instead. An entry that is no host is left out; `'none'` if nothing is left.
    """
    sources: dict[str, None] = {}
    around = read_origin(framed_by) if framed_by is not None else None
    for pattern in read_patterns(claim)[:ENTRIES_LIMIT]:
        if pattern.before is not None:
            if around is not None and pattern.covers(around):
                sources[f"{around.scheme}://{around.host}:{around.port or '*'}"] = None
            continue
        sources |= dict.fromkeys(_sources_of(pattern))
    return " ".join(sources) or "'none'"


def _sources_of(pattern: Pattern) -> list[str]:
    """Convert an entry to source expressions of CSP; none for an entry that is no host, or has another scheme."""
    if _SOURCE_HOST.fullmatch(pattern.host) is None or pattern.scheme not in {None, "http", "https"}:
        return []
    hosts = [f"*.{pattern.host}" if pattern.subdomains else pattern.host]
    if pattern.host == LOCALHOST and not pattern.subdomains:
        hosts += [f"*.{LOCALHOST}", "127.0.0.1"]
    schemes = ("https", "http") if pattern.scheme is None else (pattern.scheme,)
    return [f"{scheme}://{host}:{pattern.port or '*'}" for scheme in schemes for host in hosts]


_SOURCE_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII)
