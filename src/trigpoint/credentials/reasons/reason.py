"""The type of a reason for a refusal or a warning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to refuse a credential, or to accept it with a warning.

    `code` is stable, so that programs may compare it; `sentence` says what is wrong, `cause` is the usual cause, and `hint`
    says what to do.
    """

    code: str
    sentence: str
    cause: str
    hint: str
