"""Concurrent and killed processes: nothing that was acknowledged is lost, and nothing is half-written."""

import json
import random
from pathlib import Path

import pytest
from sqlalchemy import select

from forking import start_script
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.credentials.key import PrivateHalf
from trigpoint.credentials.roles import Actor
from trigpoint.store import tables

DOWNLOADER = """
import sys
from pathlib import Path
from trigpoint.authority.opening import open_authority
from trigpoint.base.errors import ConflictError
from trigpoint.credentials.roles import Actor

home, url, key_id, attempts = Path(sys.argv[1]), sys.argv[2] or None, sys.argv[3], int(sys.argv[4])
authority = open_authority(home=home, database_url=url)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(attempts):
    try:
        print("got", authority.keys.download(Actor.as_operator("race"), key_id).file_name)
    except ConflictError as error:
        print("refused", error)
authority.close()
"""

WORKER = """
import itertools, json, sys
from pathlib import Path
from trigpoint.authority.opening import open_authority
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.roles import Actor

def tell(what, subject):
    print(json.dumps([what, subject]), flush=True)

authority = open_authority(home=Path(sys.argv[1]), database_url=sys.argv[2] or None)
me = Actor.as_operator("worker")
for number in itertools.count():
    team = authority.teams.create(me, "Team")
    tell("team", team.team_id)
    maps_id = authority.maps_ids.register(
        me, team_id=team.team_id, identifier=f"maps.com.{team.team_id}", description="Site"
    )
    tell("maps_id", maps_id.identifier)
    key = authority.keys.create(me, team_id=team.team_id, name="Key", maps_id=maps_id.identifier)
    tell("key", key.key_id)
    authority.keys.download(me, key.key_id)
    tell("download", key.key_id)
    authority.keys.revoke(me, key.key_id, reason=RevocationReason.SUPERSEDED)
    tell("revoke", key.key_id)
"""


def test_of_a_hundred_downloads_by_processes_exactly_one_succeeds(
    authority: Authority, operator: Actor, home: Path, database_url: str | None
) -> None:
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
    key = authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id="maps.com.my.site")
    processes = [start_script(DOWNLOADER, str(home), database_url or "", key.key_id, "25") for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.write_line("go")
    answers = [line for process in processes for line in process.finish().splitlines()]
    assert [line for line in answers if line.startswith("got")] == [f"got AuthKey_{key.key_id}.p8"]
    refusals = [line for line in answers if line.startswith("refused")]
    assert len(refusals) == 99
    assert all(f"The private key {key.key_id} was downloaded already on" in line for line in refusals)


@pytest.mark.parametrize("seed", range(6))
def test_what_was_acknowledged_survives_kill_9(home: Path, database_url: str | None, seed: int) -> None:
    chance = random.Random(seed)
    worker = start_script(WORKER, str(home), database_url or "")
    acknowledged = [json.loads(worker.stdout.readline()) for _ in range(chance.randint(1, 30))]
    worker.process.kill()
    acknowledged += [json.loads(line) for line in worker.finish().splitlines() if line.endswith("]")]

    authority = open_authority(home=home, database_url=database_url)
    try:
        check_that_nothing_is_lost(authority, acknowledged)
        check_that_nothing_is_half_written(authority)
    finally:
        authority.close()


def check_that_nothing_is_lost(authority: Authority, acknowledged: list[list[str]]) -> None:
    actor = Actor.as_operator("test")
    teams = {team.team_id for team in authority.teams.list(actor)}
    maps_ids = {maps_id.identifier for maps_id in authority.maps_ids.list(actor)}
    keys = {key.key_id: key for key in authority.keys.list(actor)}
    for what, subject in acknowledged:
        match what:
            case "team":
                assert subject in teams
            case "maps_id":
                assert subject in maps_ids
            case "key":
                assert subject in keys
            case "download":
                assert keys[subject].downloaded_at is not None
            case "revoke":
                assert keys[subject].revoked_at is not None


def check_that_nothing_is_half_written(authority: Authority) -> None:
    actor = Actor.as_operator("test")
    assert authority.audit.verify().holds
    events = [(entry.kind, entry.subject) for entry in authority.audit.events(actor, limit=10_000)]
    keys = authority.keys.list(actor)
    for key in keys:
        assert ("key.created", key.key_id) in events
        assert (("key.downloaded", key.key_id) in events) == (key.downloaded_at is not None)
        assert (("key.revoked", key.key_id) in events) == (key.revoked_at is not None)
    assert sum(kind == "key.created" for kind, _ in events) == len(keys)
    with authority._store._engine.connect() as connection:
        sealed = set(connection.execute(select(tables.vault.c.key_id)).scalars())
    assert sealed == {key.key_id for key in keys if key.private_half is PrivateHalf.WAITING}
