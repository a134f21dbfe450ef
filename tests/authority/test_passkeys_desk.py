"""Passkeys, with a software authenticator: which responses are accepted, and which are not."""

import base64
import hashlib
import json
import struct
from dataclasses import dataclass, field, replace

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select

from authority.people_builders import VISITOR, the_first_person
from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.authority.people.passkeys import CHALLENGE_LIFETIME_S
from trigpoint.authority.people.throttle import ThrottledError
from trigpoint.base.errors import ConflictError, ForbiddenError, NotFoundError
from trigpoint.credentials.person import Person
from trigpoint.credentials.session import PROOF_LIMIT_S, Passkey
from trigpoint.store import tables

DOMAIN = "maps.example.com"
ORIGIN = "https://maps.example.com"
PRESENT_AND_VERIFIED = 0x05


def write(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """A device with one passkey. Its answers are what a browser posts."""

    domain: str = DOMAIN
    origin: str = ORIGIN
    flags: int = PRESENT_AND_VERIFIED
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = b"a credential of tests"
    count: int = 0

    def create(self, options: bytes) -> str:
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cose
        data = self._data(self.flags | 0x40) + attested
        response = {
            "clientDataJSON": write(self._client("webauthn.create", options)),
            "attestationObject": write(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._answer(response)

    def get(self, options: bytes) -> str:
        self.count += 1
        data, client = self._data(self.flags), self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {"clientDataJSON": write(client), "authenticatorData": write(data), "signature": write(signature)}
        )

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, options: bytes) -> bytes:
        return json.dumps({"type": kind, "challenge": json.loads(options)["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        own = write(self.credential_id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})


@pytest.fixture
def ada(authority: Authority) -> Person:
    return the_first_person(authority)


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def add(authority: Authority, person: Person, device: Authenticator) -> Passkey:
    answer = device.create(authority.passkeys.ask_for_new(person.person_id, DOMAIN))
    return authority.passkeys.add(person.person_id, answer, name="Phone", domain=DOMAIN, origin=ORIGIN)


def check(authority: Authority, answer: str, purpose: str = "sign_in") -> Person:
    return authority.passkeys.check(answer, domain=DOMAIN, origin=ORIGIN, purpose=purpose, visitor=VISITOR)


def test_a_passkey_signs_its_person_in(authority: Authority, ada: Person, device: Authenticator) -> None:
    assert add(authority, ada, device).name == "Phone"
    answer = device.get(authority.passkeys.ask_stranger(DOMAIN, VISITOR))
    assert check(authority, answer) == ada
    (known,) = authority.passkeys.list(ada.person_id)
    assert (known.sign_count, known.last_used_at) == (1, int(authority.clock() * 1000))


HALF_A_PAIR = json.dumps("\ud800")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        '{"response": 1}',
        '{"response": {"clientDataJSON": "e30"}}',
        "[" * 100_000,
        json.dumps({"response": {"clientDataJSON": write(b'{"challenge": %s}' % HALF_A_PAIR.encode())}}),
        json.dumps({"response": {"clientDataJSON": write(b"[" * 100_000)}}),
    ],
)
def test_a_malformed_response_is_refused(authority: Authority, answer: str) -> None:
    with pytest.raises(ForbiddenError, match="The passkey was not accepted"):
        check(authority, answer)


def test_a_response_with_a_malformed_id_is_refused(authority: Authority, ada: Person, device: Authenticator) -> None:
    add(authority, ada, device)
    answer = json.loads(device.get(authority.passkeys.ask_stranger(DOMAIN, VISITOR)))
    with pytest.raises(ForbiddenError, match="The passkey was not accepted"):
        check(authority, json.dumps(answer | {"id": "\ud800"}))


def test_a_response_is_accepted_once(authority: Authority, ada: Person, device: Authenticator) -> None:
    add(authority, ada, device)
    answer = device.get(authority.passkeys.ask_stranger(DOMAIN, VISITOR))
    check(authority, answer)
    with pytest.raises(ForbiddenError, match="used already"):
        check(authority, answer)


def test_a_response_is_accepted_until_its_challenge_expires(
    authority: Authority, ada: Person, device: Authenticator, clock: FixedClock
) -> None:
    add(authority, ada, device)
    for late, accepted in ((CHALLENGE_LIFETIME_S - 1, True), (CHALLENGE_LIFETIME_S, False)):
        answer = device.get(authority.passkeys.ask_stranger(DOMAIN, VISITOR))
        clock.now += late
        if accepted:
            assert check(authority, answer) == ada
        else:
            with pytest.raises(ForbiddenError, match="This took too long"):
                check(authority, answer)


@pytest.mark.parametrize(
    "fault",
    [
        {"origin": "https://evil.example"},
        {"domain": "evil.example"},
        {"flags": 0x01},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"credential_id": b"somebody else's"},
    ],
)
def test_a_wrong_response_is_refused(
    authority: Authority, ada: Person, device: Authenticator, fault: dict[str, object]
) -> None:
    add(authority, ada, device)
    for name, value in fault.items():
        setattr(device, name, value)
    with pytest.raises(ForbiddenError, match="The passkey was not accepted"):
        check(authority, device.get(authority.passkeys.ask_stranger(DOMAIN, VISITOR)))


def test_a_cloned_authenticator_is_refused(authority: Authority, ada: Person, device: Authenticator) -> None:
    device.count = 5
    add(authority, ada, device)
    device.count = 2
    with pytest.raises(ForbiddenError, match="The passkey was not accepted"):
        check(authority, device.get(authority.passkeys.ask_stranger(DOMAIN, VISITOR)))


def test_a_response_for_one_purpose_is_not_accepted_for_another(
    authority: Authority, ada: Person, device: Authenticator
) -> None:
    add(authority, ada, device)
    answer = device.get(authority.passkeys.ask(DOMAIN, purpose="proof", person_id=ada.person_id))
    with pytest.raises(ForbiddenError, match="This took too long, or was used already"):
        check(authority, answer)


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"response":{"clientDataJSON":"é"}}', '{"response":1}', "\x00"])
def test_any_posted_value_gives_a_clear_refusal(authority: Authority, answer: str) -> None:
    with pytest.raises(ForbiddenError):
        check(authority, answer)


def test_a_passkey_confirms_its_person_again(
    authority: Authority, ada: Person, device: Authenticator, clock: FixedClock
) -> None:
    add(authority, ada, device)
    issued = authority.sessions.begin(ada.person_id, VISITOR, method="password")
    clock.now += PROOF_LIMIT_S
    signed_in = authority.sessions.find(issued.secret)
    assert signed_in is not None
    assert not authority.sessions.is_fresh(signed_in.session)
    answer = device.get(authority.passkeys.ask(DOMAIN, purpose="proof", person_id=ada.person_id))
    authority.passkeys.prove(answer, signed_in, domain=DOMAIN, origin=ORIGIN)
    again = authority.sessions.find(issued.secret)
    assert again is not None
    assert authority.sessions.is_fresh(again.session)


def test_the_only_way_to_sign_in_cannot_be_removed(authority: Authority, ada: Person, device: Authenticator) -> None:
    with pytest.raises(ConflictError, match="Add a passkey first"):
        authority.passkeys.set_second_factor(ada.person_id, wanted=True)
    passkey = add(authority, ada, device)
    assert authority.passkeys.set_second_factor(ada.person_id, wanted=True).second_factor
    with pytest.raises(ConflictError, match="This is your only passkey"):
        authority.passkeys.remove(ada.person_id, passkey.credential_id)
    authority.passkeys.set_second_factor(ada.person_id, wanted=False)
    authority.passkeys.remove(ada.person_id, passkey.credential_id)
    with pytest.raises(NotFoundError, match="There is no such passkey"):
        authority.passkeys.remove(ada.person_id, passkey.credential_id)


def test_a_passkey_is_added_once(authority: Authority, ada: Person, device: Authenticator) -> None:
    add(authority, ada, device)
    with pytest.raises(ConflictError, match="registered already"):
        add(authority, ada, device)


def test_challenges_that_are_never_answered_are_limited_by_network(
    authority: Authority, ada: Person, device: Authenticator
) -> None:
    add(authority, ada, device)
    for _ in range(30):
        options = authority.passkeys.ask_stranger(DOMAIN, VISITOR)
    for _ in range(2):  # being refused does not make the wait longer
        with pytest.raises(ThrottledError, match=r"Too many attempts to sign in\. Try again in 2 seconds"):
            authority.passkeys.ask_stranger(DOMAIN, replace(VISITOR, address="192.0.2.200"))
    assert challenges(authority) == 30
    authority.passkeys.ask_stranger(DOMAIN, replace(VISITOR, address="198.51.100.7"))
    authority.passkeys.ask(DOMAIN, purpose="second_factor", person_id=ada.person_id)
    assert check(authority, device.get(options)) == ada
    authority.passkeys.ask_stranger(DOMAIN, VISITOR)  # somebody of this network signed in: all is forgotten


def test_a_limited_network_may_ask_again_later(authority: Authority, clock: FixedClock) -> None:
    for _ in range(30):
        authority.passkeys.ask_stranger(DOMAIN, VISITOR)
    clock.now += 1
    authority.passkeys.ask_stranger(DOMAIN, VISITOR)
    with pytest.raises(ThrottledError, match="in 3 seconds"):
        authority.passkeys.ask_stranger(DOMAIN, VISITOR)
    clock.now += CHALLENGE_LIFETIME_S
    authority.passkeys.ask_stranger(DOMAIN, VISITOR)
    assert challenges(authority) == 1


def challenges(authority: Authority) -> int:
    with authority._store._engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.challenges)).scalar_one())
