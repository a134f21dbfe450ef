"""The URL of a Web Snapshot: reading its credential, and displaying it without secrets (contract §6).

The signature is over the bytes as they were sent, so the signed part is never decoded and encoded again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from trigpoint.base.errors import InvalidError, shorten

PATH = "/api/v1/snapshot"
SIGNED_START = b"/api/v1/snapshot?"
"""Prefix of the signed bytes; the query follows as it was sent, up to `&signature=`."""
LONGEST = 5_000
"""Longest URL of a snapshot, path and query, in bytes (contract §8, 21)."""
LONGEST_PASTED = 20_000
"""Longest URL that is diagnosed, in characters."""
PARAMETERS = frozenset(("teamId", "keyId", "signature", "referer", "expires", "token"))
"""Query parameters of the credential; all others describe the picture."""
SECRET = {"signature": "86 characters of base64url, not shown", "token": "a token, not shown"}
"""What is displayed instead of the secret parameters."""
SHOWN = 200
"""Characters of a parameter's value that are displayed."""
_EXAMPLE = "https://maps.example.com/api/v1/snapshot?center=60.17,24.94&teamId=…&keyId=…&signature=…"


@dataclass(frozen=True, slots=True)
class SnapshotUrl:
    """The credential parameters of a URL, not verified; None for a missing one.

    `message` are the bytes that must be signed, empty unless `signature` is the last parameter (`is_last`). `twice` is the
    name of a credential parameter that occurs more than once. `is_escaped` tells that the URL has `&amp;` instead of `&`.
    """

    message: bytes = b""
    signature: str | None = None
    team_id: str | None = None
    key_id: str | None = None
    referer: str | None = None
    expires: str | None = None
    token: str | None = None
    is_last: bool = False
    twice: str = ""
    is_escaped: bool = False

    @property
    def is_opened_by_token(self) -> bool:
        """Tell whether the URL has a token and no signature. All other URLs are judged as signed ones."""
        return self.token is not None and self.signature is None and not self.is_escaped


@dataclass(frozen=True, slots=True)
class PastedUrl:
    """A URL that somebody pasted: its scheme and host ("" if there is none), and its raw query."""

    host: str
    query: bytes


def read_query(query: bytes) -> SnapshotUrl:
    """Read the credential from a raw query string. It never fails: errors in the credential are found by the checks."""
    parts = query.split(b"&")
    found: dict[str, str] = {}
    twice, is_escaped = "", False
    for part in parts:
        raw_name, _, value = part.partition(b"=")
        name = _decode(raw_name)
        if name.startswith("amp;"):
            is_escaped, name = True, name.removeprefix("amp;")
        if name in PARAMETERS:
            if name in found:
                twice = name
            found[name] = value.decode("ascii", "replace") if name == "signature" else _decode(value)
    last = parts[-1]
    is_last = last.startswith(b"signature=") and twice != "signature"
    return SnapshotUrl(
        message=SIGNED_START + query[: -len(last) - 1] if is_last and len(parts) > 1 else b"",
        signature=found.get("signature"),
        team_id=found.get("teamId"),
        key_id=found.get("keyId"),
        referer=found.get("referer"),
        expires=found.get("expires"),
        token=found.get("token"),
        is_last=is_last,
        twice=twice,
        is_escaped=is_escaped,
    )


def looks_like_snapshot(text: str) -> bool:
    """Tell whether a pasted text looks like the URL of a snapshot."""
    return PATH in text[:LONGEST_PASTED] and "?" in text[:LONGEST_PASTED]


def read_pasted(text: str) -> PastedUrl:
    """Read a URL that may have quotes or blanks around it, no host, or be a line of a log; raise InvalidError."""
    plain = text.strip().strip("\"'<>").removeprefix("GET ").strip().partition(" HTTP/")[0]
    rule = f"the URL of a snapshot, with {PATH} and a query, of at most {LONGEST_PASTED:,} characters"
    if len(plain) > LONGEST_PASTED:
        raise InvalidError("url", rule, example=_EXAMPLE, received=f"{len(plain):,} characters")
    try:
        parts = urlsplit(plain)
        query = parts.query.encode()
    except ValueError:  # no URL, or characters that are no Unicode, as a shell passes odd bytes
        query = b""
    if not query or not parts.path.endswith(PATH):
        raise InvalidError("url", rule, example=_EXAMPLE, received=shorten(hide_credential(plain)))
    host = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return PastedUrl(host, query)


def shown_parameters(query: bytes) -> Sequence[tuple[str, str]]:
    """List the parameters of a URL (name, value) for display: decoded, shortened, without signature and token."""
    parameters = []
    for part in query.split(b"&"):
        raw_name, _, value = part.partition(b"=")
        name = _decode(raw_name).removeprefix("amp;")
        if name:
            parameters.append((shorten(name), SECRET.get(name) or shorten(_decode(value), limit=SHOWN)))
    return parameters


def hide_credential(text: str) -> str:
    """Replace the values of signature and token in a URL, for display and for the log."""
    head, mark, query = text.partition("?")
    names = ((part, part.partition("=")[0]) for part in query.split("&"))
    parts = (part if name.removeprefix("amp;") not in SECRET else f"{name}=…" for part, name in names)
    return f"{head}{mark}{'&'.join(parts)}"


def _decode(raw: bytes) -> str:
    """Percent-decode a name or a value. A `+` stays as it is: only `referer` could contain one."""
    return unquote(raw.decode("latin-1"), errors="replace")
