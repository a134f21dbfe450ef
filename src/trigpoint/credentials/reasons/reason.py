"""What a reason to refuse or to warn is: a code, a sentence, how it comes about, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a credential is refused or draws a warning.

    `code` is stable and may be matched by programs; `sentence` says what is wrong, `cause` how that usually comes
    about, `hint` what to do.
    """

    code: str
    sentence: str
    cause: str
    hint: str
