"""Maps that pages initialize: one judgement and one map view at the beginning, then a check of memory for every tile.

The bootstrap (contract §7.2) gives an access token for `/v1/*` and an access key for tiles. Both name the key or the
Maps token that opened them, so that they end with it: on this machine with the next request.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

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
"""Shortest time after which a page renews its bootstrap; usually it does so 30 s before its token expires."""


@dataclass(frozen=True, slots=True)
class OpenedMap:
    """The credentials of a page that initialized a map; `is_view` tells whether a map view was spent."""

    team_id: TeamId
    access_token: str
    access_key: str
    expires_in_seconds: int
    is_view: bool


@dataclass(frozen=True, slots=True)
class OpenedEmbed:
    """The credentials of an embedded page: an access key, and nothing that opens `/v1/*`.

    `origin` is the claim of its token.
    """

    team_id: TeamId
    access_key: str
    expires_in_seconds: int
    origin: str | None
    is_view: bool


class Standing(NamedTuple):
    """A cached verdict on an access key: valid while the ledger has not moved, until the key or its owner expires."""

    head: Head | None
    until: float
    key_id: KeyId
    portal: KeyFacts | None
    """What stands behind the access keys of the portal; any other key is looked up in memory."""


class MapAccess:
    """Opens maps, and admits their tiles, styles, fonts and icons."""

    def __init__(self, memory: Memory, spending: Spending, tally: Tally, admission: Admission) -> None:
        self._memory = memory
        self._spending = spending
        self._tally = tally
        self._admission = admission
        self._keys = memory.keys
        self._lookups = admission.lookups
        self._derived_from: dict[str, bytes] = {}
        self._secrets: dict[str, bytes] = {}
        self._standing: TokenMemory[Standing] = TokenMemory()

    async def open(self, credential: str | None, call: Call, *, old_token: str | None = None) -> OpenedMap:
        """Open a map with an auth token or Maps token, or raise `RefusedError` (401), `QuotaExceededError` (429).

        `old_token` is the X-Maps-Access-Token header. With a valid access token of the same team, which a map was given
        before, the map is only refreshed; without one, a map view is spent.
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
        """Open an embedded map with an auth token or Maps token, or raise as `open` does.

        `old_key` is the access key that the page has: while it stands, and is the team's, no map view is spent.
        """
        if self._memory.is_behind():
            await self._lookups.catch_up()
        key, case = await self._admission.judge_auth(credential, call)
        old = await self._lay(old_key, call) if old_key is not None else None
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
        """Give a member of a team, who is signed in at the portal, an access key for ten minutes. It costs no map view."""
        claims = AccessKeyClaims(team_id, "", access_key.PORTAL, int(at) + access_key.PORTAL_LIFETIME_S)
        secret_id = self._memory.newest_secret_id
        return access_key.sign(claims, secret_id=secret_id, secret=self._secrets_now()[secret_id])

    def recall(self, text: str, at: float) -> KeyFacts | None:
        """Admit an access key from the cache. None means: call `admit`.

        Every tile takes this way: no table is read, and nothing is waited for.
        """
        standing = self._standing.get(text)
        if standing is None or self._memory.is_behind() or standing.head is not self._keys.head or at >= standing.until:
            return None
        return standing.portal or self._keys.find(standing.key_id)

    async def admit(self, text: str | None, call: Call) -> KeyFacts:
        """Judge the access key of a tile, style, font or icon; raise `RefusedError` (401) with its reason."""
        if self._memory.is_behind():
            await self._lookups.catch_up()
        head = self._keys.head
        case = await self._lay(text, call)
        try:
            access_key.judge(case).require()
        except RefusedError as error:
            self._admission.count_refusal(case.key, call, error)
            raise
        if case.key is None or case.claims is None or text is None:  # cannot be: the judge fails a key without them
            raise refuse(access_key.CHECKS[0].rule, reasons.ACCESS_KEY_MISSING)
        until = min(case.claims.expires_at, case.key.expires_at or math.inf)
        portal = case.key if case.key.key_id == access_key.PORTAL else None
        self._standing.keep(text, Standing(head, until, case.key.key_id, portal))
        return case.key

    def forget(self) -> None:
        """Forget what was found of access keys, in any thread: the ledger has gone back."""
        self._standing = TokenMemory()

    def diagnose(self, text: str, call: Call, *, actor: Actor) -> Diagnosis:
        """Say what every check finds of an access key. A key of a team that the actor may not see counts as unknown."""
        self._memory.refresh()
        here = call._replace(service=Service.MAPKIT_JS)
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

    async def _lay(self, text: str | None, call: Call) -> AccessKeyCase:
        """Lay an access key before the judge with what is known of what is behind it, which may have to be looked up."""
        case = self._gather(text, call)
        if case.key is not None:
            return case
        if case.unverified is not None and case.secret is None:  # another machine may just have made it
            await self._lookups.look_again()
            case = self._gather(text, call)
        return await self._lookups.complete(case, lambda: self._gather(text, call), _named_by)

    def _gather(self, text: str | None, call: Call) -> AccessKeyCase:
        """Gather what an access key is judged by: the key, and the facts of its owner."""
        case = access_key.open_case(text, call)
        if case.unverified is not None:
            case.secret = self._secrets_now().get(case.unverified.secret_id)
            case.claims = access_key.verify_claims(case)
        if case.claims is not None:
            is_portal = case.claims.key_id == access_key.PORTAL
            case.key = _portal_of(case.claims.team_id) if is_portal else self._keys.find(case.claims.key_id)
        return case

    def _secrets_now(self) -> dict[str, bytes]:
        """Give the secrets of access keys, by the id of the signing secret that each is derived from."""
        signing_secrets = self._memory.signing_secrets
        if self._derived_from is not signing_secrets:
            self._secrets = {name: access_key.derive_secret(secret) for name, secret in signing_secrets.items()}
            self._derived_from = signing_secrets
        return self._secrets

    async def _is_own(self, old_token: str | None, key: KeyFacts, call: Call) -> bool:
        """Tell whether a page has a valid access token of this team that was given to a map."""
        if old_token is None:
            return False
        try:
            case = await self._admission.lay_access(read_bearer(old_token), call)
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
        """Note the use of a key; spend and count a map view if it is one."""
        if is_view and not self._spending.spend(key, Meter.MAP_VIEWS, call.at):
            await self._draw(key, call)
        self._tally.note_use(key, call)
        if is_view:
            self._tally.count(key, call, 200, as_what=MAP_VIEW)

    async def _draw(self, key: KeyFacts, call: Call) -> None:
        """Fetch and spend a map view when memory has none left; count it if the quota is used up."""
        try:
            await self._spending.draw(key, Meter.MAP_VIEWS, call.at)
        except QuotaExceededError:
            self._tally.count(key, call, 429, as_what=MAP_VIEW)
            raise


def _end_of(key: KeyFacts, case: AuthTokenCase) -> float:
    """Give the latest expiry of what a token opens, in seconds since the epoch."""
    until = key.expires_at or math.inf
    return min(until, case.exp) if key.is_issued_token and case.exp is not None else until


def _lasts(call: Call, until: float) -> int:
    return max(SHORTEST_S, int(min(access_token.LIFETIME_S, until - call.at)))


def _named_by(case: AccessKeyCase) -> Wanted:
    return (case.claims.key_id,) if case.key is None and case.claims is not None else ()


@lru_cache(maxsize=1000)
def _portal_of(team_id: TeamId) -> KeyFacts:
    """Give the facts behind the access keys of the portal: no key signs for them, and nothing can be revoked."""
    return KeyFacts(access_key.PORTAL, team_id, "", frozenset({Service.MAPKIT_JS}), generate().public)
