"""Keys and tokens as people paste them in the wrong place, and a check whether any part was printed."""

import base64
import re

from credentials.builders import a_private_key, an_auth_token
from trigpoint.credentials.api_token import encode_token

PEM = a_private_key().pem().decode()
BODY = "".join(PEM.splitlines()[1:-1])
TOKEN = an_auth_token()
API_TOKEN = encode_token(bytes(range(24)))
PIECE = 16
"""Letters in a row that are too many."""

FED = {
    "PEM": PEM,
    "PEM with literal line ends": PEM.replace("\n", "\\n"),
    "PEM in one line": PEM.replace("\n", " "),
    "a body": BODY,
    "Base64 of the file": base64.b64encode(PEM.encode()).decode(),
    "auth token": TOKEN,
    "API token": API_TOKEN,
    "secret of a webhook": "whsec_" + base64.b64encode(bytes(range(100, 132))).decode(),
    "password of a database": "postgresql://maps:correct-horse-battery@db.example.com/maps",
}
_SECRET_PARTS = {"password of a database": "correct-horse-battery"}


def pieces_of(form: str) -> list[str]:
    """The parts of a text that is fed of which none may come out."""
    text = _SECRET_PARTS.get(form, FED[form])
    bare = text.replace("-----BEGIN PRIVATE KEY-----", "").replace("-----END PRIVATE KEY-----", "")
    bare = re.sub(r"\\n|\s", "", bare)
    return [bare[start : start + PIECE] for start in range(0, len(bare) - PIECE + 1, PIECE // 2)]


def leaked(form: str, told: str) -> list[str]:
    """The parts of a given text that occur in an output, even if it is wrapped into boxes."""
    plain = re.sub(r"\\n|[\s│╭╮╰╯─]", "", told)
    return [piece for piece in pieces_of(form) if piece in plain]
