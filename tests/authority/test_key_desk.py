"""Creating, downloading, registering, renaming and revoking keys, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import NOON, FixedClock
from trigpoint.authority.keys import DownloadedKey
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.credentials import keypair
from trigpoint.credentials.key import Key, KeyState, PrivateHalf, RevocationReason
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.team import Team

MAPS_ID = "maps.com.mycompany.mywebsite"


@pytest.fixture
def team(authority: Authority, operator: Actor) -> Team:
    return authority.teams.create(operator, "My Company")


@pytest.fixture
def maps_id(authority: Authority, operator: Actor, team: Team) -> str:
    return authority.maps_ids.register(
        operator, team_id=team.team_id, identifier=MAPS_ID, description="My website"
    ).identifier


@pytest.fixture
def key(authority: Authority, operator: Actor, team: Team, maps_id: str) -> Key:
    return authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id=maps_id)


def test_a_new_key_is_active_and_can_be_downloaded(key: Key) -> None:
    assert key.state is KeyState.ACTIVE
    assert key.private_half is PrivateHalf.WAITING
    assert key.services == frozenset(Service)
    assert key.created_at == NOON * 1000
    assert key.created_by == "operator:test"
    assert key.expires_at is None


def test_the_downloaded_file_is_the_private_half_of_the_registered_key(
    authority: Authority, operator: Actor, key: Key
) -> None:
    downloaded = authority.keys.download(operator, key.key_id)
    assert downloaded.file_name == f"AuthKey_{key.key_id}.p8"
    assert len(downloaded.pem) == 257
    assert keypair.read_private_key(downloaded.pem).public.der() == key.public_key
    assert downloaded.pem.decode() not in repr(downloaded)


def test_a_second_download_is_refused_with_the_time_and_person_of_the_first(
    authority: Authority, operator: Actor, key: Key
) -> None:
    authority.keys.download(operator, key.key_id)
    with pytest.raises(ConflictError, match="downloaded already on 15 January 2027, 08:00:00 UTC, by operator:test"):
        authority.keys.download(operator, key.key_id)
    found = authority.keys.get(operator, key.key_id)
    assert (found.private_half, found.downloaded_at) == (PrivateHalf.DOWNLOADED, NOON * 1000)


def test_of_a_hundred_threads_exactly_one_downloads(authority: Authority, operator: Actor, key: Key) -> None:
    barrier = threading.Barrier(20)

    def download(number: int) -> DownloadedKey | ConflictError:
        if number < 20:
            barrier.wait()
        try:
            return authority.keys.download(operator, key.key_id)
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(download, range(100)))
    assert sum(isinstance(result, DownloadedKey) for result in results) == 1
    refusals = [str(result) for result in results if isinstance(result, ConflictError)]
    assert len(refusals) == 99
    assert all("was downloaded already on 15 January 2027" in refusal for refusal in refusals)


def test_the_erased_private_half_is_not_in_the_database_file(
    authority: Authority, operator: Actor, key: Key, home: Path, database_url: str | None
) -> None:
    with authority._store.read() as reader:
        sealed = reader.sealed_private_half(key.key_id)
    assert sealed is not None
    authority.keys.download(operator, key.key_id)
    with authority._store.read() as reader:
        assert reader.sealed_private_half(key.key_id) is None
    if database_url is not None:
        return  # PostgreSQL keeps its files to itself
    authority.close()
    files = list(home.glob("trigpoint.db*"))
    assert files
    assert all(sealed not in file.read_bytes() for file in files)


def test_a_key_needs_a_maps_id_in_its_team(authority: Authority, operator: Actor, team: Team) -> None:
    with pytest.raises(ConflictError, match="MapKit JS service cannot be enabled yet: the team has no Maps ID"):
        authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id=MAPS_ID)


def test_a_key_cannot_use_another_teams_maps_id(authority: Authority, operator: Actor, maps_id: str) -> None:
    other = authority.teams.create(operator, "Other")
    authority.maps_ids.register(operator, team_id=other.team_id, identifier="maps.com.other", description="Other")
    with pytest.raises(NotFoundError, match=f"has no Maps ID '{maps_id}'"):
        authority.keys.create(operator, team_id=other.team_id, name="Website", maps_id=maps_id)


def test_a_maps_id_has_at_most_two_live_keys(
    authority: Authority, operator: Actor, team: Team, key: Key, maps_id: str
) -> None:
    authority.keys.create(operator, team_id=team.team_id, name="Successor", maps_id=maps_id)
    with pytest.raises(ConflictError, match="already has 2 live keys"):
        authority.keys.create(operator, team_id=team.team_id, name="Third", maps_id=maps_id)
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
    authority.keys.create(operator, team_id=team.team_id, name="Third", maps_id=maps_id)


def test_an_expired_key_does_not_count_towards_the_two(
    authority: Authority, operator: Actor, team: Team, maps_id: str, clock: FixedClock
) -> None:
    soon = int((NOON + 60) * 1000)
    for name in ("One", "Two"):
        authority.keys.create(operator, team_id=team.team_id, name=name, maps_id=maps_id, expires_at=soon)
    clock.now = NOON + 60
    authority.keys.create(operator, team_id=team.team_id, name="Three", maps_id=maps_id)


def test_names_are_unique_among_a_teams_active_keys(
    authority: Authority, operator: Actor, team: Team, key: Key, maps_id: str
) -> None:
    with pytest.raises(ConflictError, match=f"has a key named 'Website' already: {key.key_id}"):
        authority.keys.create(operator, team_id=team.team_id, name="WEBSITE", maps_id=maps_id)
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.NO_LONGER_NEEDED)
    authority.keys.create(operator, team_id=team.team_id, name="WEBSITE", maps_id=maps_id)


def test_an_expiry_in_the_past_is_refused(authority: Authority, operator: Actor, team: Team, maps_id: str) -> None:
    now = int(NOON * 1000)
    with pytest.raises(InvalidError, match="'expiresAt' must be in the future"):
        authority.keys.create(operator, team_id=team.team_id, name="Late", maps_id=maps_id, expires_at=now)


def test_a_revocation_has_a_reason_and_cannot_be_repeated(authority: Authority, operator: Actor, key: Key) -> None:
    revoked = authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED, note="seen in a repo")
    assert revoked.state is KeyState.REVOKED
    assert (revoked.revocation_reason, revoked.revocation_note) == (RevocationReason.COMPROMISED, "seen in a repo")
    assert (revoked.revoked_at, revoked.revoked_by) == (NOON * 1000, "operator:test")
    with pytest.raises(ConflictError, match="was revoked already on 15 January 2027"):
        authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)


@pytest.mark.parametrize("note", ["x" * 501, "a\0b", "\x1b[2J"])
def test_a_note_is_printable_and_short(authority: Authority, operator: Actor, key: Key, note: str) -> None:
    with pytest.raises(InvalidError, match="'note' must be at most 500 printable characters"):
        authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED, note=note)
    told = authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED, note=" lost\n laptop ")
    assert told.revocation_note == "lost laptop"


def test_revoking_a_key_before_its_download_destroys_the_private_half(
    authority: Authority, operator: Actor, key: Key
) -> None:
    revoked = authority.keys.revoke(operator, key.key_id, reason=RevocationReason.NO_LONGER_NEEDED)
    assert revoked.private_half is PrivateHalf.DESTROYED
    with pytest.raises(ConflictError, match="before it was downloaded; its private half is destroyed"):
        authority.keys.download(operator, key.key_id)


def test_a_rename_of_an_older_version_is_refused(authority: Authority, operator: Actor, key: Key) -> None:
    renamed = authority.keys.rename(operator, key.key_id, name="Shop", version=key.version)
    assert (renamed.name, renamed.version) == ("Shop", key.version + 1)
    with pytest.raises(ConflictError, match="changed by somebody else meanwhile"):
        authority.keys.rename(operator, key.key_id, name="Blog", version=key.version)


def test_a_public_key_is_registered_with_a_proof_of_possession(
    authority: Authority, operator: Actor, team: Team, maps_id: str
) -> None:
    private = keypair.generate()
    challenge = authority.keys.challenge(operator, team_id=team.team_id)
    key = authority.keys.register(
        operator,
        team_id=team.team_id,
        name="Mine",
        maps_id=maps_id,
        public_key=private.public,
        challenge=challenge,
        proof=private.sign(challenge.encode()),
    )
    assert key.private_half is PrivateHalf.NEVER_HERE
    assert key.public_key == private.public.der()
    with pytest.raises(ConflictError, match="was never on this server: only its public key was registered"):
        authority.keys.download(operator, key.key_id)


@pytest.mark.parametrize("fault", ["another key", "another team", "too late", "altered challenge"])
def test_a_wrong_proof_is_refused(
    authority: Authority, operator: Actor, team: Team, maps_id: str, clock: FixedClock, fault: str
) -> None:
    private = keypair.generate()
    of_team = authority.teams.create(operator, "Other").team_id if fault == "another team" else team.team_id
    challenge = authority.keys.challenge(operator, team_id=of_team)
    signer = keypair.generate() if fault == "another key" else private
    if fault == "too late":
        clock.now += 600
    if fault == "altered challenge":
        challenge += "0"
    with pytest.raises(InvalidError, match=r"'(proof|challenge)' must be"):
        authority.keys.register(
            operator,
            team_id=team.team_id,
            name="Mine",
            maps_id=maps_id,
            public_key=private.public,
            challenge=challenge,
            proof=signer.sign(challenge.encode()),
        )


def test_a_public_key_is_registered_once(authority: Authority, operator: Actor, team: Team, maps_id: str) -> None:
    private = keypair.generate()
    challenge = authority.keys.challenge(operator, team_id=team.team_id)

    def register(name: str) -> Key:
        return authority.keys.register(
            operator,
            team_id=team.team_id,
            name=name,
            maps_id=maps_id,
            public_key=private.public,
            challenge=challenge,
            proof=private.sign(challenge.encode()),
        )

    first = register("First")
    with pytest.raises(ConflictError, match=f"registered already, as {first.key_id}"):
        register("Second")


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
def test_only_admins_change_keys(authority: Authority, key: Key, team: Team, maps_id: str, role: Role) -> None:
    member = Actor("person:1", roles={team.team_id: role})
    words = f"The role {role.words} may not create, download, rename or revoke keys"
    with pytest.raises(ForbiddenError, match=words):
        authority.keys.create(member, team_id=team.team_id, name="Mine", maps_id=maps_id)
    with pytest.raises(ForbiddenError, match=words):
        authority.keys.download(member, key.key_id)
    with pytest.raises(ForbiddenError, match=words):
        authority.keys.rename(member, key.key_id, name="Mine")
    with pytest.raises(ForbiddenError, match=words):
        authority.keys.revoke(member, key.key_id, reason=RevocationReason.COMPROMISED)
    assert authority.keys.get(member, key.key_id).key_id == key.key_id


def test_a_person_outside_the_team_does_not_learn_that_a_key_exists(authority: Authority, key: Key) -> None:
    outsider = Actor("person:2", roles={TeamId("OTHERTEAM1"): Role.ACCOUNT_HOLDER})
    with pytest.raises(NotFoundError, match="There is no key with the Key ID"):
        authority.keys.get(outsider, key.key_id)
    assert authority.keys.list(outsider) == []
