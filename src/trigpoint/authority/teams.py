"""The desk of teams."""

import secrets
from collections.abc import Sequence

from trigpoint.authority.once import remember_creation, require_first
from trigpoint.base.clock import Clock, now_ms
from trigpoint.base.errors import ConflictError, NotFoundError
from trigpoint.base.ids import ENTROPY_BYTES, TeamId, ten_character_id
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.once import Once
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.team import Team, read_team_id, read_team_name
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader


class Teams:
    """Creates and finds teams."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(self, actor: Actor, name: str, *, team_id: str | None = None, once: Once | None = None) -> Team:
        """Create a team. `team_id` is a Team ID that exists elsewhere (at Apple, say); None generates one.

        Raises InvalidError for the name or the ID, ConflictError if the ID is taken, RepeatedError for a repeated `once`.
        """
        clean_name = read_team_name(name)
        chosen = read_team_id(team_id) if team_id is not None else new_team_id()
        at = now_ms(self._clock)
        with self._store.change() as change:
            require_first(change, once)
            if change.team(chosen) is not None:
                raise ConflictError(f"A team with the Team ID {chosen} exists already.")
            team = Team(chosen, clean_name, at)
            change.add_team(team)
            remember_creation(change, once, chosen, at=at)
            change.append(Event(EventKind.TEAM_CREATED, actor.name, chosen, chosen, {"name": clean_name}), at=at)
        return team

    def list(self, actor: Actor) -> Sequence[Team]:
        """List the teams that the actor may see, by name."""
        with self._store.read() as reader:
            return [team for team in reader.teams() if actor.may(Permission.READ, team.team_id)]

    def get(self, actor: Actor, team_id: str) -> Team:
        """Find one team."""
        with self._store.read() as reader:
            return find_team(reader, actor, team_id)


def find_team(reader: Reader, actor: Actor, team_id: str) -> Team:
    """Find a team; raise NotFoundError if there is none, or if the actor may not see it."""
    team = reader.team(read_team_id(team_id))
    if team is None or not actor.may(Permission.READ, team.team_id):
        raise no_such_team(team_id)
    return team


def no_such_team(team_id: str) -> NotFoundError:
    """Make the error for a team that does not exist, or that the actor may not see."""
    return NotFoundError(f"There is no team with the Team ID {team_id}.", noun="team", identifier=team_id)


def new_team_id() -> TeamId:
    """Generate a Team ID."""
    return TeamId(ten_character_id(secrets.token_bytes(ENTROPY_BYTES)))
