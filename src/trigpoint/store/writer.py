"""Writing: all changes of the product, each in one transaction together with its event in the ledger."""

from sqlalchemy import Connection, delete, insert, select, update

from trigpoint.base.clock import Milliseconds
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import ledger
from trigpoint.credentials.events import Event
from trigpoint.credentials.key import Key
from trigpoint.credentials.ledger import Entry, Head
from trigpoint.credentials.maps_id import MapsId, same_identifier
from trigpoint.credentials.quota import Account, Meter, maps_id_account
from trigpoint.credentials.team import Team
from trigpoint.store import tables
from trigpoint.store.api_tokens import ApiTokensWriter, CreationsWriter
from trigpoint.store.copying import Restoring
from trigpoint.store.maps_tokens import MapsTokensWriter
from trigpoint.store.people import PeopleWriter
from trigpoint.store.reader import Reader
from trigpoint.store.rows import row_of_entry, row_of_key, row_of_maps_id, row_of_team
from trigpoint.store.sessions import SessionsWriter
from trigpoint.store.usage import window_row
from trigpoint.store.webhooks import WebhooksWriter


class Change(Reader):
    """One write transaction. It locks the head of the ledger, so that changes happen one after the other."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.unconfirmed = 0
        """After the commit: how many workers have not confirmed the change within a second (PostgreSQL only)."""
        row = connection.execute(
            select(tables.ledger_head.c.sequence, tables.ledger_head.c.hash).with_for_update()
        ).one()
        self._head = Head(row.sequence, row.hash)

    @property
    def people(self) -> PeopleWriter:
        """Changes to people."""
        return PeopleWriter(self._connection)

    @property
    def api_tokens(self) -> ApiTokensWriter:
        """Changes to API tokens."""
        return ApiTokensWriter(self._connection)

    @property
    def creations(self) -> CreationsWriter:
        """Changes to idempotency keys."""
        return CreationsWriter(self._connection)

    @property
    def maps_tokens(self) -> MapsTokensWriter:
        """Changes to Maps tokens."""
        return MapsTokensWriter(self._connection)

    @property
    def webhooks(self) -> WebhooksWriter:
        """Changes to webhooks."""
        return WebhooksWriter(self._connection)

    @property
    def sessions(self) -> SessionsWriter:
        """Changes to sessions."""
        return SessionsWriter(self._connection)

    @property
    def reached(self) -> Head:
        """The head of the ledger, including the events of this change."""
        return self._head

    @property
    def restoring(self) -> Restoring:
        """Writes rows of a backup. After the ledger was replaced, call `adopt_ledger`."""
        return Restoring(self._connection)

    def adopt_ledger(self) -> None:
        """Read the head of the ledger again, after a restore has replaced it."""
        self._head = self.head()

    def append(self, event: Event, *, at: Milliseconds) -> Entry:
        """Append an event to the ledger."""
        entry = ledger.append(self._head, event, at)
        self._connection.execute(insert(tables.ledger), row_of_entry(entry))
        self._head = Head(entry.sequence, entry.hash)
        self._connection.execute(update(tables.ledger_head).values(sequence=entry.sequence, hash=entry.hash))
        return entry

    def add_team(self, team: Team) -> None:
        """Write a new team."""
        self._connection.execute(insert(tables.teams), row_of_team(team))

    def add_maps_id(self, maps_id: MapsId) -> None:
        """Write a new Maps ID."""
        self._connection.execute(insert(tables.maps_ids), row_of_maps_id(maps_id))

    def put_maps_id(self, maps_id: MapsId) -> None:
        """Write a changed Maps ID."""
        table = tables.maps_ids
        same = table.c.identifier_key == same_identifier(maps_id.identifier)
        self._connection.execute(update(table).where(same).values(row_of_maps_id(maps_id)))

    def remove_maps_id(self, identifier: str) -> None:
        """Delete a Maps ID and its limits, so that a later registration of it starts without limits."""
        limits = tables.quotas
        subject = maps_id_account(identifier, Meter.SERVICE_CALLS).subject
        self._connection.execute(delete(limits).where(limits.c.subject == subject))
        table = tables.maps_ids
        self._connection.execute(delete(table).where(table.c.identifier_key == same_identifier(identifier)))

    def add_key(self, key: Key, *, sealed_private_half: bytes | None) -> None:
        """Write a new key, and its sealed private half if this installation has it."""
        self._connection.execute(insert(tables.keys), row_of_key(key))
        if sealed_private_half is not None:
            self._connection.execute(insert(tables.vault), {"key_id": key.key_id, "sealed": sealed_private_half})

    def put_key(self, key: Key) -> None:
        """Write a changed key."""
        self._connection.execute(update(tables.keys).where(tables.keys.c.key_id == key.key_id).values(row_of_key(key)))

    def put_sealed_private_half(self, key_id: KeyId, sealed: bytes) -> None:
        """Replace a sealed private half by one that was sealed again."""
        table = tables.vault
        self._connection.execute(update(table).where(table.c.key_id == key_id).values(sealed=sealed))

    def erase_private_half(self, key_id: KeyId) -> None:
        """Delete a sealed private half. Copies may remain in logs and old pages; without its data key they are useless."""
        self._connection.execute(delete(tables.vault).where(tables.vault.c.key_id == key_id))

    def add_signing_secret(self, secret_id: str, sealed: bytes, *, created_at: Milliseconds) -> None:
        """Write a new signing secret for access tokens."""
        row = {"secret_id": secret_id, "sealed": sealed, "created_at": created_at}
        self._connection.execute(insert(tables.signing_secrets), row)

    def remove_signing_secret(self, secret_id: str) -> None:
        """Delete a signing secret: access tokens that it signed are refused from then on."""
        table = tables.signing_secrets
        self._connection.execute(delete(table).where(table.c.secret_id == secret_id))

    def put_limit(self, account: Account, team_id: TeamId, most: int | None) -> None:
        """Write a limit; None removes it."""
        table = tables.quotas
        here = (
            (table.c.subject == account.subject)
            & (table.c.meter == account.meter.value)
            & (table.c.period == int(account.period))
        )
        self._connection.execute(delete(table).where(here))
        if most is not None:
            row = {"subject": account.subject, "meter": account.meter.value, "period": int(account.period)}
            self._connection.execute(insert(table), row | {"team_id": team_id, "most": most})

    def mark_alarm(self, account: Account, *, window: int, percent: int) -> bool:
        """Note that an alarm was written; return False if this alarm or a higher one was noted before."""
        table = tables.quota_windows
        lower = window_row(account, window) & (table.c.alarmed < percent)
        return self._connection.execute(update(table).where(lower).values(alarmed=percent)).rowcount == 1

    def put_leak_choice(self, team_id: TeamId, *, suspend: bool) -> None:
        """Write whether keys of a team are suspended when they are reported as leaked."""
        here = tables.teams.c.team_id == team_id
        self._connection.execute(update(tables.teams).where(here).values(suspends_leaked_keys=suspend))

    def found_installation(self, master_key_check: bytes, *, at: Milliseconds) -> None:
        """Write the row that marks the database as an installation."""
        row = {"id": 1, "created_at": at, "master_key_check": master_key_check}
        self._connection.execute(insert(tables.installation), row)
