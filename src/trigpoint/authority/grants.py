"""What admission gives: a call that may pass, and on whose account."""

from typing import NamedTuple

from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts


class Grant(NamedTuple):
    """A call that may pass, and on whose account. A tuple, because every request makes one."""

    team_id: TeamId
    maps_id: str
    key_id: KeyId
    call: Call


class IssuedAccessToken(NamedTuple):
    """What `/v1/token` gives."""

    token: str
    expires_in_seconds: int


def grant_to(key: KeyFacts, call: Call) -> Grant:
    """Let a call of a key pass."""
    return Grant(key.team_id, key.maps_id, key.key_id, call)
