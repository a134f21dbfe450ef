"""`audit verify` finds everything that was changed in the database without an entry in the ledger."""

import contextlib
import dataclasses
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from authority.database_damages import ADA, DAMAGES, JO, MAPS_ID, MENDED, UNKNOWN
from authority.people_builders import PASSWORD, VISITOR, a_member, team_of, the_first_person
from authority.test_passkeys_desk import DOMAIN, ORIGIN, Authenticator
from conftest import FixedClock
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.ceilings import Ceilings
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.ledger import Fault, LedgerFault
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.home import Home
from trigpoint.store.reader import Reader

ENDING = "Somebody wrote to the database past Trigpoint."


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
    session: str
    jo: str = JO


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
    authority.webhooks.renew_secret(operator, hook.record.webhook_id)
    link = authority.members.invite(operator, team_id=team, role=Role.VIEWER, email="new@example.com")
    authority.people.issue_reset_link(operator, JO)
    session = authority.sessions.begin(jo.person_id, VISITOR, method="password").session
    device = Authenticator()
    options = authority.passkeys.ask_for_new(jo.person_id, DOMAIN)
    authority.passkeys.add(jo.person_id, device.create(options), name="Laptop", domain=DOMAIN, origin=ORIGIN)
    return Made(
        team, keys[0].key_id, keys[1].key_id, maps.record.token_id, token.record.token_id,
        hook.record.webhook_id, link.link.link_id, session.session_id,
    )  # fmt: skip


def damage(authority: Authority, statement: str) -> None:
    with authority._store._engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1, statement


def last_entry(authority: Authority, operator: Actor, subject: str, kind: str) -> int:
    return authority.audit.events(operator, subject=subject, kind=kind)[0].sequence


@dataclasses.dataclass(frozen=True, slots=True)
class Furnished:
    """An installation that all tests of a module share: each damages it in a transaction that is rolled back."""

    authority: Authority
    made: Made
    home: Path

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
    yield Furnished(opened, furnish(opened, Actor.as_operator("test")), home)
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
    assert furnished.contradictions(statement) == [sentence.format(furnished.made)]


def rows_of(authority: Authority, table: str) -> list[dict[str, object]]:
    with authority._store._engine.begin() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


def put_back(authority: Authority, table: str, rows: list[dict[str, object]]) -> None:
    with authority._store._engine.begin() as connection:
        for row in rows:
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING"), row)


def test_a_removed_row_restored_in_the_database_is_reported(
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
def test_a_session_restored_in_the_database_after_a_new_password_is_reported(
    authority: Authority, operator: Actor
) -> None:
    jo = next(one for one in authority.people.list(operator) if one.email == JO)
    (old,) = rows_of(authority, "sessions")
    mine = authority.sessions.begin(jo.person_id, VISITOR, method="password").session.session_id
    authority.people.change_password(jo.person_id, current=PASSWORD, new="another heron 77 sat", keep=mine, network="")
    assert authority.audit.verify().holds
    put_back(authority, "sessions", [old])
    fault = authority.audit.verify().fault
    assert fault is not None
    assert f"The session {old['session_id']} of {JO} is there, but entry {fault.sequence} ended it." in fault.detail


def test_a_used_invitation_restored_in_the_database_is_reported(
    authority: Authority, operator: Actor, made: Made
) -> None:
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


def test_each_contradiction_is_repaired_by_the_usual_command(authority: Authority, operator: Actor, made: Made) -> None:
    jo = next(one for one in authority.people.list(operator) if one.email == JO)
    statements = (
        *(DAMAGES[name][0] for name in DAMAGES if name in MENDED),
        *(UNKNOWN[name][0] for name in ("a key", "a session", "a passkey with another key", "a signing secret")),
    )
    for statement in statements:
        damage(authority, statement.format(made))
    assert not authority.audit.verify().holds
    for key in (made.key, made.revoked_key, "EVEEVEEVE1"):
        authority.keys.revoke(operator, KeyId(key), reason=RevocationReason.COMPROMISED)
    authority.maps_tokens.revoke(operator, made.maps_token)
    authority.api_tokens.revoke(operator, made.api_token)
    authority.members.change_role(operator, team_id=made.team, person_id=jo.person_id, role=Role.DEVELOPER)
    authority.people.mark_operator(operator, JO, marked=False)
    authority.people.reset_password(authority.people.issue_reset_link(operator, JO).secret, password="another heron 77")
    authority.quotas.set(operator, made.team, meter=Meter.SERVICE_CALLS, daily=1000)
    authority.quotas.set(operator, made.team, meter=Meter.SERVICE_CALLS, daily=10, maps_id=MAPS_ID)
    authority.webhooks.edit(operator, made.webhook, url="https://1.1.1.1/hooks/mine")
    authority.members.withdraw(operator, team_id=made.team, link_id=made.invitation)
    authority.leaks.choose_for_keys(operator, made.team, suspend=False)
    authority.signing_secrets.rotate(operator, end_tokens=True)
    assert authority.audit.verify().fault is None


def test_of_many_contradictions_the_first_are_reported(authority: Authority, operator: Actor, made: Made) -> None:
    for name in ("a revoked key is active", "a limit is higher", "a webhook is blind", "a member has another role"):
        damage(authority, DAMAGES[name][0].format(made))
    fault = authority.audit.verify().fault
    assert fault is not None
    assert fault.sequence == last_entry(authority, operator, JO, "member.added")
    assert fault.detail.endswith(f"There are more. {ENDING}")
    assert fault.detail.count("but entry") == 3


def test_a_limit_is_removed_with_its_maps_id(authority: Authority, operator: Actor, made: Made) -> None:
    authority.keys.revoke(operator, KeyId(made.key), reason=RevocationReason.SUPERSEDED)
    authority.maps_ids.remove(operator, MAPS_ID)
    assert authority.audit.verify().holds
    authority.maps_ids.register(
        operator, team_id=made.team, identifier=MAPS_ID.replace("mycompany", "MyCompany"), description="Again"
    )
    assert authority.audit.verify().holds


UNREADABLE = {
    "INSERT INTO people SELECT 'eve', email, 'eve@example.com', name, password_hash, second_factor, is_operator, "
    "created_at, version FROM people WHERE email_key = 'ada@example.com'": "The account ada@example.com is there twice.",
    "UPDATE people SET email_key = 'eve@example.com' WHERE email_key = 'ada@example.com'": (
        "The account ada@example.com has values that no row can have."
    ),
    "UPDATE maps_ids SET identifier_key = 'maps.com.eve'": f"The Maps ID {MAPS_ID} has values that no row can have.",
    "UPDATE ledger SET details = '{{' WHERE sequence = 3": "Entry 3 does not match its own hash",
    "UPDATE ledger SET details = x'ff' WHERE sequence = 3": "Entry 3 does not match its own hash",
    "UPDATE ledger SET actor = x'ff' WHERE sequence = 3": "Entry 3 does not match its own hash",
    "INSERT INTO ledger SELECT -1, at, actor, team_id, kind, 'EVE', details, previous, hash FROM ledger "
    "WHERE sequence = 3": "Entry -1 stands after entry 0.",
    "UPDATE ledger_head SET sequence = 3, hash = (SELECT hash FROM ledger WHERE sequence = 3)": (
        "Entry 4 stands after the head of the ledger, which is entry 3."
    ),
    "UPDATE webhooks SET url = 'http://['": "The webhook {0.webhook} has values that no row can have.",
    "UPDATE keys SET expires_at = 9999999999999999 WHERE key_id = '{0.key}'": (
        "The key {0.key} has the expiry 9999999999999999, but entry"
    ),
    "UPDATE maps_ids SET identifier = x'ff'": "The Maps ID b'\\xff' has values that no row can have.",
    "INSERT INTO people SELECT 'eve', x'ff', 'eve@example.com', name, password_hash, second_factor, is_operator, "
    "created_at, version FROM people WHERE email_key = 'ada@example.com'": (
        "The account b'\\xff' has values that no row can have."
    ),
    "UPDATE keys SET name = CAST(x'ff' AS TEXT) WHERE key_id = '{0.key}'": (
        "The key {0.key} has values that no row can have."
    ),
    "UPDATE maps_ids SET description = CAST(x'41ff' AS TEXT)": f"The Maps ID {MAPS_ID} has values that no row can have.",
    "UPDATE people SET name = CAST(x'ff' AS TEXT), email = CAST(x'6aff' AS TEXT) WHERE email = 'ada@example.com'": (
        "The account b'j\\xff' has values that no row can have."
    ),
    "UPDATE sessions SET browser = CAST(x'ff' AS TEXT)": "The session {0.session} of {0.jo} has values that no row can",
    "UPDATE passkeys SET name = CAST(x'ff' AS TEXT)": "The passkey 'b'\\xff'' of {0.jo} has values that no row can have.",
    "UPDATE links SET role = CAST(x'ff' AS TEXT) WHERE kind = 'invitation'": (
        "The invitation {0.invitation} has the role b'\\xff', but entry"
    ),
    "UPDATE ledger SET subject = CAST(x'ff' AS TEXT) WHERE sequence = 3": "Entry 3 does not match its own hash",
    "UPDATE ledger SET details = CAST(x'ff' AS TEXT) WHERE sequence = 3": "Entry 3 does not match its own hash",
    "UPDATE api_tokens SET digest = 7": "The API token {0.api_token} has another secret",
    "UPDATE people SET password_hash = 5 WHERE email = 'ada@example.com'": (
        "The account ada@example.com has another password than entry"
    ),
}


@pytest.mark.parametrize("statement", UNREADABLE)
def test_values_that_nobody_can_read_are_reported_and_do_not_stop_the_verification(
    furnished: Furnished, statement: str, tmp_path: Path
) -> None:
    """Otherwise whoever changed the database could keep a verification from ending."""
    copy = tmp_path / "home"
    shutil.copytree(furnished.home, copy)
    with contextlib.closing(sqlite3.connect(Home(copy).database, isolation_level=None)) as connection:
        connection.execute(statement.format(furnished.made))
    opened = open_authority(home=copy, clock=FixedClock())
    fault = opened.audit.verify().fault
    opened.close()
    wanted = UNREADABLE[statement].format(furnished.made)
    assert fault is not None
    assert fault.detail.startswith(wanted)


def test_a_deleted_head_is_an_error_that_says_so(authority: Authority, operator: Actor) -> None:
    authority.teams.create(operator, "My Company")
    damage(authority, "DELETE FROM ledger_head")
    with pytest.raises(
        UnavailableError, match=r"^The head of the ledger is missing: somebody deleted it in the database\."
    ):
        authority.audit.verify()


def test_a_head_that_is_not_text_is_an_error_that_says_what_to_do(tmp_path: Path, operator: Actor) -> None:
    authority = open_authority(home=tmp_path / "home", clock=FixedClock())
    authority.teams.create(operator, "My Company")
    damage(authority, "UPDATE ledger_head SET hash = CAST(x'ff' AS TEXT)")
    with pytest.raises(
        UnavailableError, match=r"Somebody wrote to it past Trigpoint: keep it as evidence, and restore"
    ):
        authority.teams.create(operator, "Another")
    authority.close()


def test_a_broken_chain_is_reported_first(authority: Authority, made: Made) -> None:
    damage(authority, DAMAGES["a revoked key is active"][0].format(made))
    damage(authority, "UPDATE ledger SET actor = 'operator:mallory' WHERE sequence = 2")
    fault = authority.audit.verify().fault
    assert fault is not None
    assert (fault.fault, fault.sequence) == (Fault.ALTERED, 2)
