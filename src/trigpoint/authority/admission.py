"""Admission: may this call pass? The numbers are those of `docs/flows.md`."""

import asyncio
import math
from dataclasses import dataclass
from typing import NamedTuple

from trigpoint.authority.memory import Memory
from trigpoint.authority.spending import Spending
from trigpoint.authority.tally import Tally
from trigpoint.authority.token_memory import TokenMemory
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId, TeamId, is_ten_character_id
from trigpoint.credentials import access_token, auth_checks, auth_token, reasons
from trigpoint.credentials.access_token import AccessClaims, AccessTokenCase
from trigpoint.credentials.auth_token import AuthTokenCase
from trigpoint.credentials.bearer import CHECK, read_bearer
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError, Verdict, refuse

RECHECK_S = 1.0
"""How long a call waits for a database that does not answer, before it is refused with 503."""

LOOK_AGAIN_S = 0.02
"""How long calls with unknown keys are gathered before the database is asked once for all of them, in seconds."""


class Grant(NamedTuple):
    """A call that may pass, and on whose account. A tuple, because every request makes one."""

    team_id: TeamId
    maps_id: str
    key_id: KeyId
    call: Call


class Standing(NamedTuple):
    """A good verdict, and how long it stands.

    Judging is a function of the token, the call, the facts and the time: so the verdict stands for calls of the same
    kind as long as the ledger stays where it is, and until the token or its key expires.
    """

    sequence: int
    until: float
    service: Service
    origin: str | None
    key: KeyFacts
    opens: Service
    """The service that calls with the token count for: the one that it was given by (`access_token.as_made_by`)."""


@dataclass(frozen=True, slots=True)
class IssuedAccessToken:
    """What `/v1/token` gives."""

    token: str
    expires_in_seconds: int


class Admission:
    """Judges credentials against what is in memory, and spends the team's quota."""

    def __init__(self, memory: Memory, spending: Spending, tally: Tally, *, inline: bool) -> None:
        self._memory = memory
        self._spending = spending
        self._tally = tally
        self._inline = inline
        self._catching_up: asyncio.Task[None] | None = None
        self._then: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._read_tokens: TokenMemory[tuple[str, AccessClaims]] = TokenMemory()
        self._verified_tokens: TokenMemory[KeyId] = TokenMemory()
        self._standing: TokenMemory[Standing] = TokenMemory()

    def recall(self, credential: str, call: Call) -> Grant | None:
        """Admit a call whose token was judged before, if the verdict still stands and there is a call to spend.

        This is what `admit` does for nearly every call, without waiting for anything. None means: ask `admit`.
        """
        standing = self._standing.get(credential)
        if (
            standing is None
            or self._memory.is_behind()
            or standing.sequence != self._memory.sequence
            or call.at >= standing.until
            or call.service is not standing.service
            or call.origin != standing.origin
        ):
            return None
        key = standing.key
        if not self._spending.spend(key, Meter.SERVICE_CALLS, call.at):
            return None
        if standing.opens is not call.service:
            call = call._replace(service=standing.opens)
        return Grant(key.team_id, key.maps_id, key.key_id, call)

    async def admit(self, credential: str | None, call: Call) -> Grant:
        """Admit a call with an access token, or raise `RefusedError` (401), `QuotaExceededError` (429)."""
        if self._memory.is_behind():
            await self.catch_up()
        key, call = await self._judge_access(credential, call)
        if not self._spending.spend(key, Meter.SERVICE_CALLS, call.at):
            await self._draw(key, call)
        return Grant(key.team_id, key.maps_id, key.key_id, call)

    async def _judge_access(self, credential: str | None, asked: Call) -> tuple[KeyFacts, Call]:
        sequence, call = self._memory.sequence, asked
        case = None
        try:
            case = self.gather_access(credential, call)
            if case.key is None and not self._inline and access_token.unverified_secret_id(case) is not None:
                await self.look_again()
                case = self.gather_access(credential, call)
            call = case.call
            access_token.judge(case, thorough=False).require()
            key = _known(case.key)
        except RefusedError as error:
            self.count_refusal(None if case is None else case.key, call, error)
            raise
        if credential is not None and case.claims is not None:
            until = min(case.claims.expires_at, key.expires_at or math.inf)
            standing = Standing(sequence, until, asked.service, asked.origin, key, call.service)
            self._standing.keep(credential, standing)
        return key, call

    async def exchange(self, credential: str | None, call: Call) -> IssuedAccessToken:
        """Exchange an auth token for an access token of 30 minutes (contract §3). It counts as one service call."""
        if self._memory.is_behind():
            await self.catch_up()
        key, case = await self.judge_auth(credential, call)
        if not self._spending.spend(key, Meter.SERVICE_CALLS, call.at):
            await self._draw(key, call)
        self._tally.note_use(key.key_id, call)
        self._tally.count(key.key_id, call, 200)
        return IssuedAccessToken(self.issue(key, case), access_token.LIFETIME_S)

    async def judge_auth(self, credential: str | None, call: Call) -> tuple[KeyFacts, AuthTokenCase]:
        """Judge an auth token for a call; raise `RefusedError`, and count the refusal, if it does not open it."""
        case = None
        try:
            case = self.gather_auth(credential, call)
            if case.key is None and not self._inline and is_ten_character_id(case.unverified_kid):
                await self.look_again()
                case = self.gather_auth(credential, call)
            auth_checks.judge(case, thorough=False).require()
            key = _known(case.key)
        except RefusedError as error:
            self.count_refusal(None if case is None else case.key, call, error)
            raise
        if credential is not None and not case.signature_known:
            self._verified_tokens.keep(credential, key.key_id)
        return key, case

    def issue(
        self, key: KeyFacts, case: AuthTokenCase, *, given_by: Service | None = None, until: float = math.inf
    ) -> str:
        """Write the access token for an auth token that was judged; `given_by` and `until` are the bootstrap's."""
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

    def count_refusal(self, key: KeyFacts | None, call: Call, error: RefusedError) -> None:
        """Count a refusal under the key that the credential names, and say in the error whose that is."""
        if key is not None:
            error.team_id, error.key_id = key.team_id, key.key_id
        self._tally.count_refusal(key, call, error.reason.code)

    async def _draw(self, key: KeyFacts, call: Call) -> None:
        """Spend a call for which there was none in memory; count it where its quota is used up."""
        try:
            await self._spending.draw(key, Meter.SERVICE_CALLS, call.at)
        except QuotaExceededError:
            self._tally.count(key.key_id, call, 429)
            raise

    def gather_access(self, credential: str | None, call: Call) -> AccessTokenCase:
        """Lay an access token and what is known of its key before the judge."""
        memory = self._memory
        read = self._read_tokens.get(credential) if credential is not None else None
        if credential is not None and read is not None and read[0] in memory.signing_secrets:
            claims = read[1]
            call = access_token.as_made_by(claims, call)
            return AccessTokenCase(call, claims=claims, key=memory.keys.get(claims.key_id))
        token = _required(credential)
        case = self._read_access(token, call)
        secret_id = access_token.unverified_secret_id(case)
        if case.claims is not None and secret_id is not None:
            self._read_tokens.keep(token, (secret_id, case.claims))
        return case

    def _read_access(self, token: str, call: Call) -> AccessTokenCase:
        """Read and verify an access token, and lay what is known of its key beside it; nothing is remembered."""
        case = access_token.open_case(token, call)
        secret_id = access_token.unverified_secret_id(case)
        case.secret = self._memory.signing_secrets.get(secret_id) if secret_id is not None else None
        case.claims = access_token.verify_claims(case)
        if case.claims is not None:
            case.call = access_token.as_made_by(case.claims, call)
            case.key = self._memory.keys.get(case.claims.key_id)
        return case

    def gather_auth(self, credential: str | None, call: Call) -> AuthTokenCase:
        """Lay an auth token and what is known of its key before the judge."""
        token = _required(credential)
        case = auth_token.open_case(token, call)
        kid = case.unverified_kid
        if kid is not None:
            case.key = self._memory.keys.get(kid)
            iss = case.payload.get("iss")
            if case.key is None and isinstance(iss, str):
                other = self._memory.keys.get(KeyId(iss))
                case.is_swapped = other is not None and str(other.team_id) == str(kid)
            case.signature_known = self._verified_tokens.get(token) == kid
        return case

    def judge_either(
        self, credential: str | None, call: Call, *, actor: Actor | None = None
    ) -> tuple[Verdict, AuthTokenCase | AccessTokenCase]:
        """Judge a token as what it is, for a diagnosis: the same checks as for a call.

        With `actor`, a key of a team that they may not see is as unknown as one that does not exist.
        """
        auth = self.gather_auth(credential, call)
        if auth.header.get("alg") != "HS512":
            auth.key = _as_seen_by(actor, auth.key)
            return auth_checks.judge(auth), auth
        access = self._read_access(_required(credential), call)
        access.key = _as_seen_by(actor, access.key)
        return access_token.judge(access), access

    async def look_again(self) -> None:
        """Ask the database about a key or secret that memory does not have: another machine may just have made it.

        Such calls are gathered, so that whoever sends unknown tokens costs fifty questions a second at most.
        """
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_after_a_pause())
        await asyncio.shield(self._looking)

    async def _look_after_a_pause(self) -> None:
        await asyncio.sleep(LOOK_AGAIN_S)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Bring memory up to date before anything is admitted; refuse with 503 rather than admit on doubt."""
        if self._inline:
            self._memory.refresh()
            return
        try:
            await asyncio.wait_for(asyncio.shield(self._begin_to_catch_up()), RECHECK_S)
        except TimeoutError:
            raise UnavailableError(
                "The credentials database does not answer, so nothing can be admitted safely. Try again shortly."
            ) from None

    def _begin_to_catch_up(self) -> asyncio.Task[None]:
        """Give a reading of the ledger that begins after this moment: one that is under way may have missed something.

        Whoever waits for the next one shares it, so that two are begun at most.
        """
        running = self._catching_up
        if running is None or running.done():
            self._catching_up = asyncio.create_task(asyncio.to_thread(self._memory.refresh))
            return self._catching_up
        if self._then is None:
            self._then = asyncio.create_task(self._catch_up_after(running))
        return self._then

    async def _catch_up_after(self, running: asyncio.Task[None]) -> None:
        await asyncio.wait({running})
        self._catching_up, self._then = self._then, None
        await asyncio.to_thread(self._memory.refresh)


def _known(key: KeyFacts | None) -> KeyFacts:
    if key is None:  # cannot be: the judge fails a token without a key
        raise refuse(CHECK, reasons.KEY_UNKNOWN)
    return key


def _required(credential: str | None) -> str:
    return credential if credential is not None else read_bearer(None)


def _as_seen_by(actor: Actor | None, key: KeyFacts | None) -> KeyFacts | None:
    visible = actor is None or key is None or actor.may(Permission.READ, key.team_id)
    return key if visible else None
