"""Admitting requests for Web Snapshots: a URL with a signature or a token is judged, and quota is spent (contract §6.5).

The verdict on a URL is cached until the ledger has a new entry. So the next request with a revoked key is refused, on every
worker, also if the picture itself is cached.
"""

import math
from typing import NamedTuple

from trigpoint.authority.admission import Admission
from trigpoint.authority.diagnosis import Diagnosis, diagnosis_of
from trigpoint.authority.grants import Grant, grant_to
from trigpoint.authority.lookups import Wanted
from trigpoint.authority.memory import Memory
from trigpoint.authority.spending import Spending
from trigpoint.authority.tally import Tally
from trigpoint.authority.token_memory import TokenMemory
from trigpoint.base.ids import KeyId
from trigpoint.credentials import reasons, snapshot_checks
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.ledger import Head
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.services import Service
from trigpoint.credentials.snapshot_checks import SnapshotCase, origin_of_referer
from trigpoint.credentials.snapshot_url import (
    PARAMETERS,
    SnapshotUrl,
    read_pasted,
    read_query,
    shown_parameters,
)
from trigpoint.credentials.verdict import RefusedError, refuse

SIGNED_URL = "signed snapshot URL"
URL_WITH_TOKEN = "snapshot URL with a token"  # noqa: S105 (what a diagnosis calls it)


class SnapshotRequest(NamedTuple):
    """A request for a snapshot: the raw query, the headers that name the requesting page, and time and address."""

    query: bytes
    origin: str | None
    referer: str | None
    at: float
    address: str | None = None

    @property
    def call(self) -> Call:
        """The request as a call; without an Origin header, the origin is that of the Referer."""
        origin = self.origin if self.origin is not None else origin_of_referer(self.referer)
        return Call(Service.WEB_SNAPSHOTS, origin, self.at, self.address)


class CachedVerdict(NamedTuple):
    """A cached verdict on a URL: valid while the ledger has not moved, until the URL or its key expires.

    `page` are the Origin and Referer of the request that was judged; None if the verdict does not depend on them.
    """

    head: Head | None
    until: float
    key_id: KeyId
    page: tuple[str | None, str | None] | None


class SnapshotAccess:
    """Admits requests for snapshots, and explains refusals."""

    def __init__(self, memory: Memory, spending: Spending, tally: Tally, admission: Admission) -> None:
        self._memory = memory
        self._spending = spending
        self._tally = tally
        self._admission = admission
        self._keys = memory.keys
        self._lookups = admission.lookups
        self._verdicts: TokenMemory[CachedVerdict] = TokenMemory()
        self._verified: TokenMemory[KeyId] = TokenMemory()

    def recall(self, request: SnapshotRequest) -> Grant | None:
        """Admit a URL by its cached verdict, if that is valid and there is quota in memory; None means: call `admit`.

        This is the fast path for repeated URLs, without a query to the database.
        """
        cached = self._verdicts.get(request.query.decode("latin-1"))
        if (
            cached is None
            or self._memory.is_behind()
            or cached.head is not self._keys.head
            or request.at >= cached.until
            or (cached.page is not None and cached.page != (request.origin, request.referer))
        ):
            return None
        key = self._keys.find(cached.key_id)
        if key is None or not self._spending.spend(key, Meter.SNAPSHOTS, request.at):
            return None
        return grant_to(key, request.call)

    async def admit(self, request: SnapshotRequest) -> Grant:
        """Judge a URL and count one snapshot; raise `RefusedError` (401) or `QuotaExceededError` (429)."""
        if self._memory.is_behind():
            await self._lookups.catch_up()
        head, call = self._keys.head, request.call
        url = read_query(request.query)
        if url.token is not None and url.is_opened_by_token:
            key, case = await self._admission.judge_auth(url.token, call)
            until = math.inf if case.exp is None else case.exp
            is_bound = case.payload.get("origin") is not None
        else:
            key, until = await self._judge_signed(request, url, call)
            is_bound = url.referer is not None
        page = (request.origin, request.referer) if is_bound else None
        cached = CachedVerdict(head, min(until, key.expires_at or math.inf), key.key_id, page)
        self._verdicts.keep(request.query.decode("latin-1"), cached)
        if not self._spending.spend(key, Meter.SNAPSHOTS, call.at):
            try:
                await self._spending.draw(key, Meter.SNAPSHOTS, call.at)
            except QuotaExceededError:
                self._tally.count(key, call, 429)
                raise
        return grant_to(key, call)

    def forget(self) -> None:
        """Clear the cached verdicts, in any thread, because the ledger has gone back."""
        self._verdicts, self._verified = TokenMemory(), TokenMemory()

    def diagnose(
        self, text: str, *, at: float, origin: str | None = None, referer: str | None = None, actor: Actor | None = None
    ) -> Diagnosis:
        """Give the findings of all checks of a pasted URL; nothing is admitted, spent or cached.

        `origin` and `referer` are the headers to judge it with. With `actor`, a key of a team that they may not see counts
        as unknown. The result contains neither the signature nor the token. Raises InvalidError for other texts.
        """
        self._memory.refresh()
        pasted = read_pasted(text)
        url, call = read_query(pasted.query), SnapshotRequest(pasted.query, origin, referer, at).call
        said: dict[str, object] = {name: value for name, value in shown_parameters(pasted.query) if name in PARAMETERS}
        if url.token is not None and url.is_opened_by_token:
            token = diagnosis_of(*self._admission.judge_either(url.token, call, actor=actor))
            return Diagnosis(URL_WITH_TOKEN, token.header, token.claims, token.key, token.verdict)
        case = self._lookups.complete_now(lambda: self._gather(url, call, referer), _named_by)
        case.thorough, case.host = True, pasted.host
        if case.key is not None and actor is not None and not actor.may(Permission.READ, case.key.team_id):
            case.key = None
        return Diagnosis(SIGNED_URL, {}, said, case.key, snapshot_checks.judge(case))

    async def _judge_signed(self, request: SnapshotRequest, url: SnapshotUrl, call: Call) -> tuple[KeyFacts, float]:
        """Judge a signed URL; give its key, and the latest expiry of the verdict."""
        text, verified = request.query.decode("latin-1"), self._verified

        def gather() -> SnapshotCase:
            return self._gather(url, call, request.referer, known_to=verified.get(text))

        case = await self._lookups.complete(gather(), gather, _named_by)
        try:
            snapshot_checks.judge(case).require()
            if case.key is None:  # impossible: the checks fail a URL without a key
                raise refuse(snapshot_checks.CHECKS[0].rule, reasons.KEY_UNKNOWN)
        except RefusedError as error:
            self._admission.count_refusal(case.key, call, error)
            raise
        if not case.signature_known:
            verified.keep(text, case.key.key_id)
        return case.key, math.inf if case.expires is None else case.expires

    def _gather(
        self, url: SnapshotUrl, call: Call, referer: str | None, *, known_to: KeyId | None = None
    ) -> SnapshotCase:
        """Make the case of a signed URL, with the cached facts of its key."""
        case = SnapshotCase(call, url, referer)
        if url.key_id is not None:
            case.key = self._keys.find(KeyId(url.key_id))
            case.signature_known = known_to is not None and known_to == url.key_id
            if case.key is None and url.team_id is not None:
                other = self._keys.find(KeyId(url.team_id))
                case.is_swapped = other is not None and other.team_id == url.key_id
        return case


def _named_by(case: SnapshotCase) -> Wanted:
    """Give the IDs to look up for a signed URL: the key, and the team in case the two are swapped."""
    return (case.url.key_id, case.url.team_id) if case.key is None else ()
