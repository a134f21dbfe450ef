"""The results of admission: grants, and issued access tokens."""

import msgspec

from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts


class Grant(msgspec.Struct, frozen=True, gc=False):
    """An admitted call, with the team, Maps ID and key for which it is counted. A struct of msgspec, as a call is."""

    team_id: TeamId
    maps_id: str
    key_id: KeyId
    call: Call


class IssuedAccessToken(msgspec.Struct, frozen=True, gc=False):
    """The access token for the response of `/v1/token`."""

    token: str
    expires_in_seconds: int


def grant_to(key: KeyFacts, call: Call) -> Grant:
    """Make the grant for a call with a key."""
    return Grant(key.team_id, key.maps_id, key.key_id, call)
