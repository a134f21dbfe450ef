"""The signature of a snapshot's URL: making it, and explaining a wrong one (contract §6.4).

Path and query are signed exactly as they are sent. A URL that is encoded again on its way is refused; a diagnosis tries
the usual mistakes, to say which one it was.
"""

from collections.abc import Iterator
from urllib.parse import quote, unquote_to_bytes, urlsplit

from trigpoint.base.base64url import encode_base64url
from trigpoint.base.errors import InvalidError, shorten
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.keypair import PrivateKey, PublicKey
from trigpoint.credentials.snapshot_url import PATH, SIGNED_START, hide_credential, read_query

SIGNATURE_LENGTH = 86
"""Characters of a signature: 64 bytes as base64url without padding."""
_SAFE = "!$&()*+,;=:@/?-._~%"
"""Characters that are not percent-encoded when a URL is signed; browsers and libraries do not encode them either."""
_EXAMPLE = "https://maps.example.com/api/v1/snapshot?center=60.17,24.94&size=600x400"


def sign_message(private_key: PrivateKey, message: bytes) -> str:
    """Sign path and query; give the 86 characters for the parameter `signature`."""
    return encode_base64url(private_key.sign(message))


def sign_url(
    private_key: PrivateKey,
    url: str,
    *,
    team_id: TeamId,
    key_id: KeyId,
    expires: int | None = None,
    referer: str | None = None,
) -> str:
    """Sign the URL of a snapshot, with the parameters `expires` (seconds since the epoch) and `referer` if they are given.

    Characters that a URL cannot contain (blanks, quotes, braces, non-ASCII) are percent-encoded first. An old signature is
    removed. A prefix of the path before `/api/v1/snapshot` is not signed, because a proxy removes it. Raises InvalidError.
    """
    head, query = _split(url)
    given = {"expires": None if expires is None else str(expires), "referer": referer}
    replaced = {"teamId", "keyId", "signature"} | {name for name, value in given.items() if value is not None}
    parts = [part for part in query.split("&") if part and part.partition("=")[0] not in replaced]
    parts += [f"teamId={team_id}", f"keyId={key_id}"]
    parts += [f"{name}={quote(value, safe='')}" for name, value in given.items() if value is not None]
    whole = "&".join(parts)
    return f"{head}?{whole}&signature={sign_message(private_key, SIGNED_START + whole.encode('ascii'))}"


def _split(url: str) -> tuple[str, str]:
    """Give the URL before the query, and the query, percent-encoded; raise InvalidError if it is no snapshot's URL."""
    plain = url.strip().partition("#")[0]
    head, _, query = plain.partition("?")
    try:
        path, raw = urlsplit(plain).path, query.encode()
    except ValueError:  # no URL, or characters that are no Unicode, as a shell passes odd bytes
        path, raw = "", b""
    if not path.endswith(PATH) or not raw:
        received = shorten(hide_credential(plain))
        raise InvalidError(
            "url", f"the URL of a snapshot, with {PATH} and a query", example=_EXAMPLE, received=received
        )
    found = read_query(raw)
    if found.token is not None:
        raise InvalidError("url", "without 'token', because a URL has either a token or a signature", example=_EXAMPLE)
    if found.is_escaped:
        raise InvalidError("url", "without '&amp;': write '&' between the parameters", example=_EXAMPLE)
    return head, quote(query, safe=_SAFE)


def find_what_was_signed(message: bytes, signature: bytes, public_key: PublicKey, *, host: str = "") -> str:
    """Give a sentence that explains a wrong signature, by trying the usual mistakes; `host` is scheme and host of the URL."""
    for other, sentence in _usual_mistakes(message, host.encode()):
        if public_key.has_signed(other, signature):
            return sentence
    return "Either the query was changed after signing, or another private key signed it."


def _usual_mistakes(message: bytes, host: bytes) -> Iterator[tuple[bytes, str]]:
    query = message.removeprefix(SIGNED_START)
    bare = host.partition(b"://")[2]
    for other in dict.fromkeys((host, bare, b"https://snapshot.apple-mapkit.com", b"snapshot.apple-mapkit.com")):
        yield other + message, "What was signed begins with the host: sign from '/api/v1/snapshot?' on."
    yield message + b"&", "What was signed ends with '&': sign up to the character before '&signature='."
    yield message + b"&signature=", "What was signed ends with '&signature=': sign up to the character before that."
    yield query, "Only the query was signed: sign '/api/v1/snapshot?' and the query."
    yield b"?" + query, "Only the query was signed: sign '/api/v1/snapshot?' and the query."
    yield message[1:], "What was signed lacks the slash at its beginning."
    yield message + b"\n", "What was signed ends with a line break: use printf and not echo."
    again = "The query was encoded again after signing"
    yield unquote_to_bytes(message), f"{again}: sign it as it is sent, percent-encoded."
    yield message.replace(b"+", b"%20"), f"{again}: '%20' became '+'."
    yield message.replace(b"%20", b"+"), f"{again}: '+' became '%20'."
    yield message.replace(b"%2C", b","), f"{again}: ',' became '%2C'."
    yield message.replace(b",", b"%2C"), f"{again}: '%2C' became ','."
    yield _with_encoded(query), f"{again}: something decoded it on its way."
    for name in (b"expires", b"referer"):
        parts = [part for part in query.split(b"&") if not part.startswith(name + b"=")]
        yield SIGNED_START + b"&".join(parts), f"The parameter '{name.decode()}' was added after signing."
    ids = [part for part in query.split(b"&") if part.startswith((b"teamId=", b"keyId="))]
    rest = [part for part in query.split(b"&") if part not in ids]
    yield SIGNED_START + b"&".join(rest), "'teamId' and 'keyId' were added after signing: they are signed as well."
    for order in (ids + rest, rest + ids, sorted(ids + rest)):
        yield SIGNED_START + b"&".join(order), "The parameters were put into another order after signing."


def _with_encoded(query: bytes) -> bytes:
    parts = (part.partition(b"=") for part in query.split(b"&"))
    return SIGNED_START + b"&".join(
        name + mark + quote(unquote_to_bytes(value), safe="").encode() for name, mark, value in parts
    )
