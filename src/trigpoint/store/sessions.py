"""Sessions, passkeys, challenges and failed sign-ins in the database."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from trigpoint.base.clock import Milliseconds
from trigpoint.credentials.person import PersonId
from trigpoint.credentials.session import Passkey, Session
from trigpoint.store import tables

_SESSION = [column for column in tables.sessions.c if column.name != "session_hash"]


class SessionsReader:
    """Queries for sessions, passkeys and failed sign-ins."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def session(self, session_hash: str) -> Session | None:
        """The session whose cookie value has this hash; None if there is none."""
        question = select(*_SESSION).where(tables.sessions.c.session_hash == session_hash)
        row = self._connection.execute(question).mappings().first()
        return None if row is None else _session_of(row)

    def sessions(self, person_id: PersonId) -> list[Session]:
        """A person's sessions, the last used first."""
        found = tables.sessions.c
        question = select(*_SESSION).where(found.person_id == person_id)
        rows = self._connection.execute(question.order_by(found.seen_at.desc(), found.session_id))
        return [_session_of(row) for row in rows.mappings()]

    def passkeys(self, person_id: PersonId) -> list[Passkey]:
        """A person's passkeys, the oldest first."""
        found = tables.passkeys.c
        question = select(tables.passkeys).where(found.person_id == person_id)
        rows = self._connection.execute(question.order_by(found.created_at, found.credential_id))
        return [_passkey_of(row) for row in rows.mappings()]

    def passkey(self, credential_id: str) -> Passkey | None:
        """One passkey."""
        question = select(tables.passkeys).where(tables.passkeys.c.credential_id == credential_id)
        row = self._connection.execute(question).mappings().first()
        return None if row is None else _passkey_of(row)

    def failures(self, subjects: Iterable[str]) -> dict[str, tuple[int, Milliseconds]]:
        """The failed sign-ins of each subject: how many, and the time of the last one (milliseconds)."""
        table = tables.failures
        rows = self._connection.execute(select(table).where(table.c.subject.in_(list(subjects))))
        return {row["subject"]: (row["count"], row["last_at"]) for row in rows.mappings()}


class SessionsWriter(SessionsReader):
    """Changes to sessions, passkeys, challenges and failed sign-ins."""

    def add(self, session: Session, session_hash: str) -> None:
        """Write a new session."""
        self._connection.execute(insert(tables.sessions), asdict(session) | {"session_hash": session_hash})

    def touch(self, session_id: str, *, seen_at: Milliseconds) -> None:
        """Note that a session was used."""
        self._update(session_id, seen_at=seen_at)

    def prove(self, session_id: str, *, proved_at: Milliseconds) -> None:
        """Note that the person confirmed the session with password or passkey again."""
        self._update(session_id, proved_at=proved_at, seen_at=proved_at)

    def remove(self, person_id: PersonId, session_id: str) -> bool:
        """End one session of a person; return whether it existed."""
        found = tables.sessions.c
        done = self._connection.execute(
            delete(tables.sessions).where(found.person_id == person_id, found.session_id == session_id)
        )
        return done.rowcount > 0

    def remove_all(self, person_id: PersonId, *, keep: str | None = None) -> int:
        """End all sessions of a person but `keep`; return how many were ended."""
        found = tables.sessions.c
        question = delete(tables.sessions).where(found.person_id == person_id)
        if keep is not None:
            question = question.where(found.session_id != keep)
        return int(self._connection.execute(question).rowcount)

    def remove_dead(self, *, seen_before: Milliseconds, created_before: Milliseconds) -> None:
        """Delete sessions that were idle for too long, or are too old."""
        found = tables.sessions.c
        dead = (found.seen_at < seen_before) | (found.created_at < created_before)
        self._connection.execute(delete(tables.sessions).where(dead))

    def add_passkey(self, passkey: Passkey) -> None:
        """Write a new passkey."""
        self._connection.execute(insert(tables.passkeys), asdict(passkey))

    def note_use(self, credential_id: str, *, sign_count: int, at: Milliseconds) -> None:
        """Note that a passkey was used to sign in."""
        table = tables.passkeys
        same = table.c.credential_id == credential_id
        self._connection.execute(update(table).where(same).values(sign_count=sign_count, last_used_at=at))

    def remove_passkey(self, person_id: PersonId, credential_id: str) -> bool:
        """Delete one passkey of a person; return whether it existed."""
        found = tables.passkeys.c
        done = self._connection.execute(
            delete(tables.passkeys).where(found.person_id == person_id, found.credential_id == credential_id)
        )
        return done.rowcount > 0

    def add_challenge(
        self, challenge: str, purpose: str, *, person_id: PersonId | None, at: Milliseconds, lifetime_ms: int
    ) -> None:
        """Write a new challenge, and delete those that have expired. `lifetime_ms` is in milliseconds."""
        self._connection.execute(delete(tables.challenges).where(tables.challenges.c.expires_at <= at))
        row = {"challenge": challenge, "purpose": purpose, "person_id": person_id, "expires_at": at + lifetime_ms}
        self._connection.execute(insert(tables.challenges), row)

    def take_challenge(self, challenge: str, purpose: str, *, at: Milliseconds) -> tuple[bool, PersonId | None]:
        """Consume a challenge: return whether it was there and not expired, and whose it was. Deletes expired ones."""
        table = tables.challenges
        row = self._connection.execute(
            select(table).where(table.c.challenge == challenge, table.c.purpose == purpose, table.c.expires_at > at)
        ).first()
        self._connection.execute(delete(table).where((table.c.challenge == challenge) | (table.c.expires_at <= at)))
        if row is None:
            return False, None
        return True, None if row.person_id is None else PersonId(row.person_id)

    def note_failure(self, subjects: Iterable[str], *, at: Milliseconds, forget_before: Milliseconds) -> None:
        """Count a failed sign-in for each subject. Deletes counts whose last failure is before `forget_before`."""
        table = tables.failures
        self._connection.execute(delete(table).where(table.c.last_at < forget_before))
        wanted = list(subjects)
        known = self.failures(wanted)
        for subject in wanted:
            if subject in known:
                values = {"count": known[subject][0] + 1, "last_at": at}
                self._connection.execute(update(table).where(table.c.subject == subject).values(values))
            else:
                self._connection.execute(insert(table), {"subject": subject, "count": 1, "last_at": at})

    def forget_failures(self, subjects: Iterable[str]) -> None:
        """Delete the failed sign-ins of subjects, after a successful one."""
        table = tables.failures
        self._connection.execute(delete(table).where(table.c.subject.in_(list(subjects))))

    def _update(self, session_id: str, **values: int) -> None:
        table = tables.sessions
        self._connection.execute(update(table).where(table.c.session_id == session_id).values(values))


def _session_of(row: RowMapping) -> Session:
    return Session(**{**row, "person_id": PersonId(row["person_id"])})


def _passkey_of(row: RowMapping) -> Passkey:
    return Passkey(**{**row, "person_id": PersonId(row["person_id"])})
