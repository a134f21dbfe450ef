"""Checking a token offline, with a public key or without one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trigpoint.api.judging import Diagnosis, times_of
from trigpoint.api.judging import Finding as ShownFinding
from trigpoint.api.shape import word_of
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import access_token, auth_checks, auth_token, reasons, snapshot_checks
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.jws import JsonObject
from trigpoint.credentials.keypair import PublicKey
from trigpoint.credentials.reasons import Reason
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service
from trigpoint.credentials.snapshot_checks import SnapshotCase, origin_of_referer
from trigpoint.credentials.snapshot_url import PARAMETERS, read_pasted, read_query, shown_parameters
from trigpoint.credentials.verdict import Finding, Outcome

ELSEWHERE = {
    reasons.KEY_UNKNOWN.code: "No key was given: only the server knows whether this Key ID is registered. Add --here for the "
    "server of this data folder.",
    reasons.ACCESS_TOKEN_FOREIGN.code: "Only the server that issued an access token can verify it. Add --here for the server "
    "of this data folder.",
}
"""Checks that fail only because there is no server here; they are shown as not reached."""


ON_THE_SERVER = (
    "The key is registered here",
    "The key is live",
    "The key is enabled for the service",
    "The token stays below the key's ceilings",
)
"""Checks that mean nothing when the key comes from the caller."""
ON_THE_SERVER_FOR_URLS = "The URL stays below the key's ceilings"
"""The same for URLs of snapshots."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """The contents of a token, and the result of each check. `kind` is "auth token" or "access token"."""

    kind: str
    header: JsonObject
    payload: JsonObject
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Tell whether a check failed."""
        return any(finding.outcome is Outcome.FAILED for finding in self.findings)

    def to_shape(self) -> Diagnosis:
        """Return the JSON for `--json`: the same shape as in the management API."""
        return Diagnosis(
            kind=word_of(self.kind),
            refused=self.is_refused,
            header=dict(self.header),
            claims=dict(self.payload),
            times=times_of(self.payload),
            findings=[ShownFinding.of(finding) for finding in self.findings],
        )


@dataclass(frozen=True, slots=True)
class Witness:
    """A given public key and its IDs; None stands for those of the token."""

    public_key: PublicKey
    key_id: str | None = None
    team_id: str | None = None


def inspect(token: str, call: Call, witness: Witness | None) -> Inspection:
    """Run the server's checks on a token. Checks that need a server are shown as not reached, and do not fail."""
    case = auth_token.open_case(token, call)
    if case.header.get("alg") == "HS512":
        access = access_token.open_case(token, call)
        return Inspection("access token", case.header, case.payload, _at_hand(access_token.judge(access).findings))
    if witness is not None and case.jws is not None:
        key_id = witness.key_id or case.unverified_kid
        team_id = witness.team_id or case.payload.get("iss")
        if key_id == case.unverified_kid:
            case.key = KeyFacts(
                KeyId(str(key_id)), TeamId(str(team_id)), "", MAPKIT_JS_SERVICE, witness.public_key, may_omit_exp=True
            )
    findings = auth_checks.judge(case).findings
    if witness is not None and witness.key_id is not None and witness.key_id != case.unverified_kid:
        findings = tuple(_not_this_key(finding, witness.key_id) for finding in findings)
    return Inspection("auth token", case.header, case.payload, _at_hand(findings))


def inspect_here(token: str, call: Call) -> Inspection:
    """Let the installation's authority check the token; nothing is admitted, counted or stored."""
    from trigpoint.cli.desk import open_desk

    with open_desk() as (authority, _):
        found = authority.diagnose(token, call)
    return Inspection(found.words, found.header, found.claims, found.verdict.findings)


def inspect_url(
    text: str, *, origin: str | None, referer: str | None, at: float, witness: Witness | None
) -> Inspection:
    """Run the server's checks on the URL of a snapshot. Checks that need a server are shown as not reached."""
    pasted = read_pasted(text)
    url, call = read_query(pasted.query), Call(Service.WEB_SNAPSHOTS, origin or origin_of_referer(referer), at)
    if url.token is not None and url.is_opened_by_token:
        return replace(inspect(url.token, call, witness), kind="snapshot URL with a token")
    case = SnapshotCase(call, url, referer, thorough=True, host=pasted.host)
    if witness is not None and witness.key_id in {None, url.key_id} and url.key_id is not None:
        team = TeamId(witness.team_id or url.team_id or "")
        case.key = KeyFacts(KeyId(url.key_id), team, "", MAPKIT_JS_SERVICE, witness.public_key)
    findings = snapshot_checks.judge(case).findings
    if witness is not None and witness.key_id is not None and witness.key_id != url.key_id:
        findings = tuple(
            _not_this_key(finding, witness.key_id, reasons.SNAPSHOT_SIGNATURE_INVALID, name="keyId")
            for finding in findings
        )
    said: dict[str, object] = {name: value for name, value in shown_parameters(pasted.query) if name in PARAMETERS}
    return Inspection("signed snapshot URL", {}, said, _at_hand(findings))


def inspect_url_here(
    text: str, *, origin: str | None, referer: str | None, at: float, witness: Witness | None = None
) -> Inspection:
    """Let the installation's authority check the URL; nothing is admitted, counted or stored."""
    from trigpoint.cli.desk import open_desk

    del witness
    with open_desk() as (authority, _):
        found = authority.snapshot_access.diagnose(text, at=at, origin=origin, referer=referer)
    return Inspection(found.words, found.header, found.claims, found.verdict.findings)


def _at_hand(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    at_hand = []
    for finding in findings:
        code = finding.reason.code if finding.reason is not None else ""
        if finding.outcome is Outcome.FAILED and code in ELSEWHERE:
            at_hand.append(Finding(finding.check, Outcome.NOT_REACHED, None, ELSEWHERE[code]))
        elif finding.check in (*ON_THE_SERVER, ON_THE_SERVER_FOR_URLS) and finding.outcome is Outcome.PASSED:
            at_hand.append(Finding(finding.check, Outcome.NOT_REACHED))
        else:
            at_hand.append(finding)
    return tuple(at_hand)


def _not_this_key(
    finding: Finding, key_id: str, reason: Reason = reasons.SIGNATURE_INVALID, *, name: str = "kid"
) -> Finding:
    if finding.reason is reasons.KEY_UNKNOWN:
        return replace(finding, reason=reason, detail=f"The given key is {key_id}, and '{name}' names another.")
    return finding
