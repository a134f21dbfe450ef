"""`audit verify` finds everything that was changed in the database without an entry in the ledger."""

import dataclasses
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from authority.people_builders import PASSWORD, VISITOR, a_member, team_of, the_first_person
from authority.test_passkeys_desk import DOMAIN, ORIGIN, Authenticator
from conftest import FixedClock
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.ceilings import Ceilings
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.ledger import Fault, LedgerFault
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.store.reader import Reader

MAPS_ID = "maps.com.mycompany.mywebsite"
ENDING = "Somebody wrote to the database past Trigpoint."
ADA, JO = "ada@example.com", "developer@example.com"


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """What an installation has: the IDs of one object of each kind."""

    team: TeamId
    key: str
    revoked_key: str
    maps_token: str
    api_token: str
    webhook: str
    invitation: str


@pytest.fixture
def made(authority: Authority, operator: Actor) -> Made:
    return furnish(authority, operator)


def furnish(authority: Authority, operator: Actor) -> Made:
    ada = the_first_person(authority)
    team = team_of(authority, ada)
    jo = a_member(authority, team, Role.DEVELOPER)
    authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="My website")
    keys = [authority.keys.create(operator, team_id=team, name=name, maps_id=MAPS_ID) for name in ("One", "Two")]
    authority.keys.revoke(operator, keys[1].key_id, reason=RevocationReason.COMPROMISED)
    authority.keys.set_ceilings(operator, keys[0].key_id, Ceilings(origins="example.com"))
    authority.quotas.set(operator, team, meter=Meter.SERVICE_CALLS, daily=1000)
    authority.quotas.set(operator, team, meter=Meter.SERVICE_CALLS, daily=10, maps_id=MAPS_ID)
    maps = authority.maps_tokens.create(
        operator, team_id=team, service=Service.SERVER_API, origins="example.com", description="Shop"
    )
    token = authority.api_tokens.create(operator, name="CI", team_id=team, role=Role.VIEWER)
    hook = authority.webhooks.add(operator, url="https://1.1.1.1/hooks/mine", team_id=team)
    link = authority.members.invite(operator, team_id=team, role=Role.VIEWER, email="new@example.com")
    authority.people.issue_reset_link(operator, JO)
    authority.sessions.begin(jo.person_id, VISITOR, method="password")
    device = Authenticator()
    options = authority.passkeys.ask_for_new(jo.person_id, DOMAIN)
    authority.passkeys.add(jo.person_id, device.create(options), name="Laptop", domain=DOMAIN, origin=ORIGIN)
    return Made(
        team, keys[0].key_id, keys[1].key_id, maps.record.token_id, token.record.token_id,
        hook.record.webhook_id, link.link.link_id,
    )  # fmt: skip


def damage(authority: Authority, statement: str) -> None:
    with authority._store._engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1, statement


def last_entry(authority: Authority, operator: Actor, subject: str, kind: str) -> int:
    return authority.audit.events(operator, subject=subject, kind=kind)[0].sequence


DAMAGES = {
    "a revoked key is active": (
        "UPDATE keys SET state = 'active', revoked_at = NULL WHERE key_id = '{0.revoked_key}'",
        "{0.revoked_key}", "key.revoked",
        "The key {0.revoked_key} has the state 'active', but entry {1} says 'revoked'.",
    ),
    "a key is suspended": (
        "UPDATE keys SET state = 'suspended' WHERE key_id = '{0.key}'", "{0.key}", "key.created",
        "The key {0.key} has the state 'suspended', but entry {1} says 'active'.",
    ),
    "a key has the public key of another": (
        "UPDATE keys SET public_key = (SELECT public_key FROM maps_tokens) WHERE key_id = '{0.key}'",
        "{0.key}", "key.created", "The key {0.key} has another public key than entry {1} says.",
    ),
    "a key has an unreadable public key": (
        "UPDATE keys SET public_key = (SELECT digest FROM api_tokens) WHERE key_id = '{0.key}'",
        "{0.key}", "key.created", "The key {0.key} has another public key than entry {1} says.",
    ),
    "a key has no expiry": (
        "UPDATE keys SET expires_at = 2000000000000 WHERE key_id = '{0.key}'", "{0.key}", "key.created",
        "The key {0.key} has the expiry 2033-05-18T03:33:20Z, but entry {1} says none.",
    ),
    "a key has no ceiling of origins": (
        "UPDATE keys SET ceiling_origins = NULL WHERE key_id = '{0.key}'", "{0.key}", "key.ceilings_set",
        "The key {0.key} has the origins none, but entry {1} says 'example.com'.",
    ),
    "a key is gone": (
        "DELETE FROM keys WHERE key_id = '{0.revoked_key}'", "{0.revoked_key}", "key.created",
        "The key {0.revoked_key} is gone, but entry {1} made it, and none ended it.",
    ),
    "a Maps token has no origin": (
        "UPDATE maps_tokens SET origin = NULL WHERE token_id = '{0.maps_token}'", "{0.maps_token}",
        "maps_token.created", "The Maps token {0.maps_token} has the origin none, but entry {1} says 'example.com'.",
    ),
    "a Maps token has the public key of another": (
        "UPDATE maps_tokens SET public_key = (SELECT min(public_key) FROM keys) WHERE token_id = '{0.maps_token}'",
        "{0.maps_token}", "maps_token.created",
        "The Maps token {0.maps_token} has another public key than entry {1} says.",
    ),
    "an API token has another role": (
        "UPDATE api_tokens SET role = 'admin' WHERE token_id = '{0.api_token}'", "{0.api_token}",
        "api_token.created", "The API token {0.api_token} has the role 'admin', but entry {1} says 'viewer'.",
    ),
    "an API token acts as the operator": (
        "UPDATE api_tokens SET role = NULL, team_id = NULL WHERE token_id = '{0.api_token}'", "{0.api_token}",
        "api_token.created", "The API token {0.api_token} has the team none, but entry {1} says '{0.team}'.",
    ),
    "an API token has another secret": (
        "UPDATE api_tokens SET digest = (SELECT min(public_key) FROM keys) WHERE token_id = '{0.api_token}'",
        "{0.api_token}", "api_token.created", "The API token {0.api_token} has another secret than entry {1} says.",
    ),
    "a member has another role": (
        "UPDATE memberships SET role = 'admin' WHERE role = 'developer'", JO, "member.added",
        f"The member {JO} of {{0.team}} has the role 'admin', but entry {{1}} says 'developer'.",
    ),
    "a member is gone": (
        "DELETE FROM memberships WHERE role = 'developer'", JO, "member.added",
        f"The member {JO} of {{0.team}} is gone, but entry {{1}} made it, and none ended it.",
    ),
    "somebody has the operator's mark": (
        f"UPDATE people SET is_operator = (1 = 1) WHERE email = '{JO}'", JO, "person.created",
        f"The account {JO} has the operator true, but entry {{1}} says false.",
    ),
    "somebody has another password": (
        f"UPDATE people SET password_hash = (SELECT password_hash FROM people WHERE email = '{ADA}') WHERE email = '{JO}'", JO, "person.created",
        f"The account {JO} has another password than entry {{1}} says.",
    ),
    "a limit is higher": (
        "UPDATE quotas SET most = 1000000 WHERE subject LIKE 'team:%'", "team:{0.team}", "quota.set",
        "The limit team:{0.team} (service_calls, a day) has the limit 1000000, but entry {1} says 1000.",
    ),
    "a limit is gone": (
        "DELETE FROM quotas WHERE subject LIKE 'maps_id:%'", f"maps_id:{MAPS_ID}", "quota.set",
        f"The limit maps_id:{MAPS_ID} (service_calls, a day) is gone, but entry {{1}} made it, and none ended it.",
    ),
    "a webhook has another path": (
        "UPDATE webhooks SET url = 'https://1.1.1.1/hooks/eve'", "{0.webhook}", "webhook.added",
        "The webhook {0.webhook} has another URL than entry {1} says.",
    ),
    "a webhook sends to another host": (
        "UPDATE webhooks SET url = 'https://9.9.9.9/hooks/mine'", "{0.webhook}", "webhook.added",
        "The webhook {0.webhook} has the origin 'https://9.9.9.9', but entry {1} says 'https://1.1.1.1'.",
    ),
    "a webhook is blind": (
        "UPDATE webhooks SET events = 'key.renamed'", "{0.webhook}", "webhook.added",
        "The webhook {0.webhook} has the events 'key.renamed', but entry {1} says '*'.",
    ),
    "a webhook is gone": (
        "DELETE FROM webhooks", "{0.webhook}", "webhook.added",
        "The webhook {0.webhook} is gone, but entry {1} made it, and none ended it.",
    ),
    "leaked keys are not suspended": (
        "UPDATE teams SET suspends_leaked_keys = NOT suspends_leaked_keys", "{0.team}", "team.created",
        "The team {0.team} has the choice to suspend leaked keys true, but entry {1} says false.",
    ),
    "an invitation is for an Admin": (
        "UPDATE links SET role = 'admin' WHERE kind = 'invitation'", "{0.invitation}", "invitation.made",
        "The invitation {0.invitation} has the role 'admin', but entry {1} says 'viewer'.",
    ),
    "an invitation has another secret": (
        "UPDATE links SET link_hash = 'eve' WHERE kind = 'invitation'", "{0.invitation}", "invitation.made",
        "The invitation {0.invitation} has another secret than entry {1} says.",
    ),
    "a reset link has another secret": (
        "UPDATE links SET link_hash = 'eve' WHERE kind = 'reset'", JO, "password.reset_issued",
        f"The reset link of {JO} has another secret than entry {{1}} says.",
    ),
}  # fmt: skip
_A_KEY = (
    "INSERT INTO keys (key_id, team_id, maps_id, maps_id_key, name, name_key, services, public_key, private_half, "
    "state, created_at, created_by, version) SELECT 'EVEEVEEVE1', team_id, maps_id, maps_id_key, 'Eve', 'eve', "
    "services, (SELECT public_key FROM maps_tokens), private_half, 'active', created_at, created_by, 1 FROM keys "
    "WHERE key_id = '{0.key}'"
)
UNKNOWN = {
    "a key": (
        _A_KEY,
        "The key EVEEVEEVE1 is there, but no entry says who made it.",
    ),
    "a session": (
        "INSERT INTO sessions SELECT 'eve', 'eve', person_id, created_at + 1, seen_at, seen_at, network, '' FROM sessions",
        f"The session eve of {JO} is there, but no entry says who made it.",
    ),
    "a session with another cookie": (
        "UPDATE sessions SET session_hash = 'eve', session_id = 'eve'",
        f"The session eve of {JO} is there, but no entry says who made it.",
    ),
    "a passkey with another key": (
        "UPDATE passkeys SET public_key = (SELECT min(public_key) FROM keys)",
        f"The passkey 'Laptop' of {JO} is there, but no entry says who made it.",
    ),
    "a reset link for somebody else": (
        f"UPDATE links SET person_id = (SELECT person_id FROM people WHERE email = '{ADA}') WHERE kind = 'reset'",
        f"The reset link of {ADA} is there, but no entry says who made it.",
    ),
    "a signing secret": (
        "INSERT INTO signing_secrets SELECT 'eve', sealed, created_at FROM signing_secrets",
        "The signing secret eve is there, but no entry says who made it.",
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Furnished:
    """An installation that all tests of a module share: each damages it in a transaction that is rolled back."""

    authority: Authority
    made: Made

    def contradictions(self, *statements: str) -> list[str]:
        """What is found after statements that each change one row."""
        with self.authority._store._engine.connect() as connection, connection.begin() as transaction:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for statement in statements:
                assert connection.execute(text(statement.format(self.made))).rowcount == 1, statement
            found = Reader(connection).contradictions(limit=4)
            transaction.rollback()
        return [f"The {one.noun} {one.subject} {one.wrong}." for one in found]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    home = tmp_path_factory.mktemp("furnished") / "home"
    opened = open_authority(home=home, clock=FixedClock())
    yield Furnished(opened, furnish(opened, Actor.as_operator("test")))
    opened.close()


@pytest.mark.parametrize("name", DAMAGES)
def test_a_changed_row_is_reported_with_the_entry_that_it_contradicts(
    furnished: Furnished, operator: Actor, name: str
) -> None:
    statement, subject, kind, sentence = DAMAGES[name]
    sequence = last_entry(furnished.authority, operator, subject.format(furnished.made), kind)
    assert furnished.contradictions(statement) == [sentence.format(furnished.made, sequence)]


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_row_without_an_entry_that_created_it_is_reported(furnished: Furnished, name: str) -> None:
    statement, sentence = UNKNOWN[name]
    assert furnished.contradictions(statement) == [sentence]


def rows_of(authority: Authority, table: str) -> list[dict[str, object]]:
    with authority._store._engine.begin() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


def put_back(authority: Authority, table: str, rows: list[dict[str, object]]) -> None:
    with authority._store._engine.begin() as connection:
        for row in rows:
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"), row)


def test_a_row_that_was_put_back_after_its_end_is_reported(
    authority: Authority, operator: Actor, clock: FixedClock, made: Made
) -> None:
    """A member, a passkey, a session, a used link and a signing secret that somebody kept, and put back."""
    kept = {
        name: rows_of(authority, name) for name in ("sessions", "passkeys", "links", "signing_secrets", "memberships")
    }
    jo = next(one for one in authority.people.list(operator) if one.email == JO)
    link = authority.people.issue_reset_link(operator, JO)
    kept["links"] += [row for row in rows_of(authority, "links") if row["kind"] == "reset"]
    clock.now += 1
    authority.people.reset_password(link.secret, password="another heron 77 sat")
    authority.members.remove(operator, team_id=made.team, person_id=jo.person_id)
    authority.members.withdraw(operator, team_id=made.team, link_id=made.invitation)
    authority.signing_secrets.rotate(operator, end_tokens=True)
    assert authority.audit.verify().holds
    for name, rows in kept.items():
        put_back(authority, name, rows)
        fault = authority.audit.verify().fault
        assert fault is not None, name
        assert fault.fault is Fault.CONTRADICTED
        with authority._store._engine.begin() as connection:
            for row in rows:
                key = next(iter(row))
                found = {"key": row[key], "who": row.get("person_id")}
                who = " AND person_id = :who" if name == "memberships" else ""
                condition = f"{key} = :key{who}"
                if name != "memberships" or row["person_id"] == jo.person_id:
                    connection.execute(text(f"DELETE FROM {name} WHERE {condition}"), found)
        assert authority.audit.verify().fault is None, name


@pytest.mark.usefixtures("made")
def test_a_session_that_was_put_back_after_a_new_password_is_reported(authority: Authority, operator: Actor) -> None:
    jo = next(one for one in authority.people.list(operator) if one.email == JO)
    (old,) = rows_of(authority, "sessions")
    mine = authority.sessions.begin(jo.person_id, VISITOR, method="password").session.session_id
    authority.people.change_password(jo.person_id, current=PASSWORD, new="another heron 77 sat", keep=mine, network="")
    assert authority.audit.verify().holds
    put_back(authority, "sessions", [old])
    fault = authority.audit.verify().fault
    assert fault is not None
    assert f"The session {old['session_id']} of {JO} is there, but entry {fault.sequence} ended it." in fault.detail


def test_a_used_invitation_that_was_put_back_is_reported(authority: Authority, operator: Actor, made: Made) -> None:
    link = authority.members.invite(operator, team_id=made.team, role=Role.ADMIN)
    kept = [row for row in rows_of(authority, "links") if row["link_id"] == link.link.link_id]
    authority.people.join(link.secret, name="Sam", password=PASSWORD, email="sam@example.com")
    put_back(authority, "links", kept)
    fault = authority.audit.verify().fault
    assert fault is not None
    assert fault.detail.startswith(f"The invitation {link.link.link_id} is there, but entry {fault.sequence} used it.")


def test_a_change_in_another_team_is_not_described_to_a_member(authority: Authority, made: Made) -> None:
    damage(authority, f"UPDATE api_tokens SET role = 'admin' WHERE token_id = '{made.api_token}'")
    stranger = Actor("eve@example.com", roles={TeamId("EVEEVEEVE1"): Role.ADMIN})
    viewer = Actor("viewer@example.com", roles={made.team: Role.VIEWER})
    for actor, whose in ((stranger, "of others"), (viewer, "of your team")):
        fault = authority.audit.verify(actor).fault
        assert fault is not None
        assert fault.detail == (
            f"A row of the database (API token, {whose}) differs: entry {fault.sequence} says something else. {ENDING}"
        )
    admin = Actor(ADA, roles={made.team: Role.ADMIN})
    assert authority.audit.verify(admin).fault == authority.audit.verify().fault


def test_an_installation_that_nobody_damaged_agrees_with_its_ledger(
    authority: Authority, operator: Actor, made: Made
) -> None:
    assert authority.audit.verify().holds
    damage(authority, DAMAGES["a revoked key is active"][0].format(made))
    entry = last_entry(authority, operator, made.revoked_key, "key.revoked")
    detail = f"The key {made.revoked_key} has the state 'active', but entry {entry} says 'revoked'. {ENDING}"
    assert authority.audit.verify().fault == LedgerFault(entry, Fault.CONTRADICTED, detail)


def test_of_many_contradictions_the_first_are_reported(authority: Authority, operator: Actor, made: Made) -> None:
    for name in ("a revoked key is active", "a limit is higher", "a webhook is blind", "a member has another role"):
        damage(authority, DAMAGES[name][0].format(made))
    fault = authority.audit.verify().fault
    assert fault is not None
    assert fault.sequence == last_entry(authority, operator, JO, "member.added")
    assert fault.detail.endswith(f"There are more. {ENDING}")
    assert fault.detail.count("but entry") == 3


def test_a_limit_goes_with_its_maps_id(authority: Authority, operator: Actor, made: Made) -> None:
    authority.keys.revoke(operator, KeyId(made.key), reason=RevocationReason.SUPERSEDED)
    authority.maps_ids.remove(operator, MAPS_ID)
    assert authority.audit.verify().holds
    authority.maps_ids.register(
        operator, team_id=made.team, identifier=MAPS_ID.replace("mycompany", "MyCompany"), description="Again"
    )
    assert authority.audit.verify().holds


def test_a_broken_chain_is_reported_first(authority: Authority, made: Made) -> None:
    damage(authority, DAMAGES["a revoked key is active"][0].format(made))
    damage(authority, "UPDATE ledger SET actor = 'operator:mallory' WHERE sequence = 2")
    fault = authority.audit.verify().fault
    assert fault is not None
    assert (fault.fault, fault.sequence) == (Fault.ALTERED, 2)
