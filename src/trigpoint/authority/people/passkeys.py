"""The desk of passkeys (WebAuthn Level 3): adding, checking and removing them.

The library is imported where it is used, because this takes a third of a second, and no command needs it.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from trigpoint.authority.people.accounts import find_person
from trigpoint.authority.people.secrets_in_links import new_secret
from trigpoint.authority.people.sessions import SignedIn, Visitor
from trigpoint.authority.people.throttle import FORGET_AFTER_S, require_patience, subjects_of_passkeys
from trigpoint.base.base64url import encode_base64url
from trigpoint.base.clock import Clock, Milliseconds, earlier, now_ms, to_ms, to_seconds
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.person import Person, PersonId
from trigpoint.credentials.session import Passkey
from trigpoint.store.opening import Store

CHALLENGE_LIFETIME_S = 300
NAME_LIMIT = 50
REFUSED = "The passkey was not accepted. Try again, or sign in with your password."


class Passkeys:
    """Adds, checks and removes passkeys."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def list(self, person_id: PersonId) -> Sequence[Passkey]:
        """List a person's passkeys."""
        with self._store.read() as reader:
            return reader.sessions.passkeys(person_id)

    def ask_for_new(self, person_id: PersonId, domain: str) -> bytes:
        """Give the options for `navigator.credentials.create`, as JSON."""
        from webauthn import generate_registration_options, options_to_json
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        challenge = self._challenge("add", person_id)
        with self._store.read() as reader:
            person = find_person(reader, person_id)
            known = reader.sessions.passkeys(person_id)
        options = generate_registration_options(
            rp_id=domain,
            rp_name="Trigpoint",
            user_id=person.person_id.encode(),
            user_name=person.email,
            user_display_name=person.name,
            challenge=from_base64url(challenge),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(from_base64url(one.credential_id)) for one in known],
        )
        return options_to_json(options).encode()

    def add(self, person_id: PersonId, credential: str, *, name: str, domain: str, origin: str) -> Passkey:
        """Add a passkey; `credential` is the response of `navigator.credentials.create`, as JSON.

        `domain` and `origin` are those of the portal. Raises ForbiddenError if the response is not valid, ConflictError if
        the passkey is registered already.
        """
        from webauthn import verify_registration_response
        from webauthn.helpers.exceptions import WebAuthnException

        clean_name = " ".join(name.split()) or "Passkey"
        if len(clean_name) > NAME_LIMIT or not clean_name.isprintable():
            raise InvalidError("name", f"1 to {NAME_LIMIT} printable characters", example="My phone", received=name)
        challenge = _challenge_of(credential)
        at = now_ms(self._clock)
        self._take(challenge, "add", at=at, person_id=person_id)
        try:
            verified = verify_registration_response(
                credential=credential,
                expected_challenge=from_base64url(challenge),
                expected_rp_id=domain,
                expected_origin=origin,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise ForbiddenError(f"The passkey was not accepted: {error}") from error
        passkey = Passkey(
            encode_base64url(verified.credential_id),
            person_id,
            verified.credential_public_key,
            verified.sign_count,
            clean_name,
            at,
        )
        with self._store.change() as change:
            person = find_person(change, person_id)
            if change.sessions.passkey(passkey.credential_id) is not None:
                raise ConflictError("This passkey is registered already.")
            change.sessions.add_passkey(passkey)
            details: Details = {
                "name": clean_name,
                "fingerprint": fingerprint(passkey.credential_id, passkey.public_key),
            }
            event = Event(EventKind.PASSKEY_ADDED, person.email, None, person.email, details)
            change.append(event, at=at)
        return passkey

    def ask_stranger(self, domain: str, visitor: Visitor) -> bytes:
        """Give the options for `navigator.credentials.get`, as JSON, to sign in with a passkey without an address.

        Each challenge is stored, and anybody may request one: after 30 without a valid response from a network, it must
        wait, and `ThrottledError` is raised.
        """
        subjects = subjects_of_passkeys(visitor.network)
        with self._store.read() as reader:  # a request that must wait causes no write
            require_patience(reader, subjects, at=self._clock())
        return self._request(domain, self._challenge("sign_in", None, subjects), [])

    def ask(self, domain: str | None, *, purpose: str, person_id: PersonId) -> bytes:
        """Give the options for `navigator.credentials.get`, as JSON, to use one of a person's passkeys."""
        if domain is None:
            raise ForbiddenError("Passkeys belong to a domain, and this address has none.")
        known = self.list(person_id)
        return self._request(domain, self._challenge(purpose, person_id), known)

    @staticmethod
    def _request(domain: str, challenge: str, known: Sequence[Passkey]) -> bytes:
        from webauthn import generate_authentication_options, options_to_json
        from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

        options = generate_authentication_options(
            rp_id=domain,
            challenge=from_base64url(challenge),
            allow_credentials=[PublicKeyCredentialDescriptor(from_base64url(one.credential_id)) for one in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options).encode()

    def check(
        self, credential: str, *, domain: str, origin: str, purpose: str, visitor: Visitor | None = None
    ) -> Person:
        """Give the person whose passkey has signed the challenge; raise `ForbiddenError` if it was not a valid one.

        Then the failed attempts of the network of `visitor` are deleted.
        """
        from webauthn import verify_authentication_response
        from webauthn.helpers.exceptions import WebAuthnException

        challenge = _challenge_of(credential)
        at = now_ms(self._clock)
        challenged = self._take(challenge, purpose, at=at)
        with self._store.read() as reader:
            passkey = reader.sessions.passkey(_id_of(credential))
        if passkey is None or (challenged is not None and challenged != passkey.person_id):
            raise ForbiddenError(REFUSED)
        try:
            verified = verify_authentication_response(
                credential=credential,
                expected_challenge=from_base64url(challenge),
                expected_rp_id=domain,
                expected_origin=origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise ForbiddenError(REFUSED) from error
        with self._store.change() as change:
            change.sessions.note_use(passkey.credential_id, sign_count=verified.new_sign_count, at=at)
            if visitor is not None:
                change.sessions.forget_failures(subjects_of_passkeys(visitor.network).values())
            return find_person(change, passkey.person_id)

    def prove(self, credential: str, who: SignedIn, *, domain: str, origin: str) -> None:
        """Record that a person has proved their identity with a passkey, before a sensitive action."""
        person = self.check(credential, domain=domain, origin=origin, purpose="proof")
        if person.person_id != who.person.person_id:
            raise ForbiddenError(REFUSED)
        with self._store.change() as change:
            change.sessions.prove(who.session.session_id, proved_at=now_ms(self._clock))

    def set_second_factor(self, person_id: PersonId, *, wanted: bool) -> Person:
        """Set whether signing in needs a passkey after the password; raise ConflictError if the person has no passkey."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            person = find_person(change, person_id)
            if wanted and not change.sessions.passkeys(person_id):
                raise ConflictError("Add a passkey first: without one you could not sign in any more.")
            after = replace(person, second_factor=wanted, version=person.version + 1)
            change.people.put(after)
            event = Event(EventKind.SECOND_FACTOR_SET, person.email, None, person.email, {"wanted": wanted})
            change.append(event, at=at)
        return after

    def remove(self, person_id: PersonId, credential_id: str) -> None:
        """Remove a passkey; raise ConflictError for the last one, if signing in needs a passkey after the password."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            person = find_person(change, person_id)
            known = change.sessions.passkeys(person_id)
            if person.second_factor and len(known) == 1:
                raise ConflictError(
                    "This is your only passkey, and you need it after your password to sign in. Switch that off first."
                )
            passkey = next((one for one in known if one.credential_id == credential_id), None)
            if passkey is None:
                raise NotFoundError("There is no such passkey (any more).")
            change.sessions.remove_passkey(person_id, credential_id)
            details: Details = {
                "name": passkey.name,
                "fingerprint": fingerprint(passkey.credential_id, passkey.public_key),
            }
            change.append(Event(EventKind.PASSKEY_REMOVED, person.email, None, person.email, details), at=at)

    def _challenge(self, purpose: str, person_id: PersonId | None, subjects: Mapping[str, str] | None = None) -> str:
        challenge = new_secret()
        with self._store.change() as change:
            at = now_ms(self._clock)
            if subjects is not None:  # checked again in the transaction: of many requests at once, each counts
                require_patience(change, subjects, at=to_seconds(at))
                change.sessions.note_failure(subjects.values(), at=at, forget_before=earlier(at, to_ms(FORGET_AFTER_S)))
            change.sessions.add_challenge(
                challenge, purpose, person_id=person_id, at=at, lifetime_ms=to_ms(CHALLENGE_LIFETIME_S)
            )
        return challenge

    def _take(
        self, challenge: str, purpose: str, *, at: Milliseconds, person_id: PersonId | None = None
    ) -> PersonId | None:
        with self._store.change() as change:
            is_ours, challenged = change.sessions.take_challenge(challenge, purpose, at=at)
        if not is_ours or (person_id is not None and challenged != person_id):
            raise ForbiddenError("This took too long, or was used already. Try again.")
        return challenged


def _challenge_of(credential: str) -> str:
    """Read the challenge that a response names; the library compares it with the signed one."""
    try:
        data = json.loads(credential)["response"]["clientDataJSON"]
        return _require_ascii(json.loads(from_base64url(data))["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ForbiddenError(REFUSED) from None


def _id_of(credential: str) -> str:
    return _require_ascii(json.loads(credential).get("id", ""))


def _require_ascii(value: object) -> str:
    """Give a text that a database can compare; the JSON of a stranger may have half of a surrogate pair."""
    text = str(value)
    if not text.isascii():
        raise ForbiddenError(REFUSED)
    return text


def from_base64url(text: str) -> bytes:
    """Read base64url, padded or not; raise `ValueError` for anything else."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
