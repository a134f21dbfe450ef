"""A strict parser of compact JWS (RFC 7515 §7.1). It parses a token; it does not verify the signature."""

import json
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, NoReturn

import msgspec

from trigpoint.credentials import reasons
from trigpoint.credentials.reasons import Reason

SIZE_LIMIT = 8192
"""Longest token, in characters."""
DEPTH_LIMIT = 16
"""Deepest nesting of arrays and objects."""
PARTS_LIMIT = 128
"""Most opening brackets, and most commas, in a part: each costs parsing time, and a Maps token has only a few."""
DIGITS_LIMIT = 1000
"""Most digits of an integer: parsing time grows with their square."""
ESCAPES_LIMIT = 1000
"""Most backslashes in a part: an access token has up to 917, to escape the claims of its auth token."""
REMEMBERED_LENGTH = 256
"""Longest header that is cached: the headers of all known libraries have at most 70 characters."""

FORM = (
    "The token is at most 8,192 characters long",
    "The token has three parts",
    "Each part is canonical base64url",
    "The header is a JSON object",
    "The payload is a JSON object",
)
"""The checks of form, in order; parsing stops at the first that fails."""
SIZE, PARTS, ENCODING, HEADER, PAYLOAD = range(5)

_TO_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

MARKS = frozenset("\"'<>()[]{}`")
UNSET = frozenset(
    ("undefined", "null", "none", "nil", "nan", "false", "token", "your_token", "access_token", "your-token")
)
"""What programs send if they have no token: the null of their language, or a placeholder from an example."""

JsonObject = dict[str, object]

_TO_STANDARD = bytes.maketrans(b"-_+/", b"+/!!")  # '+' and '/' become what no encoder writes
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_URL_ALPHABET = frozenset(_ALPHABET)
_ENDS = ((b"", _ALPHABET), (b"", b""), (b"==", _ALPHABET[::16]), (b"=", _ALPHABET[::4]))
"""By the length of a part modulo 4: the padding that completes it, and its last characters that leave no bit unused."""


class UnverifiedJws(NamedTuple):
    """A parsed token, not verified. `signing_input` are the encoded header and payload, with the dot between them.

    A tuple, because every exchange makes one.
    """

    header: JsonObject
    payload: JsonObject
    signature: bytes
    signing_input: bytes


class MalformedError(ValueError):
    """The form of a token is wrong; `check` is an index into `FORM`. Only used within this package.

    `header` is the parsed header if only the payload is wrong.
    """

    def __init__(self, check: int, reason: Reason, detail: str = "", header: JsonObject | None = None) -> None:
        super().__init__(detail or reason.sentence)
        self.check = check
        self.reason = reason
        self.detail = detail
        self.header = header


def read_jws(token: str) -> UnverifiedJws:
    """Parse a compact JWS; raise `MalformedError` for anything that RFC 7515 does not allow, or that is over a limit."""
    if len(token) > SIZE_LIMIT:
        raise MalformedError(
            SIZE, reasons.TOKEN_TOO_LONG, f"The token has {len(token):,} characters; the limit is 8,192."
        )
    dots = token.count(".")
    if dots != 2:
        raise MalformedError(PARTS, *_why_not_three(token, dots))
    if token[0] in MARKS or token[-1] in MARKS:
        detail = f"The token begins with {token[0]} and ends with {token[-1]}."
        raise MalformedError(ENCODING, reasons.TOKEN_IN_MARKS, detail)
    try:
        raw = token.encode("ascii")
    except UnicodeEncodeError:
        detail = "The token has characters outside ASCII."
        raise MalformedError(ENCODING, reasons.TOKEN_NOT_BASE64URL, detail) from None
    signing_input, _, signature_part = raw.rpartition(b".")
    header_part, _, payload_part = signing_input.partition(b".")
    signature = decode_base64url(signature_part, "signature")
    payload_bytes = decode_base64url(payload_part, "payload")
    look = _read_header_remembered if len(header_part) <= REMEMBERED_LENGTH else _read_header
    header = look(header_part)
    payload = _read_usual(payload_bytes) or _read_object(payload_bytes, PAYLOAD, _PAYLOAD_REASONS, header)
    return UnverifiedJws(header, payload, signature, signing_input)


def decode_base64url(part: bytes, name: str) -> bytes:
    """Decode base64url without padding; raise `MalformedError` for a text that is not the canonical encoding.

    `name` is the part's name in the message.
    """
    padding, last = _ENDS[len(part) & 3]
    try:
        raw = a2b_base64(part.translate(_TO_STANDARD) + padding, strict_mode=True)
    except Base64Error:
        pass
    else:
        if not part or part[-1] in last:
            return raw
    if part.endswith(b"="):
        raise MalformedError(ENCODING, reasons.TOKEN_PADDED, f"The {name} ends with '=' padding.")
    if len(part) % 4 == 1 or not _URL_ALPHABET.issuperset(part):
        raise MalformedError(ENCODING, reasons.TOKEN_NOT_BASE64URL, f"The {name} is not base64url.")
    detail = f"The last character of the {name} has unused bits that are not zero."
    raise MalformedError(ENCODING, reasons.TOKEN_NOT_CANONICAL, detail)


@dataclass(frozen=True, slots=True)
class _JsonReasons:
    """The reasons to refuse one of the two JSON parts."""

    not_utf8: Reason
    has_bom: Reason
    not_json: Reason
    not_object: Reason
    too_deep: Reason
    too_many_parts: Reason
    duplicate: Reason


_HEADER_REASONS = _JsonReasons(
    reasons.HEADER_NOT_UTF8,
    reasons.HEADER_HAS_BOM,
    reasons.HEADER_NOT_JSON,
    reasons.HEADER_NOT_OBJECT,
    reasons.HEADER_TOO_DEEP,
    reasons.HEADER_TOO_MANY_PARTS,
    reasons.HEADER_DUPLICATE_MEMBER,
)
_PAYLOAD_REASONS = _JsonReasons(
    reasons.PAYLOAD_NOT_UTF8,
    reasons.PAYLOAD_HAS_BOM,
    reasons.PAYLOAD_NOT_JSON,
    reasons.PAYLOAD_NOT_OBJECT,
    reasons.PAYLOAD_TOO_DEEP,
    reasons.PAYLOAD_TOO_MANY_PARTS,
    reasons.PAYLOAD_DUPLICATE_MEMBER,
)


def _read_header(part: bytes) -> JsonObject:
    return _read_object(decode_base64url(part, "header"), HEADER, _HEADER_REASONS, None)


_read_header_remembered = lru_cache(maxsize=1024)(_read_header)
"""Cached header parser: all tokens of one key and library have the same header. Callers must not change the result."""


class _DuplicateMemberError(ValueError):
    """Raised inside the JSON parser."""


def _pairs_to_object(pairs: list[tuple[str, object]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateMemberError(Counter(name for name, _ in pairs).most_common(1)[0][0])
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


def _read_int(digits: str) -> int:
    if len(digits) > DIGITS_LIMIT:
        raise ValueError("a number of too many digits")
    return int(digits)


_QUICK_DECODER = msgspec.json.Decoder(dict[str, object])
_QUICK_ENCODER = msgspec.json.Encoder()
_DECODER = json.JSONDecoder(object_pairs_hook=_pairs_to_object, parse_constant=_refuse_constant)
_WARY_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs_to_object, parse_constant=_refuse_constant, parse_int=_read_int
)


def _read_object(raw: bytes, check: int, why: _JsonReasons, header: JsonObject | None) -> JsonObject:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedError(check, why.not_utf8, header=header) from None
    if text.startswith("\ufeff"):
        raise MalformedError(check, why.has_bom, header=header)
    brackets = raw.count(b"{") + raw.count(b"[")
    if len(raw) > PARTS_LIMIT:
        _require_few_parts(raw, brackets, check, why, header)
    if brackets > DEPTH_LIMIT and _is_too_deep(raw):
        raise MalformedError(check, why.too_deep, header=header)
    decoder = _DECODER if len(raw) <= DIGITS_LIMIT else _WARY_DECODER
    try:
        value, end = decoder.raw_decode(text) if text.startswith("{") else (None, -1)
        if end != len(text):  # white space around the object, or no object
            value = decoder.decode(text)
    except _DuplicateMemberError as error:
        detail = f"{why.duplicate.sentence[:-1]}: {str(error)[:80]!a}."
        raise MalformedError(check, why.duplicate, detail, header) from None
    except (ValueError, RecursionError):
        raise MalformedError(check, why.not_json, header=header) from None
    if not isinstance(value, dict):
        raise MalformedError(check, why.not_object, header=header)
    if b"\\u" in raw and _has_lone_surrogate(value):
        raise MalformedError(check, why.not_utf8, header=header)
    return value


def _read_usual(raw: bytes) -> JsonObject | None:
    """Read an object as nearly every signer writes it: within the limits, without white space or escapes; else None.

    Written again it is the same bytes, so that no member is there twice, and every number has its shortest form.
    """
    if len(raw) > DIGITS_LIMIT or raw.count(b"{") + raw.count(b"[") > DEPTH_LIMIT or raw.count(b",") > PARTS_LIMIT:
        return None
    try:
        value = _QUICK_DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return value if _QUICK_ENCODER.encode(value) == raw else None


def _require_few_parts(raw: bytes, brackets: int, check: int, why: _JsonReasons, header: JsonObject | None) -> None:
    commas, escapes = raw.count(b","), raw.count(b"\\")
    if brackets > PARTS_LIMIT or commas > PARTS_LIMIT or escapes > ESCAPES_LIMIT:
        detail = f"There are {brackets:,} opening brackets, {commas:,} commas and {escapes:,} backslashes."
        raise MalformedError(check, why.too_many_parts, detail, header)


def _is_too_deep(raw: bytes) -> bool:
    """Tell whether brackets outside of strings are nested deeper than the limit.

    Each pass removes the innermost pairs of brackets: this avoids a slow loop over each byte of an unverified token.
    """
    outside = b"".join(raw.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2])
    brackets = outside.translate(_TO_SQUARE, _NO_BRACKETS)
    for _ in range(DEPTH_LIMIT):
        brackets = brackets.replace(b"[]", b"")
    return b"[]" in brackets or b"[" * (DEPTH_LIMIT + 1) in brackets


def _has_lone_surrogate(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _why_not_three(token: str, dots: int) -> tuple[Reason, str]:
    word = token.strip("\"'<>{}[]()$").lower()
    if dots == 0 and (word in UNSET or token.startswith(("$", "{{"))):
        return reasons.TOKEN_UNSET, ""
    return reasons.TOKEN_NOT_THREE_PARTS, _count_parts(dots + 1)


def _count_parts(parts: int) -> str:
    return "The token has one part." if parts == 1 else f"The token has {parts} parts."
