"""JSON types that explain refusals: findings, diagnoses of a token, and refused calls."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from trigpoint.api.shape import KeyIdText, MapsIdText, Moment, ServiceName, Shape, TeamIdText, to_moment, word_of
from trigpoint.base.clock import to_iso
from trigpoint.credentials import verdict
from trigpoint.credentials.reasons import REASONS
from trigpoint.credentials.refusal import RecentRefusal

if TYPE_CHECKING:
    from trigpoint.authority import diagnosis


class Finding(Shape):
    """The result of one check."""

    check: str
    outcome: Literal["passed", "warned", "failed", "not_reached"]
    code: str | None = None
    detail: str | None = None
    hint: str | None = None

    @classmethod
    def of(cls, finding: verdict.Finding) -> Self:
        """Show the result of one check."""
        reason = finding.reason
        return cls(
            check=finding.check,
            outcome=word_of(finding.outcome),
            code=None if reason is None else reason.code,
            detail=finding.detail or None,
            hint=None if reason is None else reason.hint,
        )


class Refusal(Shape):
    """A call that was refused in the last 24 hours. Team and key are those that its token named, verified or not."""

    request_id: str
    at: Moment
    service: ServiceName
    code: Annotated[str, Meta(examples=["KEY_REVOKED"])]
    detail: str | None = None
    hint: Annotated[str, Meta(description="What to do about it.")] | None = None
    team_id: TeamIdText | None = None
    key_id: str | None = None
    origin: str | None = None

    @classmethod
    def of(cls, refusal: RecentRefusal) -> Self:
        """Show a refused call, with a hint for its reason."""
        reason = REASONS.get(refusal.code)
        return cls(
            request_id=refusal.request_id,
            at=to_moment(refusal.at),
            service=word_of(refusal.service),
            code=refusal.code,
            detail=refusal.detail or None,
            hint=None if reason is None else reason.hint,
            team_id=refusal.team_id,
            key_id=refusal.key_id,
            origin=refusal.origin,
        )


class Diagnosis(Shape):
    """The contents of a token, and the result of every check that a call with it would pass through."""

    kind: Literal["auth token", "access token", "signed snapshot URL", "snapshot URL with a token"]
    refused: bool
    header: dict[str, object]
    claims: dict[str, object]
    times: dict[str, str]
    findings: list[Finding]
    key_id: KeyIdText | None = None
    team_id: TeamIdText | None = None
    maps_id: MapsIdText | None = None

    @classmethod
    def of(cls, found: "diagnosis.Diagnosis") -> Self:
        """Show a diagnosis."""
        key = found.key
        return cls(
            kind=word_of(found.words),
            refused=found.verdict.failure is not None,
            header=dict(found.header),
            claims=dict(found.claims),
            times=times_of(found.claims),
            findings=[Finding.of(finding) for finding in found.verdict.findings],
            key_id=None if key is None else key.key_id,
            team_id=None if key is None else key.team_id,
            maps_id=None if key is None else key.maps_id,
        )


def times_of(claims: Mapping[str, object]) -> dict[str, str]:
    """Give the claims `iat`, `exp` and `nbf` in ISO 8601; a value that is no time is omitted."""
    times = {name: _to_time(claims[name]) for name in ("iat", "exp", "nbf") if name in claims}
    return {name: text for name, text in times.items() if text is not None}


def _to_time(seconds: object) -> str | None:
    try:
        return to_iso(float(seconds)) if isinstance(seconds, int | float | str) else None
    except (ValueError, OverflowError, OSError):
        return None
