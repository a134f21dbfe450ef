"""Verdicts: the result of each check of a credential. A refusal and its explanation come from the same verdict."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from trigpoint.base.errors import TrigpointError
from trigpoint.credentials.reasons import Reason

if TYPE_CHECKING:
    from trigpoint.base.ids import KeyId, TeamId


class Outcome(StrEnum):
    """The outcome of a check."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. `reason` says why it failed or warned, else it is None; `detail` has the found values."""

    check: str
    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings, in the order of the checks. `accepted` is true if every check passed or warned."""

    findings: tuple[Finding, ...]
    accepted: bool = field(init=False)

    def __post_init__(self) -> None:
        """Compute `accepted` once."""
        good = (Outcome.PASSED, Outcome.WARNED)
        object.__setattr__(self, "accepted", all(finding.outcome in good for finding in self.findings))

    @property
    def failure(self) -> Finding | None:
        """The first failed check, or None."""
        for finding in self.findings:
            if finding.outcome is Outcome.FAILED:
                return finding
        return None

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The checks that passed with a warning."""
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.WARNED)

    def require(self) -> None:
        """Raise `RefusedError` unless every check passed or warned."""
        if not self.accepted:
            raise RefusedError(self)


class RefusedError(TrigpointError):
    """A credential was refused (HTTP 401). The first failed finding says why.

    `team_id` and `key_id` are those of the key that the credential names, verified or not, if that key is known.
    `is_counted` tells that the refusal was counted already: the authority counts those of credentials that it could parse.
    """

    def __init__(self, verdict: Verdict) -> None:
        finding = verdict.failure
        if finding is None or finding.reason is None:
            raise ValueError("A refusal needs a failed finding with its reason.")
        self.verdict = verdict
        self.finding = finding
        self.reason = finding.reason
        self.detail = finding.detail or finding.reason.sentence
        self.hint = finding.reason.hint
        self.team_id: TeamId | None = None
        self.key_id: KeyId | None = None
        self.is_counted = False
        super().__init__(self.detail)


def refuse(check: str, reason: Reason, detail: str = "") -> RefusedError:
    """Make a refusal by a single check, without a list of checks."""
    return RefusedError(Verdict((Finding(check, Outcome.FAILED, reason, detail),)))
