"""What to do when something does not exist: an ID of another kind was typed, or a command lists what there is."""

from contextlib import suppress
from typing import TYPE_CHECKING

from trigpoint.base.errors import NotFoundError, TrigpointError
from trigpoint.cli.desk import open_desk

if TYPE_CHECKING:
    from trigpoint.authority.opening import Authority
    from trigpoint.credentials.roles import Actor

LISTS = {
    "team": "All teams: trigpoint team list",
    "key": "All keys: trigpoint key list",
    "maps-id": "All Maps IDs: trigpoint maps-id list. "
    "To register one: trigpoint maps-id register {identifier} --team TEAMID --description 'My app'",
}
"""The hint by the noun of the error."""


def hint_for(error: NotFoundError) -> str:
    """Give the hint: what was typed is the ID of something else here, or how to list what there is. Empty for other nouns."""
    if error.noun not in LISTS:
        return ""
    with suppress(TrigpointError, OSError), open_desk() as (authority, actor):
        other = _name_other(authority, actor, error)
        if other is not None:
            return other
    return LISTS[error.noun].format(identifier=error.identifier)


def _name_other(authority: "Authority", actor: "Actor", error: NotFoundError) -> str | None:
    """Name the team or the key that has the ID, if one has."""
    with suppress(TrigpointError):
        if error.noun != "key":
            key = authority.keys.get(actor, error.identifier)
            team, maps_id = key.team_id, key.maps_id
            return f"{error.identifier} is a Key ID. The key '{key.name}' has the Team ID {team} and the Maps ID {maps_id}."
    with suppress(TrigpointError):
        if error.noun != "team":
            name = authority.teams.get(actor, error.identifier).name
            return f"{error.identifier} is the Team ID of '{name}'. {LISTS[error.noun].split('. ')[0]} --team {error.identifier}"
    return None
