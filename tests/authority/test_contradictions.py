"""`audit verify` finds credentials that were changed in the database without an entry in the ledger."""

import pytest
from sqlalchemy import text

from trigpoint.authority.opening import Authority
from trigpoint.base.ids import KeyId
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.ledger import Fault, LedgerFault
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service

MAPS_ID = "maps.com.mycompany.mywebsite"
ENDING = "Somebody wrote to the database past Trigpoint."
REVIVED = {
    "key": "UPDATE keys SET state = 'active', revoked_at = NULL WHERE key_id = '{}'",
    "Maps token": "UPDATE maps_tokens SET state = 'active', revoked_at = NULL WHERE token_id = '{}'",
    "API token": "UPDATE api_tokens SET revoked_at = NULL WHERE token_id = '{}'",
}


@pytest.fixture
def revoked(authority: Authority, operator: Actor) -> dict[str, str]:
    """A key and a token of each sort, all revoked, and as many that are not; those that are by their noun."""
    team = authority.teams.create(operator, "My Company").team_id
    authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="My website")
    made = []
    for name in ("Website", "Another"):
        key = authority.keys.create(operator, team_id=team, name=name, maps_id=MAPS_ID)
        maps = authority.maps_tokens.create(
            operator, team_id=team, service=Service.SERVER_API, origins="example.com", description=name
        )
        token = authority.api_tokens.create(operator, name=name, team_id=team, role=Role.ADMIN)
        made.append({"key": key.key_id, "Maps token": maps.record.token_id, "API token": token.record.token_id})
    authority.keys.revoke(operator, KeyId(made[0]["key"]), reason=RevocationReason.COMPROMISED)
    authority.maps_tokens.revoke(operator, made[0]["Maps token"])
    authority.api_tokens.revoke(operator, made[0]["API token"])
    return made[0]


def damage(authority: Authority, statement: str) -> None:
    with authority._store._engine.begin() as connection:
        connection.execute(text(statement))


def sequence_of(authority: Authority, operator: Actor, subject: str) -> int:
    return authority.audit.events(operator, subject=subject)[0].sequence


@pytest.mark.parametrize("noun", REVIVED)
def test_a_revoked_credential_made_active_again_is_reported_with_the_entry_that_revoked_it(
    authority: Authority, operator: Actor, revoked: dict[str, str], noun: str
) -> None:
    assert authority.audit.verify().holds
    subject = revoked[noun]
    damage(authority, REVIVED[noun].format(subject))
    entry = sequence_of(authority, operator, subject)
    detail = f"The {noun} {subject} is accepted, but entry {entry} revoked it. {ENDING}"
    assert authority.audit.verify().fault == LedgerFault(entry, Fault.CONTRADICTED, detail)


def test_a_credential_without_an_entry_that_created_it_is_reported(
    authority: Authority, revoked: dict[str, str]
) -> None:
    damage(authority, f"UPDATE keys SET key_id = 'EVEEVEEVE1', state = 'suspended' WHERE key_id = '{revoked['key']}'")
    found = authority.audit.verify()
    detail = f"The key EVEEVEEVE1 is accepted, but no entry says who made it. {ENDING}"
    assert found.fault == LedgerFault(found.head.sequence, Fault.CONTRADICTED, detail)


def test_of_many_contradictions_the_first_are_reported(
    authority: Authority, operator: Actor, revoked: dict[str, str]
) -> None:
    for noun, subject in revoked.items():
        damage(authority, REVIVED[noun].format(subject))
    fault = authority.audit.verify().fault
    assert fault is not None
    assert fault.sequence == sequence_of(authority, operator, revoked["key"])
    assert "There are more" not in fault.detail
    damage(authority, "UPDATE api_tokens SET token_id = 'eve' WHERE revoked_at IS NULL AND token_id NOT IN "
           f"('{revoked['API token']}')")  # fmt: skip
    fault = authority.audit.verify().fault
    assert fault is not None
    assert fault.detail.endswith(f"revoked it. There are more. {ENDING}")


def test_a_broken_chain_is_reported_first(authority: Authority, revoked: dict[str, str]) -> None:
    damage(authority, REVIVED["key"].format(revoked["key"]))
    damage(authority, "UPDATE ledger SET actor = 'operator:mallory' WHERE sequence = 2")
    fault = authority.audit.verify().fault
    assert fault is not None
    assert (fault.fault, fault.sequence) == (Fault.ALTERED, 2)
