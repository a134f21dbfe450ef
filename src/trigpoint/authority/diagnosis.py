"""Diagnoses, which explain why a credential is accepted or refused, by the same checks as for a call."""

from dataclasses import dataclass

from trigpoint.credentials.access_token import AccessTokenCase
from trigpoint.credentials.auth_token import AuthTokenCase
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.jws import JsonObject
from trigpoint.credentials.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The contents of a credential, and the findings of all checks.

    `kind` is `auth` or `access` for a token, and a name such as "access key" for other credentials. `header` and `claims`
    are not verified unless the verdict says so; `key` is None if the key is unknown.
    """

    kind: str
    header: JsonObject
    claims: JsonObject
    key: KeyFacts | None
    verdict: Verdict

    @property
    def words(self) -> str:
        """The name of what was judged: "auth token", "access token", "access key", "signed snapshot URL"."""
        return f"{self.kind} token" if self.kind in {"auth", "access"} else self.kind


def diagnosis_of(verdict: Verdict, case: AuthTokenCase | AccessTokenCase) -> Diagnosis:
    """Make the diagnosis of a case that was judged."""
    if isinstance(case, AuthTokenCase):
        return Diagnosis("auth", case.header, case.payload, case.key, verdict)
    header = case.jws.header if case.jws is not None else {}
    claims = case.jws.payload if case.jws is not None else {}
    return Diagnosis("access", header, claims, case.key, verdict)
