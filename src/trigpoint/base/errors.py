"""The errors that callers can expect; `web/errors.py` has the status of each, `cli/output.py` the exit code."""

import errno

from trigpoint.base.secrecy import RANDOM, hide_secrets, name_secret

FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says if a disk is full, or its user may not store more."""

SEARCHED = 1000
"""Characters of a received value that are searched for secrets, before it is cut for display."""


class TrigpointError(Exception):
    """An expected error. Its text is a message for the user."""


class InvalidError(TrigpointError):
    """A value breaks a rule (HTTP 400).

    `name` is the parameter or field, `rule` completes "… must be …", and `example` is a valid value. `received` is the
    value that was sent, shown without secrets and shortened; None if the parameter is missing. `hint` is a sentence that
    says what to do.
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
        """The message without the name: the rule, an example, the received value, and the hint."""
        found = "it is missing" if self.received is None else "it is empty"
        if self.received:
            found = f"got '{shorten(self.received)}'"
        sentence = f"must be {self.rule}, for example '{self.example}'; {found}."
        return f"{sentence} {self.hint}" if self.hint else sentence


class NotFoundError(TrigpointError):
    """The requested object does not exist (HTTP 404).

    `noun` is its kind as commands name it ("team", "maps-id", "key"), and `identifier` what was looked for; both are empty
    where a list of such objects would not help.
    """

    def __init__(self, text: str, *, noun: str = "", identifier: str = "") -> None:
        self.noun = noun
        self.identifier = identifier
        super().__init__(text)


class ConflictError(TrigpointError):
    """The change contradicts the present state (HTTP 409). `field` names the value that does, if it is one value."""

    def __init__(self, text: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(text)


class StaleError(ConflictError):
    """The object was changed by somebody else since the version that this change is for (HTTP 412)."""


class ForbiddenError(TrigpointError):
    """The actor may not do this (HTTP 403)."""


class UnavailableError(TrigpointError):
    """A part of the server that is needed for the response is not configured, or does not work (HTTP 503).

    The text says what to do.
    """


def shorten(text: str, *, limit: int = 80) -> str:
    """Prepare a received value for display: secrets are hidden, and a text over `limit` characters is cut.

    Characters that cannot be printed become U+FFFD.
    """
    safe = hide_secrets(text[:SEARCHED])
    printable = "".join(character if character.isprintable() else "�" for character in safe[: limit + 1])
    return printable if len(text) <= SEARCHED and len(safe) <= limit else printable[:limit] + "…"


def refuse_secret(name: str, text: str) -> None:
    """Raise `InvalidError` if a text that will be stored and shown (a name, a note) contains a key, token or password."""
    found = name_secret(text)
    if found not in {None, RANDOM}:
        raise InvalidError(
            name, "without a key, a token or a password, because it is shown", example="Website", received=found
        )
