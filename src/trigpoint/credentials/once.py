"""Idempotency keys: a creation that is requested twice with the same key happens once."""

import re
from dataclasses import dataclass

from trigpoint.base.clock import days
from trigpoint.base.errors import ConflictError, InvalidError

KEEP_MS = days(1)
"""Retention of idempotency keys."""
_KEY = re.compile(r"[\x21-\x7e]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Once:
    """An idempotency key: who sent it, the key, and a fingerprint (a hash) of the request."""

    actor: str
    key: str
    fingerprint: str


class RepeatedError(ConflictError):
    """The same request was made before, with the same key. `subject` is the ID of what it created."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(f"This request was made before, and has created {subject}. Nothing new was created.")


class KeyReusedError(ConflictError):
    """The same key was used before, for another request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The idempotency key '{key}' was used before, for another request. Use a new key.")


def read_once_key(text: str) -> str:
    """Check an idempotency key: 1 to 128 visible ASCII characters."""
    if _KEY.fullmatch(text) is None:
        rule = "1 to 128 visible ASCII characters"
        raise InvalidError("Idempotency-Key", rule, example="8e03978e-40d5-43dd-bc93-6894a57f9324", received=text)
    return text
