"""The outcome of a judgement: each check passed, warned, failed, or was not reached. Refusing and explaining share it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from trigpoint.base.errors import TrigpointError
from trigpoint.credentials.reasons import Reason

if TYPE_CHECKING:
    from trigpoint.base.ids import KeyId, TeamId


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Finding:
    """The end of one check. `detail` says what was found in this case; `reason` is None where all is well."""

    check: str
    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings, in the order of the checks. `accepted` holds if every check passed or warned."""

    findings: tuple[Finding, ...]
    accepted: bool = field(init=False)

    def __post_init__(self) -> None:
        """Sum the findings up, once."""
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

    `team_id` and `key_id` are those of the key that the token named, proven or not, where it is known. `is_counted` once the
    authority has counted it: it counts what it judges, and not a request whose credential nobody could read.
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
    """Build the refusal for a single failed check, where no list of checks was run."""
    return RefusedError(Verdict((Finding(check, Outcome.FAILED, reason, detail),)))
