"""Recognizes what people paste at "Why was it refused?": a token, or the URL of a tile, an embedded map or a snapshot."""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs, urlsplit

from trigpoint.credentials import access_key
from trigpoint.credentials.services import Service
from trigpoint.credentials.snapshot_url import looks_like_snapshot

EMBED_ENDS = ("/v1/place", "/v1/embed")
LONGEST_EMBED = 70_000


class Kind(Enum):
    """The kind of a pasted credential."""

    TOKEN = "token"  # noqa: S105 (a kind)
    ACCESS_KEY = "access key"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, slots=True)
class Pasted:
    """The credential in a pasted text, or the whole URL of a snapshot; `service` is the service of a URL."""

    kind: Kind
    text: str
    service: Service | None = None


def read_pasted(text: str) -> Pasted:
    """Find the credential in a pasted text. If it is nothing else, it counts as a token."""
    if looks_like_snapshot(text):
        return Pasted(Kind.SNAPSHOT, text, Service.WEB_SNAPSHOTS)
    embedded = _token_of_embed(text)
    if embedded is not None:
        return Pasted(Kind.TOKEN, "".join(embedded.split()), Service.EMBED_API)
    plain = text.strip().removeprefix("Authorization:").strip()
    if plain[:7].lower() == "bearer ":
        plain = plain[7:].strip()
    plain = "".join(plain.split())
    _, is_address, rest = plain.partition("accessKey=")
    found = rest.partition("&")[0] if is_address else plain
    if is_address or found.startswith(f"{access_key.VERSION}_"):
        return Pasted(Kind.ACCESS_KEY, found)
    return Pasted(Kind.TOKEN, plain)


def _token_of_embed(text: str) -> str | None:
    """Give the token in the URL of an embedded map, "" if it has none; None if the text is no such URL."""
    plain = text.strip().strip("\"'<>").replace("&amp;", "&")
    if len(plain) > LONGEST_EMBED or "?" not in plain:
        return None
    try:
        parts = urlsplit(plain)
        fields = parse_qs(parts.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    if not parts.path.endswith(EMBED_ENDS):
        return None
    return fields.get("token", [""])[0]
