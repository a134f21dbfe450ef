"""Teams, the owners of Maps IDs and keys. The Team ID is the issuer (`iss`) of a team's tokens."""

from dataclasses import dataclass

from trigpoint.base.clock import Milliseconds
from trigpoint.base.errors import InvalidError, refuse_secret
from trigpoint.base.ids import TeamId, is_ten_character_id

NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Team:
    """A team. `created_at` is in milliseconds since the epoch.

    With `suspends_leaked_keys`, a key whose private half was reported as leaked is suspended at once, else only reported.
    """

    team_id: TeamId
    name: str
    created_at: Milliseconds
    suspends_leaked_keys: bool = False


def read_team_id(text: str) -> TeamId:
    """Check the form of a Team ID: ten upper-case letters and digits."""
    if not is_ten_character_id(text):
        raise InvalidError("teamId", "ten upper-case letters and digits", example="K5GNLXS2QT", received=text)
    return TeamId(text)


def read_team_name(text: str) -> str:
    """Check a team's name: 1 to 100 printable characters, and no secret; white space is collapsed."""
    refuse_secret("name", text)
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LIMIT or not name.isprintable():
        raise InvalidError("name", f"1 to {NAME_LIMIT} printable characters", example="My Company", received=text)
    return name
