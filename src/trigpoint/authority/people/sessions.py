"""The desk of sessions: signing in and out, finding the session of a request, and proving one's identity again."""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from trigpoint.authority.people.accounts import actor_of, find_person
from trigpoint.authority.people.passwords import is_password
from trigpoint.authority.people.secrets_in_links import digest, new_id, new_secret
from trigpoint.authority.people.throttle import FORGET_AFTER_S, UNKNOWN_NETWORK, require_patience, subjects_of
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock, Milliseconds, earlier, now_ms, to_ms, to_seconds
from trigpoint.base.errors import ForbiddenError, NotFoundError
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.person import Person, PersonId
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.session import AGE_LIMIT_S, IDLE_LIMIT_S, Session, describe_browser
from trigpoint.store.opening import Store
from trigpoint.store.writer import Change

TOUCH_EVERY_S = 60
"""Shortest interval between two writes of a session's last use."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The client of a request: its address and its User-Agent."""

    address: str = ""
    user_agent: str = ""

    @property
    def network(self) -> str:
        """The network of the address: /24 of IPv4, /48 of IPv6."""
        try:
            found = ipaddress.ip_address(self.address)
        except ValueError:
            return UNKNOWN_NETWORK
        return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


@dataclass(frozen=True, slots=True)
class IssuedSession:
    """A new session, with the value of its cookie, which is not stored."""

    session: Session
    secret: str

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return f"IssuedSession({self.session.session_id})"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The user of a request: the session, its person, and their actor."""

    session: Session
    person: Person
    actor: Actor


class WrongPasswordError(ForbiddenError):
    """The address or the password is wrong; the message does not say which."""

    def __init__(self) -> None:
        super().__init__("The address or the password is wrong.")


class Sessions:
    """Signs people in and out."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._form_secret = vault.derive("forms")

    def check_password(self, email: str, password: str, visitor: Visitor) -> Person:
        """Find the person with this address and password; raise `WrongPasswordError` or `ThrottledError`."""
        subjects = subjects_of(email, visitor.network)
        with self._store.read() as reader:
            require_patience(reader, subjects, at=self._clock())
            person = reader.people.person_with_email(email)
            hashed = None if person is None else reader.people.password_hash(person.person_id)
        right = is_password(password, hashed)
        at = now_ms(self._clock)
        with self._store.change() as change:
            if person is None or not right:
                change.sessions.note_failure(subjects.values(), at=at, forget_before=earlier(at, to_ms(FORGET_AFTER_S)))
            else:
                change.sessions.forget_failures([subjects[kind] for kind in ("pair",) if kind in subjects])
        if person is None or not right:
            raise WrongPasswordError
        return person

    def begin(self, person_id: PersonId, visitor: Visitor, *, method: str) -> IssuedSession:
        """Start a session for a person who proved their identity by `method`."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            return begin_session(change, find_person(change, person_id), visitor, method=method, at=at)

    def find(self, secret: str | None) -> SignedIn | None:
        """Find the session of a cookie; None if there is none, or it has expired."""
        if not secret:
            return None
        at = self._clock()
        with self._store.read() as reader:
            session = reader.sessions.session(digest(secret))
            if session is None or not session.is_live(at):
                return None
            person = find_person(reader, session.person_id)
            actor = actor_of(reader, person)
        if at - to_seconds(session.seen_at) >= TOUCH_EVERY_S:
            with self._store.change() as change:
                change.sessions.touch(session.session_id, seen_at=to_ms(at))
        return SignedIn(session, person, actor)

    def is_fresh(self, session: Session) -> bool:
        """Tell whether the person of a session proved their identity within the last ten minutes."""
        return session.is_fresh(self._clock())

    def prove(self, signed_in: SignedIn, password: str, visitor: Visitor) -> None:
        """Record that a person has proved their identity with the password, before a sensitive action.

        Raises `WrongPasswordError` or `ThrottledError`.
        """
        self.check_password(signed_in.person.email, password, visitor)
        with self._store.change() as change:
            change.sessions.prove(signed_in.session.session_id, proved_at=now_ms(self._clock))

    def list(self, person_id: PersonId) -> Sequence[Session]:
        """List a person's live sessions."""
        at = self._clock()
        with self._store.read() as reader:
            return [session for session in reader.sessions.sessions(person_id) if session.is_live(at)]

    def end(self, person_id: PersonId, session_id: str) -> None:
        """End one of a person's own sessions."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            person = find_person(change, person_id)
            if not change.sessions.remove(person_id, session_id):
                raise NotFoundError("There is no such session (any more).")
            event = Event(EventKind.SESSION_ENDED, person.email, None, person.email, {"session": session_id})
            change.append(event, at=at)

    def form_token(self, secret: str) -> str:
        """Give the token in the forms of a session, against cross-site request forgery."""
        return hashlib.blake2b(secret.encode("utf-8", "replace"), key=self._form_secret, digest_size=24).hexdigest()


def begin_session(change: Change, person: Person, visitor: Visitor, *, method: str, at: Milliseconds) -> IssuedSession:
    """Store a new session with its event; expired sessions are deleted in the same transaction."""
    secret = new_secret()
    browser = describe_browser(visitor.user_agent)
    session = Session(new_id(), person.person_id, at, at, at, visitor.network, browser)
    change.sessions.remove_dead(
        seen_before=earlier(at, to_ms(IDLE_LIMIT_S)), created_before=earlier(at, to_ms(AGE_LIMIT_S))
    )
    change.sessions.add(session, digest(secret))
    details: Details = {
        "with": method,
        "network": session.network,
        "browser": session.browser,
        "fingerprint": fingerprint(session.session_id, digest(secret)),
    }
    change.append(Event(EventKind.PERSON_SIGNED_IN, person.email, None, person.email, details), at=at)
    return IssuedSession(session, secret)
