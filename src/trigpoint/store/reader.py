"""Reading: one read transaction, with all queries of the product."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, Select, and_, select

from trigpoint.base.clock import Milliseconds
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.key import Key, KeyState
from trigpoint.credentials.ledger import Entry, Head
from trigpoint.credentials.maps_id import MapsId, same_identifier
from trigpoint.credentials.quota import METERS, Account, Meter, Period
from trigpoint.credentials.refusal import RecentRefusal
from trigpoint.credentials.team import Team
from trigpoint.store import tables
from trigpoint.store.api_tokens import ApiTokensReader, CreationsReader
from trigpoint.store.contradictions import Contradiction, find_contradictions
from trigpoint.store.facts import find_facts
from trigpoint.store.maps_tokens import MapsTokensReader
from trigpoint.store.people import PeopleReader
from trigpoint.store.refusals import find_refusal
from trigpoint.store.rows import entry_of, key_of, maps_id_of, same_name, team_of, to_bigint
from trigpoint.store.sessions import SessionsReader
from trigpoint.store.usage import window_row
from trigpoint.store.usage_reading import UsageReader
from trigpoint.store.ways_in import find_odd_ways_in
from trigpoint.store.webhooks import WebhooksReader

_KEYS = select(
    tables.keys, tables.key_uses.c.last_used_at, tables.key_uses.c.origin, tables.key_uses.c.network
).outerjoin(tables.key_uses, tables.keys.c.key_id == tables.key_uses.c.key_id)


class Reader:
    """One consistent read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def people(self) -> PeopleReader:
        """Queries for people."""
        return PeopleReader(self._connection)

    @property
    def api_tokens(self) -> ApiTokensReader:
        """Queries for API tokens."""
        return ApiTokensReader(self._connection)

    @property
    def creations(self) -> CreationsReader:
        """Queries for idempotency keys."""
        return CreationsReader(self._connection)

    @property
    def maps_tokens(self) -> MapsTokensReader:
        """Queries for Maps tokens."""
        return MapsTokensReader(self._connection)

    @property
    def usage(self) -> UsageReader:
        """Queries for usage."""
        return UsageReader(self._connection)

    @property
    def webhooks(self) -> WebhooksReader:
        """Queries for webhooks."""
        return WebhooksReader(self._connection)

    @property
    def sessions(self) -> SessionsReader:
        """Queries for sessions."""
        return SessionsReader(self._connection)

    def refusal(self, request_id: str) -> RecentRefusal | None:
        """The recent refusal of a request; None if there is none, or its retention is over."""
        return find_refusal(self._connection, request_id)

    def contradictions(self, *, limit: int) -> list[Contradiction]:
        """Rows that contradict the ledger, at most `limit` of each kind."""
        odd_ways_in = find_odd_ways_in(self._connection, limit=limit)
        return [*find_contradictions(self._connection, limit=limit), *odd_ways_in]

    def head(self) -> Head:
        """The head of the ledger. Raises `UnavailableError` if somebody has deleted it."""
        row = self._connection.execute(select(tables.ledger_head.c.sequence, tables.ledger_head.c.hash)).first()
        if row is None:
            raise UnavailableError(
                "The head of the ledger is missing: somebody deleted it in the database. Keep the database as evidence, and "
                "restore a backup into an empty one."
            )
        return Head(row.sequence, row.hash)

    def entries(
        self,
        *,
        after: int = 0,
        before: int | None = None,
        team_id: TeamId | None = None,
        subject: str | None = None,
        kind: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Entry]:
        """Entries of the ledger with `after` < sequence < `before`, filtered and ordered by sequence."""
        ledger = tables.ledger
        question: Select[tuple[object, ...]] = select(ledger).where(ledger.c.sequence > after)
        if before is not None:
            question = question.where(ledger.c.sequence < to_bigint(before))
        if team_id is not None:
            question = question.where(ledger.c.team_id == team_id)
        if subject is not None:
            question = question.where(ledger.c.subject == subject)
        if kind is not None:
            question = question.where(ledger.c.kind == kind)
        question = question.order_by(ledger.c.sequence.desc() if newest_first else ledger.c.sequence).limit(limit)
        with self._connection.execute(question, execution_options={"yield_per": 1000}) as rows:
            for row in rows.mappings():
                yield entry_of(row)

    def teams(self) -> list[Team]:
        """All teams, by name."""
        rows = self._connection.execute(select(tables.teams).order_by(tables.teams.c.name, tables.teams.c.team_id))
        return [team_of(row) for row in rows.mappings()]

    def team(self, team_id: TeamId) -> Team | None:
        """One team."""
        row = self._connection.execute(select(tables.teams).where(tables.teams.c.team_id == team_id)).mappings().first()
        return None if row is None else team_of(row)

    def maps_ids(self, team_id: TeamId | None = None) -> list[MapsId]:
        """The Maps IDs of a team, or all, by identifier."""
        question = select(tables.maps_ids).order_by(tables.maps_ids.c.identifier_key)
        if team_id is not None:
            question = question.where(tables.maps_ids.c.team_id == team_id)
        return [maps_id_of(row) for row in self._connection.execute(question).mappings()]

    def maps_id(self, identifier: str) -> MapsId | None:
        """One Maps ID; the case of the identifier does not matter."""
        question = select(tables.maps_ids).where(tables.maps_ids.c.identifier_key == same_identifier(identifier))
        row = self._connection.execute(question).mappings().first()
        return None if row is None else maps_id_of(row)

    def keys(self, *, team_id: TeamId | None = None, maps_id: str | None = None) -> list[Key]:
        """Keys of a team, of a Maps ID, or all, the oldest first."""
        question = _KEYS.order_by(tables.keys.c.created_at, tables.keys.c.key_id)
        if team_id is not None:
            question = question.where(tables.keys.c.team_id == team_id)
        if maps_id is not None:
            question = question.where(tables.keys.c.maps_id_key == same_identifier(maps_id))
        return [key_of(row) for row in self._connection.execute(question).mappings()]

    def keys_ending(self, *, after: int, before: int, team_id: TeamId | None = None) -> list[Key]:
        """Keys of a team, or all, that expire from `after` (inclusive) to `before` (exclusive), in milliseconds."""
        keys = tables.keys.c
        question = _KEYS.where(keys.expires_at >= after, keys.expires_at < before)
        if team_id is not None:
            question = question.where(keys.team_id == team_id)
        return [key_of(row) for row in self._connection.execute(question).mappings()]

    def key(self, key_id: KeyId) -> Key | None:
        """One key."""
        row = self._connection.execute(_KEYS.where(tables.keys.c.key_id == key_id)).mappings().first()
        return None if row is None else key_of(row)

    def active_key_named(self, team_id: TeamId, name: str) -> Key | None:
        """The active key of a team with a name, compared without case."""
        keys = tables.keys.c
        question = _KEYS.where(
            keys.team_id == team_id, keys.name_key == same_name(name), keys.state == KeyState.ACTIVE.value
        )
        row = self._connection.execute(question).mappings().first()
        return None if row is None else key_of(row)

    def key_with_public_half(self, public_key: bytes) -> Key | None:
        """The key with a public half."""
        row = self._connection.execute(_KEYS.where(tables.keys.c.public_key == public_key)).mappings().first()
        return None if row is None else key_of(row)

    def sealed_private_half(self, key_id: KeyId) -> bytes | None:
        """The sealed private half of a key that was not downloaded yet; None if there is none."""
        return self._connection.execute(
            select(tables.vault.c.sealed).where(tables.vault.c.key_id == key_id)
        ).scalar_one_or_none()

    def sealed_private_halves(self) -> dict[KeyId, bytes]:
        """The sealed private halves of all keys that were not downloaded yet."""
        rows = self._connection.execute(select(tables.vault.c.key_id, tables.vault.c.sealed))
        return {KeyId(row.key_id): bytes(row.sealed) for row in rows}

    def expired_private_halves(self, at: Milliseconds) -> list[KeyId]:
        """The keys that have expired by `at`, but still have a sealed private half, which nobody can use any more."""
        joined = select(tables.vault.c.key_id).join(tables.keys, tables.keys.c.key_id == tables.vault.c.key_id)
        rows = self._connection.execute(joined.where(tables.keys.c.expires_at <= at)).scalars()
        return [KeyId(key_id) for key_id in rows]

    def signing_secrets(self) -> list[tuple[str, bytes, Milliseconds]]:
        """The sealed signing secrets of access tokens, as (id, sealed, created at), the newest first."""
        secrets = tables.signing_secrets
        question = select(secrets.c.secret_id, secrets.c.sealed, secrets.c.created_at)
        rows = self._connection.execute(question.order_by(secrets.c.created_at.desc(), secrets.c.secret_id))
        return [(row.secret_id, row.sealed, row.created_at) for row in rows]

    def facts(self, key_ids: Collection[KeyId]) -> tuple[Head, dict[KeyId, KeyFacts]]:
        """The head of the ledger, and the facts of keys and Maps tokens at that head or a later one."""
        return find_facts(self._connection, key_ids)

    def limits(self) -> dict[Account, int]:
        """All limits that were set. A team without one has the default; Maps IDs and keys without one have no limit."""
        rows = self._connection.execute(select(tables.quotas).where(tables.quotas.c.meter.in_(METERS)))
        return {Account(row.subject, Meter(row.meter), Period(row.period)): row.most for row in rows}

    def limits_that_count(self, period: Period, window: int) -> dict[Account, int]:
        """The limits of accounts that have taken calls in a window (a day or a minute)."""
        limits, windows = tables.quotas, tables.quota_windows
        same = [limits.c[name] == windows.c[name] for name in ("subject", "meter", "period")]
        here = (windows.c.period == int(period), windows.c.window == window, limits.c.meter.in_(METERS))
        rows = self._connection.execute(select(limits).join(windows, and_(*same)).where(*here))
        return {Account(row.subject, Meter(row.meter), Period(row.period)): row.most for row in rows}

    def limits_of_team(self, team_id: TeamId) -> dict[Account, int]:
        """The limits that were set for a team, its Maps IDs and its keys."""
        table = tables.quotas
        here = (table.c.team_id == team_id, table.c.meter.in_(METERS))
        rows = self._connection.execute(select(table).where(*here).order_by(table.c.subject))
        return {Account(row.subject, Meter(row.meter), Period(row.period)): row.most for row in rows}

    def quota_taken(self, account: Account, window: int) -> int:
        """How many calls of a window (a day or a minute) the workers have taken in their leases so far."""
        question = select(tables.quota_windows.c.taken).where(window_row(account, window))
        return int(self._connection.execute(question).scalar_one_or_none() or 0)

    def quotas_taken(self, period: Period, window: int) -> dict[Account, int]:
        """The calls taken in a window (a day or a minute), by account."""
        windows = tables.quota_windows
        here = (windows.c.period == int(period), windows.c.window == window, windows.c.meter.in_(METERS))
        question = select(windows).where(*here)
        rows = self._connection.execute(question)
        return {Account(row.subject, Meter(row.meter), period): row.taken for row in rows}

    def master_key_check(self) -> bytes | None:
        """The sealed constant that shows whether a master key is the right one; None in an empty database."""
        return self._connection.execute(select(tables.installation.c.master_key_check)).scalar_one_or_none()
