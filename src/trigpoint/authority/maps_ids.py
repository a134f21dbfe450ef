"""The desk of Maps IDs."""

from collections.abc import Sequence
from dataclasses import replace

from trigpoint.authority.once import remember_creation, require_first
from trigpoint.authority.teams import find_team
from trigpoint.base.clock import Clock, now_ms
from trigpoint.base.errors import ConflictError, NotFoundError, StaleError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.key import Key
from trigpoint.credentials.maps_id import MapsId, read_description, read_identifier
from trigpoint.credentials.once import Once
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader


class MapsIds:
    """Registers, edits, finds and removes Maps IDs."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def register(
        self, actor: Actor, *, team_id: str, identifier: str, description: str, once: Once | None = None
    ) -> MapsId:
        """Register a Maps ID. Its identifier is unique in the installation, and cannot be changed.

        Raises InvalidError, ForbiddenError, ConflictError if it is taken, RepeatedError for a repeated `once`.
        """
        clean_identifier = read_identifier(identifier)
        clean_description = read_description(description)
        at = now_ms(self._clock)
        with self._store.change() as change:
            team = find_team(change, actor, team_id)
            actor.require(Permission.CHANGE_IDENTIFIERS, team.team_id)
            require_first(change, once)
            taken = _why_taken(change, team.team_id, clean_identifier)
            if taken is not None:
                raise ConflictError(taken, field="mapsId")
            maps_id = MapsId(clean_identifier, team.team_id, clean_description, at, actor.name)
            change.add_maps_id(maps_id)
            remember_creation(change, once, clean_identifier, at=at)
            details = {"description": clean_description}
            event = Event(EventKind.MAPS_ID_REGISTERED, actor.name, team.team_id, clean_identifier, dict(details))
            change.append(event, at=at)
        return maps_id

    def why_taken(self, team_id: TeamId, identifier: str) -> str | None:
        """Give a sentence that says who has registered an identifier already; None if it is free."""
        with self._store.read() as reader:
            return _why_taken(reader, team_id, read_identifier(identifier))

    def list(self, actor: Actor, *, team_id: str | None = None) -> Sequence[MapsId]:
        """List the Maps IDs of a team, or of all teams that the actor may see."""
        with self._store.read() as reader:
            if team_id is not None:
                return reader.maps_ids(find_team(reader, actor, team_id).team_id)
            return [maps_id for maps_id in reader.maps_ids() if actor.may(Permission.READ, maps_id.team_id)]

    def get(self, actor: Actor, identifier: str) -> MapsId:
        """Find one Maps ID; case does not matter."""
        with self._store.read() as reader:
            return find_maps_id(reader, actor, identifier)

    def edit(self, actor: Actor, identifier: str, *, description: str, version: int | None = None) -> MapsId:
        """Change the description. With `version`, raises StaleError if the Maps ID was changed since that version."""
        clean_description = read_description(description)
        at = now_ms(self._clock)
        with self._store.change() as change:
            before = find_maps_id(change, actor, identifier)
            actor.require(Permission.CHANGE_IDENTIFIERS, before.team_id)
            if version is not None and version != before.version:
                raise StaleError(
                    f"The Maps ID '{before.identifier}' was changed by somebody else meanwhile; read it again."
                )
            after = replace(before, description=clean_description, version=before.version + 1)
            change.put_maps_id(after)
            details = {"description": clean_description, "before": before.description}
            event = Event(EventKind.MAPS_ID_EDITED, actor.name, before.team_id, before.identifier, dict(details))
            change.append(event, at=at)
        return after

    def remove(self, actor: Actor, identifier: str) -> MapsId:
        """Remove a Maps ID; raises ConflictError while it has a live key."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            maps_id = find_maps_id(change, actor, identifier)
            actor.require(Permission.CHANGE_IDENTIFIERS, maps_id.team_id)
            live = [key for key in change.keys(maps_id=maps_id.identifier) if key.is_live(at)]
            if live:
                raise ConflictError(
                    f"The Maps ID '{maps_id.identifier}' is in use by {_name_keys(live)}. Revoke "
                    f"{'it' if len(live) == 1 else 'them'} first, or keep the Maps ID."
                )
            change.remove_maps_id(maps_id.identifier)
            event = Event(EventKind.MAPS_ID_REMOVED, actor.name, maps_id.team_id, maps_id.identifier, {})
            change.append(event, at=at)
        return maps_id


def find_maps_id(reader: Reader, actor: Actor, identifier: str) -> MapsId:
    """Find a Maps ID; raise NotFoundError if there is none, or if the actor may not see it."""
    maps_id = reader.maps_id(read_identifier(identifier))
    if maps_id is None or not actor.may(Permission.READ, maps_id.team_id):
        raise NotFoundError(f"There is no Maps ID '{identifier}'.", noun="maps-id", identifier=identifier)
    return maps_id


def _why_taken(reader: Reader, team_id: TeamId, identifier: str) -> str | None:
    taken = reader.maps_id(identifier)
    if taken is None:
        return None
    own = "your team" if taken.team_id == team_id else "another team"
    return f"The Maps ID '{taken.identifier}' is registered already, by {own}."


def _name_keys(keys: Sequence[Key]) -> str:
    names = " and ".join(f"{key.key_id} ('{key.name}')" for key in keys)
    return f"the live key {names}" if len(keys) == 1 else f"the live keys {names}"
