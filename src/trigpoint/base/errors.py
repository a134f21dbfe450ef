"""Kinds of errors that callers can expect; `web/errors.py` gives each a status, `cli/output.py` an exit code."""

from trigpoint.base.secrecy import RANDOM, hide_secrets, name_secret

LOOKED_AT = 1000
"""Characters of a received value that are searched for secrets, before it is cut for display."""


class TrigpointError(Exception):
    """An error that we expect. Its text is written for the person who reads it."""


class InvalidError(TrigpointError):
    """A value breaks a rule (HTTP 400).

    `name` is the parameter or field, `rule` completes "… must be …", `example` is a valid value, and `received`
    is what came, shortened for display, with no secret in it. `hint` is a whole sentence that says what to do.
    """

    def __init__(self, name: str, rule: str, *, example: str, received: str | None = None, hint: str = "") -> None:
        self.name = name
        self.rule = rule
        self.example = example
        self.received = None if received is None else hide_secrets(received)
        self.hint = hint
        super().__init__(f"Parameter '{name}' {self.reason}")

    @property
    def reason(self) -> str:
        """The sentence behind the name: rule, example, what came, and the hint."""
        came = "it is missing" if self.received is None else "it is empty"
        if self.received:
            came = f"got '{shorten(self.received)}'"
        sentence = f"must be {self.rule}, for example '{self.example}'; {came}."
        return f"{sentence} {self.hint}" if self.hint else sentence


class NotFoundError(TrigpointError):
    """What was asked for does not exist (HTTP 404)."""


class ConflictError(TrigpointError):
    """The change contradicts what is there (HTTP 409). `field` names the value that does, if it is a single one."""

    def __init__(self, text: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(text)


class StaleError(ConflictError):
    """Somebody else changed it since the version that the change was made for (HTTP 412)."""


class ForbiddenError(TrigpointError):
    """The actor may not do this (HTTP 403)."""


class UnavailableError(TrigpointError):
    """A part that the response needs is not configured, or is down (HTTP 503). The text says what to do."""


def shorten(text: str, *, limit: int = 80) -> str:
    """Cut a received value for display; an error never repeats a long or binary text whole, nor a secret."""
    safe = hide_secrets(text[:LOOKED_AT])
    printable = "".join(character if character.isprintable() else "�" for character in safe[: limit + 1])
    return printable if len(text) <= LOOKED_AT and len(safe) <= limit else printable[:limit] + "…"


def refuse_secret(name: str, text: str) -> None:
    """Refuse a text that is kept and shown (a name, a note) if a key, a token or a password is in it."""
    found = name_secret(text)
    if found not in {None, RANDOM}:
        raise InvalidError(
            name, "without a key, a token or a password, because it is shown", example="Website", received=found
        )
