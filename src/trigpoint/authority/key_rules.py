"""Rules for the keys of a team: versions of edits, Maps IDs, unique names and unique public halves."""

from trigpoint.authority.maps_ids import find_maps_id
from trigpoint.base.errors import ConflictError, NotFoundError, StaleError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.key import Key
from trigpoint.credentials.roles import Actor
from trigpoint.store.reader import Reader


def require_version(key: Key, version: int | None) -> None:
    """Raise `StaleError` unless the key still has this version; None accepts any version."""
    if version is not None and version != key.version:
        raise StaleError(f"The key {key.key_id} was changed by somebody else meanwhile; read it again.")


def require_maps_id(reader: Reader, actor: Actor, team_id: TeamId, maps_id: str) -> str:
    """Give the identifier of a Maps ID of the team, as registered; raise `ConflictError` or `NotFoundError`."""
    if not reader.maps_ids(team_id):
        raise ConflictError("The MapKit JS service cannot be enabled yet: the team has no Maps ID. Register one first.")
    found = find_maps_id(reader, actor, maps_id)
    if found.team_id != team_id:
        raise NotFoundError(f"The team {team_id} has no Maps ID '{maps_id}'.", noun="maps-id", identifier=maps_id)
    return found.identifier


def require_new_public_half(reader: Reader, key: Key) -> None:
    """Raise `ConflictError` if the public half is registered already."""
    twin = reader.key_with_public_half(key.public_key)
    if twin is not None:
        own = f"as {twin.key_id}" if twin.team_id == key.team_id else "elsewhere"
        text = f"This public key is registered already, {own}. Make a new key pair."
        raise ConflictError(text, field="publicKey")


def require_free_name(reader: Reader, key: Key, name: str) -> None:
    """Raise `ConflictError` if another live key of the team has the name."""
    holder = reader.active_key_named(key.team_id, name)
    if holder is not None and holder.key_id != key.key_id:
        text = f"The team has a key named '{holder.name}' already: {holder.key_id}. Names are unique."
        raise ConflictError(text, field="name")
