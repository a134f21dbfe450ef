"""URLs of PostgreSQL databases. They are parsed strictly: a mistake is often in the password, which no error may show."""

import re

from trigpoint.base.errors import InvalidError

NAME = "TRIGPOINT_DATABASE_URL"
EXAMPLE = "postgresql://maps:p%40ss@db.example.com/trigpoint"
SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


def read_postgres_address(url: str) -> str:
    """Parse a URL as libpq does, with one host or several. Raises `InvalidError`, which never shows the password."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in SCHEMES:
        safe = f"{scheme}://…" if separator and scheme.isalnum() else "no URL"
        raise InvalidError(NAME, "the URL of a PostgreSQL database", example=EXAMPLE, received=safe)
    authority, after = _split(rest)
    path = after.partition("?")[0] if "@" in authority else after
    if authority.count("@") > 1 or "@" in path or re.search("%(?![0-9A-Fa-f]{2})", rest) or _has_blank(rest):
        raise InvalidError(
            NAME,
            "a URL whose password is percent-encoded: %40 for @, %2F for /, %3A for :, %3F for ?, %23 for #, %25 for %",
            example=EXAMPLE,
            received="a value not shown",
        )
    return f"postgresql://{rest}"


def describe_postgres(url: str) -> str:
    """Return hosts and database name of a URL, without user and password."""
    authority, after = _split(url.partition("://")[2])
    hosts = authority.rpartition("@")[2] or "local"
    return f"{hosts}{after.partition('?')[0]}"


def _split(rest: str) -> tuple[str, str]:
    """Split a URL without its scheme into its authority (user, password, hosts) and the rest."""
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    return authority, rest[len(authority) :]


def _has_blank(text: str) -> bool:
    return any(letter.isspace() or not letter.isprintable() for letter in text)
