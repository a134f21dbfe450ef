"""Admission of calls: judging their credentials and spending quota. `docs/flows.md` describes the steps."""

import asyncio
import math
import types
from collections.abc import Generator
from dataclasses import dataclass

from msgspec.structs import replace

from trigpoint.authority.grants import Grant, IssuedAccessToken, grant_to
from trigpoint.authority.lease import Lease
from trigpoint.authority.lookups import Lookups, Wanted
from trigpoint.authority.memory import Memory
from trigpoint.authority.spending import LeasesOfKeys, Spending
from trigpoint.authority.tally import Tally
from trigpoint.authority.token_memory import TokenMemory
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import access_token, auth_checks, auth_token, reasons
from trigpoint.credentials.access_token import AccessClaims, AccessTokenCase
from trigpoint.credentials.auth_token import AuthTokenCase
from trigpoint.credentials.bearer import CHECK, read_bearer
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.ledger import Head
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError, Verdict, refuse

LOOK_UP_EVERY_S = 1.0
"""How often the key of a cached verdict is looked up, in seconds."""


@dataclass(slots=True)
class CachedVerdict:
    """A cached verdict: the access token was accepted.

    A verdict depends on the token, service and origin of the call, the facts of the key, and the time. So it is valid for
    calls with the same service and origin while the ledger has no new entry, until the token or its key expires. The limits
    of the key are also the same until then, so the leases on them are kept here.
    """

    head: Head | None
    until: float
    service: Service
    origin: str | None
    key_id: KeyId
    opens: Service
    """The service for which the calls are judged and counted (`access_token.as_made_by`)."""
    team_id: TeamId
    maps_id: str
    leases: tuple[Lease, ...] = ()
    leases_from: LeasesOfKeys | None = None
    """The leases of all keys from which these were taken; they are valid while the process uses the same object."""
    look_up_at: float = -math.inf
    """When the key is looked up again, so that the cache of keys does not evict it."""


class _Waiting:
    """An exchange that will be judged together with others; neither `judged` nor `refusal` is set if it needs a query."""

    __slots__ = ("call", "credential", "judged", "refusal")

    def __init__(self, credential: str | None, call: Call) -> None:
        self.credential = credential
        self.call = call
        self.judged: tuple[KeyFacts, AuthTokenCase] | None = None
        self.refusal: RefusedError | None = None


class Admission:
    """Judges credentials by the facts in memory, and spends quota."""

    def __init__(self, memory: Memory, spending: Spending, tally: Tally, *, inline: bool) -> None:
        self._memory = memory
        self._keys = memory.keys
        self._spending = spending
        self._tally = tally
        self.lookups = Lookups(memory, inline=inline)
        self._read_tokens: TokenMemory[tuple[str, AccessClaims]] = TokenMemory()
        self._verified_tokens: TokenMemory[KeyId] = TokenMemory()
        self._verdicts: TokenMemory[CachedVerdict] = TokenMemory()
        self._waiting: list[_Waiting] = []

    def recall(self, credential: str, call: Call) -> Grant | None:
        """Admit a call by its token's cached verdict, if that is valid and there is quota in memory; None: call `admit`.

        This is the fast path for nearly all calls, without a query to the database.
        """
        at = call.at
        cached = self._verdicts.get(credential)
        if (
            cached is None
            or self._memory.is_behind()
            or cached.head is not self._keys.head
            or at >= cached.until
            or call.service is not cached.service
            or call.origin != cached.origin
        ):
            return None
        spending = self._spending
        if at >= cached.look_up_at or cached.leases_from is not spending.leases_of_keys:
            key = self._keys.find(cached.key_id)
            if key is None:
                return None
            cached.leases_from = spending.leases_of_keys
            cached.leases = spending.find_leases(key, Meter.SERVICE_CALLS)
            cached.look_up_at = at + LOOK_UP_EVERY_S
        else:
            self._keys.hits += 1
        if not spending.spend_from(cached.leases, at):
            cached.look_up_at = -math.inf
            return None
        if cached.opens is not cached.service:
            call = replace(call, service=cached.opens)
        return Grant(cached.team_id, cached.maps_id, cached.key_id, call)

    async def admit(self, credential: str | None, call: Call) -> Grant:
        """Admit a call with an access token, or raise `RefusedError` (401), `QuotaExceededError` (429)."""
        if self._memory.is_behind():
            await self.lookups.catch_up()
        key, call = await self._judge_access(credential, call)
        if not self._spending.spend(key, Meter.SERVICE_CALLS, call.at):
            await self._draw(key, call)
        return grant_to(key, call)

    async def _judge_access(self, credential: str | None, requested: Call) -> tuple[KeyFacts, Call]:
        head, call = (
            self._keys.head,
            requested,
        )  # the position from before the facts are read: it may be older than they
        case = None
        try:
            case = await self.complete_access(credential, call)
            call = case.call
            access_token.judge(case, thorough=False).require()
            key = _known(case.key)
        except RefusedError as error:
            self.count_refusal(None if case is None else case.key, call, error)
            raise
        if credential is not None and case.claims is not None:
            until = min(case.claims.expires_at, key.expires_at or math.inf)
            cached = CachedVerdict(
                head, until, requested.service, requested.origin, key.key_id, call.service, key.team_id, key.maps_id
            )
            self._verdicts.keep(credential, cached)
        return key, call

    async def exchange(self, credential: str | None, call: Call) -> IssuedAccessToken:
        """Exchange an auth token for an access token of 30 minutes (contract §3). It counts as one service call.

        Exchanges that come together are verified one right after the other: the tables of the curve stay in the
        processor's caches then, which makes each a fifth cheaper under load.
        """
        waiting = _Waiting(credential, call)
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._judge_together)
        self._waiting.append(waiting)
        await _next_round()  # when all of them have been judged
        if waiting.refusal is not None:
            raise waiting.refusal
        key, case = waiting.judged or await self._judge_alone(credential, call)
        if not self._spending.spend(key, Meter.SERVICE_CALLS, call.at):
            await self._draw(key, call)
        self._tally.settle(grant_to(key, call), 200)
        return IssuedAccessToken(self.issue(key, case), access_token.LIFETIME_S)

    def _judge_together(self) -> None:
        """Judge the auth tokens that have arrived since the last round of the event loop, unless one needs a query."""
        together, self._waiting = self._waiting, []
        verified = self._verified_tokens  # `forget` replaces it: then the old one must be filled, not the new one
        if self._memory.is_behind():
            return
        for one in together:
            case = None
            try:
                case = self.gather_auth(one.credential, one.call)
                if case.key is not None:
                    one.judged = self._judge_auth(one.credential, case, verified), case
            except RefusedError as error:
                self.count_refusal(None if case is None else case.key, one.call, error)
                one.refusal = error

    async def _judge_alone(self, credential: str | None, call: Call) -> tuple[KeyFacts, AuthTokenCase]:
        """Judge an auth token that needs a query; those that waited for the same query continue one after the other, too."""
        if self._memory.is_behind():
            await self.lookups.catch_up()
        judged = await self.judge_auth(credential, call)
        await asyncio.sleep(0)
        return judged

    async def judge_auth(self, credential: str | None, call: Call) -> tuple[KeyFacts, AuthTokenCase]:
        """Judge an auth token for a call; raise `RefusedError`, and count the refusal, if it is not accepted."""
        case, verified = None, self._verified_tokens  # as in `_judge_together`
        try:
            case = self.gather_auth(credential, call)
            if case.key is None:
                case = await self.lookups.complete(case, lambda: self.gather_auth(credential, call), _named_by_auth)
            return self._judge_auth(credential, case, verified), case
        except RefusedError as error:
            self.count_refusal(None if case is None else case.key, call, error)
            raise

    @staticmethod
    def _judge_auth(credential: str | None, case: AuthTokenCase, verified: TokenMemory[KeyId]) -> KeyFacts:
        auth_checks.judge(case, thorough=False).require()
        key = _known(case.key)
        if credential is not None and not case.signature_known:
            verified.keep(credential, key.key_id)
        return key

    def issue(
        self, key: KeyFacts, case: AuthTokenCase, *, given_by: Service | None = None, until: float = math.inf
    ) -> str:
        """Write the access token for an auth token that was accepted; the bootstrap of a map passes `given_by` and `until`.

        `until` is the latest expiry, in seconds since the epoch.
        """
        issued_at = int(case.call.at)
        scope, origin = case.payload.get("scope"), case.payload.get("origin")
        claims = AccessClaims(
            team_id=key.team_id,
            maps_id=key.maps_id,
            key_id=key.key_id,
            issued_at=issued_at,
            expires_at=int(min(issued_at + access_token.LIFETIME_S, until)),
            scope=scope if isinstance(scope, str) else None,
            origin=origin if isinstance(origin, str) else None,
            given_by=given_by,
        )
        secret_id = self._memory.newest_secret_id
        return access_token.sign(claims, secret_id=secret_id, secret=self._memory.signing_secrets[secret_id])

    def forget(self) -> None:
        """Clear all that is cached about tokens, in any thread, because the ledger has gone back."""
        self._read_tokens, self._verified_tokens, self._verdicts = TokenMemory(), TokenMemory(), TokenMemory()

    def count_refusal(self, key: KeyFacts | None, call: Call, error: RefusedError) -> None:
        """Count a refusal for the key that the credential names, and record key and team in the error."""
        if key is not None:
            error.team_id, error.key_id = key.team_id, key.key_id
        self._tally.count_refusal(key, call, error.reason.code)
        error.is_counted = True

    async def _draw(self, key: KeyFacts, call: Call) -> None:
        """Fetch more quota and spend one call; if the quota is used up, count the call with the status 429."""
        try:
            await self._spending.draw(key, Meter.SERVICE_CALLS, call.at)
        except QuotaExceededError:
            self._tally.count(key, call, 429)
            raise

    async def complete_access(self, credential: str | None, call: Call) -> AccessTokenCase:
        """Make the case of an access token, and look up its key or signing secret if that is not in memory."""
        case = self.gather_access(credential, call)
        if case.key is not None:
            return case
        if case.secret is None and case.claims is None and access_token.unverified_secret_id(case) is not None:
            await self.lookups.look_again()
            case = self.gather_access(credential, call)
        return await self.lookups.complete(case, lambda: self.gather_access(credential, call), _named_by_access)

    def gather_access(self, credential: str | None, call: Call) -> AccessTokenCase:
        """Make the case of an access token, with the cached facts of its key; the verified claims are cached."""
        memory = self._memory
        read = self._read_tokens.get(credential) if credential is not None else None
        if credential is not None and read is not None and read[0] in memory.signing_secrets:
            claims = read[1]
            call = access_token.as_made_by(claims, call)
            return AccessTokenCase(call, claims=claims, key=self._keys.find(claims.key_id))
        token = _required(credential)
        case = self._read_access(token, call)
        secret_id = access_token.unverified_secret_id(case)
        if case.claims is not None and secret_id is not None:
            self._read_tokens.keep(token, (secret_id, case.claims))
        return case

    def _read_access(self, token: str, call: Call) -> AccessTokenCase:
        """Parse and verify an access token, and make its case, with the cached facts of its key; nothing is cached."""
        case = access_token.open_case(token, call)
        secret_id = access_token.unverified_secret_id(case)
        case.secret = self._memory.signing_secrets.get(secret_id) if secret_id is not None else None
        case.claims = access_token.verify_claims(case)
        if case.claims is not None:
            case.call = access_token.as_made_by(case.claims, call)
            case.key = self._keys.find(case.claims.key_id)
        return case

    def gather_auth(self, credential: str | None, call: Call) -> AuthTokenCase:
        """Make the case of an auth token, with the cached facts of its key."""
        token = _required(credential)
        case = auth_token.open_case(token, call)
        kid = case.header.get("kid")
        if not isinstance(kid, str):
            return case
        key = case.key = self._keys.find(KeyId(kid))
        if key is not None:
            case.signature_known = self._verified_tokens.get(token) == kid
        elif isinstance(iss := case.payload.get("iss"), str):
            other = self._keys.find(KeyId(iss))
            case.is_swapped = other is not None and str(other.team_id) == str(kid)
        return case

    def judge_either(
        self, credential: str | None, call: Call, *, actor: Actor | None = None
    ) -> tuple[Verdict, AuthTokenCase | AccessTokenCase]:
        """Judge an auth token or access token for a diagnosis, with the checks of a call.

        With `actor`, a key of a team that they may not see counts as unknown.
        """
        auth = self.lookups.complete_now(lambda: self.gather_auth(credential, call), _named_by_auth)
        if auth.header.get("alg") != "HS512":
            auth.key = _as_seen_by(actor, auth.key)
            return auth_checks.judge(auth), auth
        access = self.lookups.complete_now(lambda: self._read_access(_required(credential), call), _named_by_access)
        access.key = _as_seen_by(actor, access.key)
        return access_token.judge(access), access


@types.coroutine
def _next_round() -> Generator[None]:
    """Wait until the next round of the event loop, as `asyncio.sleep(0)` does in two steps more."""
    yield


def _known(key: KeyFacts | None) -> KeyFacts:
    if key is None:  # impossible: the checks fail a token without a key
        raise refuse(CHECK, reasons.KEY_UNKNOWN)
    return key


def _required(credential: str | None) -> str:
    return credential if credential is not None else read_bearer(None)


def _as_seen_by(actor: Actor | None, key: KeyFacts | None) -> KeyFacts | None:
    visible = actor is None or key is None or actor.may(Permission.READ, key.team_id)
    return key if visible else None


def _named_by_auth(case: AuthTokenCase) -> Wanted:
    """Give the IDs to look up for an auth token: the key, and `iss` in case the two are swapped."""
    kid, iss = case.unverified_kid, case.payload.get("iss")
    if case.key is not None or kid is None:
        return ()
    return (kid, iss) if isinstance(iss, str) else (kid,)


def _named_by_access(case: AccessTokenCase) -> Wanted:
    return (case.claims.key_id,) if case.key is None and case.claims is not None else ()
