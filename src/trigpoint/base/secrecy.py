"""Hiding secrets in messages and logs: keys, tokens and passwords in a text are replaced by words.

They are recognised by their form alone. In doubt too much is hidden: a long run of random characters, too.
"""

import re
from itertools import pairwise

PRIVATE_KEY = "the text of a private key"
TOKEN = "a token"  # noqa: S105 (a name)
PASSWORD = "a password"  # noqa: S105 (a name)
RANDOM = "random letters"
LIMIT = 65_536
"""Characters of a message that are searched; the rest is dropped."""
_SHORTEST = 32
"""Shortest run of characters that counts as random. A Key ID has 10, a request ID 36 with hyphens, a line of a PEM key
64."""
_LEAST_CHANGES = 0.45
"""Least share of neighbouring characters of different kinds (upper case, lower case, digit) in a random run.

It is 0.64 in Base64, and at most 0.4 in paths.
"""
_LEAST_CASES = 0.13
"""Least share of neighbours of which one is upper case and one lower case: 0.33 in Base64, less in paths with IDs."""
_HEX = 64
"""Shortest run of hexadecimal digits that is hidden: 32 bytes."""

_PEM = re.compile(
    r"-{3,5}\s{0,9}BEGIN[^-]{0,40}PRIVATE[^-]{0,20}KEY\s{0,9}-{0,5}(?:\\{1,4}[nr]|[^A-Za-z0-9+/\\]){0,40}[A-Za-z0-9+/]{16}.*",
    re.DOTALL,
)
_PEM_END = re.compile(r"-{3,5}\s{0,9}END[^-]{0,40}PRIVATE[^-]{0,20}KEY\s{0,9}-{0,5}")
_KNOWN = re.compile(
    r"(?P<token>eyJ[\w\-+/=]{9,}(?:\.[\w\-+/=]*)*|\btp_[0-9A-Za-z]{12,}|\bwhsec_[\w+/=\-]{12,})"
    r"|(?P<key>(?:MIGTAgEA|MIGHAgEA|MHcCAQEEI|LS0tLS1CRUdJTi|TFMwdExTMUNSVWRKVG)[\w+/=\\\-]*(?:\s{1,9}[\w+/=\\\-]{16,}|\n[\w+/=]{4,15}(?=\s|$))*)"
)
_RUN = re.compile(rf"[A-Za-z0-9+/=_\-]{{{_SHORTEST},}}")
_URL_PASSWORD = re.compile(r"(:/{1,3}[^\s:/@]*):[^\s@/]+@")


def hide_secrets(text: str) -> str:
    """Replace every key, every token and every password in a URL by words that say what was there."""
    if len(text) < _SHORTEST // 2 and "eyJ" not in text:
        return text
    safe = _PEM.sub(_hide_pem, text[:LIMIT])
    safe = _KNOWN.sub(_hide_known, safe)
    safe = _RUN.sub(_hide_random, safe)
    safe = _URL_PASSWORD.sub(rf"\1:{_mark(PASSWORD)}@", safe)
    return safe if len(text) <= LIMIT else safe + "…"


def name_secret(text: str) -> str | None:
    """Name the kind of secret in a text: `PRIVATE_KEY`, `TOKEN`, `PASSWORD` or `RANDOM`; None if none is found."""
    safe = hide_secrets(text)
    return next(
        (kind for kind in (PRIVATE_KEY, TOKEN, PASSWORD, RANDOM) if _mark(kind) in safe and _mark(kind) not in text),
        None,
    )


def _mark(kind: str) -> str:
    return f"({kind}, not shown)"


def _hide_pem(found: re.Match[str]) -> str:
    """Hide from the BEGIN line to the last END line, or to the end of a text that was cut off before one."""
    ends = [end.end() for end in _PEM_END.finditer(found[0])]
    return _mark(PRIVATE_KEY) + (found[0][ends[-1] :] if ends else "")


def _hide_known(found: re.Match[str]) -> str:
    return _mark(TOKEN if found["token"] is not None else PRIVATE_KEY)


def _hide_random(found: re.Match[str]) -> str:
    run = found[0]
    kinds = [_kind(letter) for letter in run if letter not in "/_-=+"]
    pairs = list(pairwise(kinds))
    changes = sum(one != other for one, other in pairs)
    cases = sum(one + other == _CAPITAL + _SMALL for one, other in pairs)
    is_random = changes >= _LEAST_CHANGES * len(pairs) and cases >= _LEAST_CASES * len(pairs)
    is_hex = len(run) >= _HEX and all(letter in "0123456789abcdefABCDEF" for letter in run)
    if is_hex or (is_random and len(kinds) >= _SHORTEST * 3 // 4):
        return _mark(RANDOM)
    return run


_DIGIT, _CAPITAL, _SMALL = 0, 1, 3  # every two of them have another sum


def _kind(letter: str) -> int:
    return _DIGIT if letter.isdigit() else _CAPITAL if letter.isupper() else _SMALL
