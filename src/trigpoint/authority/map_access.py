"""Admitting maps on pages: a token is judged, and a map view spent, once for the map; each tile has an access key.

The bootstrap (contract §7.2) gives an access token for `/v1/*`, and an access key for tiles. Both name the key or Maps
token with which the map was initialized, and are refused as soon as that is revoked.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from trigpoint.authority.admission import Admission
from trigpoint.authority.diagnosis import Diagnosis
from trigpoint.authority.lookups import Wanted
from trigpoint.authority.memory import Memory
from trigpoint.authority.spending import Spending
from trigpoint.authority.tally import Tally
from trigpoint.authority.token_memory import TokenMemory
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import access_key, access_token, reasons
from trigpoint.credentials.access_key import AccessKeyCase, AccessKeyClaims
from trigpoint.credentials.auth_token import AuthTokenCase
from trigpoint.credentials.bearer import read_bearer
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.keypair import generate  # noqa: TID251 - only the public half is kept
from trigpoint.credentials.ledger import Head
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.services import Service
from trigpoint.credentials.usage import MAP_VIEW
from trigpoint.credentials.verdict import RefusedError, refuse

SHORTEST_S = 60
"""Shortest `expiresInSeconds` in a response, so that pages do not renew their bootstrap more often."""


@dataclass(frozen=True, slots=True)
class OpenedMap:
    """The credentials of a page that has initialized a map; `is_view` tells whether a map view was spent."""

    team_id: TeamId
    access_token: str
    access_key: str
    expires_in_seconds: int
    is_view: bool


@dataclass(frozen=True, slots=True)
class OpenedEmbed:
    """The credentials of an embedded map: an access key, and no access token for `/v1/*`.

    `origin` is the claim of its token; `is_view` tells whether a map view was spent.
    """

    team_id: TeamId
    access_key: str
    expires_in_seconds: int
    origin: str | None
    is_view: bool


class CachedVerdict(NamedTuple):
    """A cached verdict on an access key: valid while the ledger has not moved, until the key or its owner expires."""

    head: Head | None
    until: float
    key_id: KeyId
    portal: KeyFacts | None
    """The facts for an access key of the portal; None for any other, whose key is in the cache of keys."""


class MapAccess:
    """Initializes maps, and admits requests for their tiles, styles, fonts and icons."""

    def __init__(self, memory: Memory, spending: Spending, tally: Tally, admission: Admission) -> None:
        self._memory = memory
        self._spending = spending
        self._tally = tally
        self._admission = admission
        self._keys = memory.keys
        self._lookups = admission.lookups
        self._derived_from: dict[str, bytes] = {}
        self._secrets: dict[str, bytes] = {}
        self._verdicts: TokenMemory[CachedVerdict] = TokenMemory()

    async def open(self, credential: str | None, call: Call, *, old_token: str | None = None) -> OpenedMap:
        """Initialize a map with an auth token or Maps token, or raise `RefusedError` (401), `QuotaExceededError` (429).

        `old_token` is the X-Maps-Access-Token header. If it has a valid access token of the same team from an earlier
        bootstrap, the map is only refreshed; else a map view is spent.
        """
        if self._memory.is_behind():
            await self._lookups.catch_up()
        key, case = await self._admission.judge_auth(credential, call)
        is_view = not await self._is_own(old_token, key, call)
        await self._count_view(key, call, is_view=is_view)
        until = _end_of(key, case)
        token = self._admission.issue(key, case, given_by=Service.MAPKIT_JS, until=until)
        return OpenedMap(key.team_id, token, self._give_key(key, call, until), _lasts(call, until), is_view)

    async def open_embedded(self, credential: str, call: Call, *, old_key: str | None = None) -> OpenedEmbed:
        """Initialize an embedded map with an auth token or Maps token; raises the errors of `open`.

        `old_key` is the access key that the page has already: if it is valid and of the same team, no map view is spent.
        """
        if self._memory.is_behind():
            await self._lookups.catch_up()
        key, case = await self._admission.judge_auth(credential, call)
        old = await self._complete(old_key, call) if old_key is not None else None
        is_own = (
            old is not None
            and access_key.judge(old).accepted
            and old.key is not None
            and old.key.team_id == key.team_id
        )
        await self._count_view(key, call, is_view=not is_own)
        until, origin = _end_of(key, case), case.payload.get("origin")
        return OpenedEmbed(
            key.team_id,
            self._give_key(key, call, until),
            _lasts(call, until),
            origin if isinstance(origin, str) else None,
            not is_own,
        )

    def open_for_member(self, team_id: TeamId, at: float) -> str:
        """Give an access key for the portal's own maps, to a member of the team. It is valid for ten minutes; no view is spent."""
        claims = AccessKeyClaims(team_id, "", access_key.PORTAL, int(at) + access_key.PORTAL_LIFETIME_S)
        secret_id = self._memory.newest_secret_id
        return access_key.sign(claims, secret_id=secret_id, secret=self._secrets_now()[secret_id])

    def recall(self, text: str, at: float) -> KeyFacts | None:
        """Admit an access key by its cached verdict, if that is valid; None means: call `admit`.

        This is the fast path for nearly all tiles, without a query to the database. `at` is in seconds since the epoch.
        """
        cached = self._verdicts.get(text)
        if cached is None or self._memory.is_behind() or cached.head is not self._keys.head or at >= cached.until:
            return None
        return cached.portal or self._keys.find(cached.key_id)

    async def admit(self, text: str | None, call: Call) -> KeyFacts:
        """Judge the access key of a tile, style, font or icon; raise `RefusedError` (401) with its reason."""
        if self._memory.is_behind():
            await self._lookups.catch_up()
        head = self._keys.head
        case = await self._complete(text, call)
        try:
            access_key.judge(case).require()
        except RefusedError as error:
            self._admission.count_refusal(case.key, call, error)
            raise
        if case.key is None or case.claims is None or text is None:  # impossible: the checks fail such a key
            raise refuse(access_key.CHECKS[0].rule, reasons.ACCESS_KEY_MISSING)
        until = min(case.claims.expires_at, case.key.expires_at or math.inf)
        portal = case.key if case.key.key_id == access_key.PORTAL else None
        self._verdicts.keep(text, CachedVerdict(head, until, case.key.key_id, portal))
        return case.key

    def forget(self) -> None:
        """Clear the cached verdicts, in any thread, because the ledger has gone back."""
        self._verdicts = TokenMemory()

    def diagnose(self, text: str, call: Call, *, actor: Actor) -> Diagnosis:
        """Give the findings of all checks of an access key. A key of a team that the actor may not see counts as unknown."""
        self._memory.refresh()
        here = replace(call, service=Service.MAPKIT_JS)
        case = self._lookups.complete_now(lambda: self._gather(text, here), _named_by)
        if case.key is not None and not actor.may(Permission.READ, case.key.team_id):
            case.key = None
        said = case.claims
        claims = (
            {}
            if said is None
            else {"tid": said.team_id, "appid": said.maps_id, "key": said.key_id, "exp": said.expires_at}
        )
        return Diagnosis("access key", {}, claims, case.key, access_key.judge(case))

    async def _complete(self, text: str | None, call: Call) -> AccessKeyCase:
        """Make the case of an access key, and look up the key that it names, or its secret, if that is not in memory."""
        case = self._gather(text, call)
        if case.key is not None:
            return case
        if case.unverified is not None and case.secret is None:  # another machine may have created it just now
            await self._lookups.look_again()
            case = self._gather(text, call)
        return await self._lookups.complete(case, lambda: self._gather(text, call), _named_by)

    def _gather(self, text: str | None, call: Call) -> AccessKeyCase:
        """Make the case of an access key, with the cached facts of the key that it names."""
        case = access_key.open_case(text, call)
        if case.unverified is not None:
            case.secret = self._secrets_now().get(case.unverified.secret_id)
            case.claims = access_key.verify_claims(case)
        if case.claims is not None:
            is_portal = case.claims.key_id == access_key.PORTAL
            case.key = _portal_of(case.claims.team_id) if is_portal else self._keys.find(case.claims.key_id)
        return case

    def _secrets_now(self) -> dict[str, bytes]:
        """Give the MAC keys of access keys, by the ID of the signing secret from which each is derived."""
        signing_secrets = self._memory.signing_secrets
        if self._derived_from is not signing_secrets:
            self._secrets = {name: access_key.derive_secret(secret) for name, secret in signing_secrets.items()}
            self._derived_from = signing_secrets
        return self._secrets

    async def _is_own(self, old_token: str | None, key: KeyFacts, call: Call) -> bool:
        """Tell whether a page has a valid access token of the same team from an earlier bootstrap."""
        if old_token is None:
            return False
        try:
            case = await self._admission.complete_access(read_bearer(old_token), call)
        except RefusedError:
            return False
        if case.claims is None or case.claims.given_by is not Service.MAPKIT_JS or case.claims.team_id != key.team_id:
            return False
        return access_token.judge(case, thorough=False).accepted

    def _give_key(self, key: KeyFacts, call: Call, until: float) -> str:
        claims = AccessKeyClaims(key.team_id, key.maps_id, key.key_id, access_key.expiry_of(call.at, until=until))
        secret_id = self._memory.newest_secret_id
        return access_key.sign(claims, secret_id=secret_id, secret=self._secrets_now()[secret_id])

    async def _count_view(self, key: KeyFacts, call: Call, *, is_view: bool) -> None:
        """Record the use of a key; if this is a new map view, spend and count it."""
        if is_view and not self._spending.spend(key, Meter.MAP_VIEWS, call.at):
            await self._draw(key, call)
        self._tally.note_use(key, call)
        if is_view:
            self._tally.count(key, call, 200, as_what=MAP_VIEW)

    async def _draw(self, key: KeyFacts, call: Call) -> None:
        """Fetch more quota and spend one map view; if the quota is used up, count it with the status 429."""
        try:
            await self._spending.draw(key, Meter.MAP_VIEWS, call.at)
        except QuotaExceededError:
            self._tally.count(key, call, 429, as_what=MAP_VIEW)
            raise


def _end_of(key: KeyFacts, case: AuthTokenCase) -> float:
    """Give the latest expiry of the credentials that a page gets for a token, in seconds since the epoch."""
    until = key.expires_at or math.inf
    return min(until, case.exp) if key.is_issued_token and case.exp is not None else until


def _lasts(call: Call, until: float) -> int:
    return max(SHORTEST_S, int(min(access_token.LIFETIME_S, until - call.at)))


def _named_by(case: AccessKeyCase) -> Wanted:
    return (case.claims.key_id,) if case.key is None and case.claims is not None else ()


@lru_cache(maxsize=1000)
def _portal_of(team_id: TeamId) -> KeyFacts:
    """Give the facts for the access keys of the portal. They have no key of the team, so that nothing can be revoked."""
    return KeyFacts(access_key.PORTAL, team_id, "", frozenset({Service.MAPKIT_JS}), generate().public)
