"""The checks of an API token; each refusal has its own reason."""

from trigpoint.base.clock import Milliseconds, to_seconds, to_words
from trigpoint.credentials import reasons
from trigpoint.credentials.api_token import ApiToken, is_api_token
from trigpoint.credentials.roles import ALLOWED, Actor, Role
from trigpoint.credentials.verdict import refuse

CHECK = "The API token opens the management API"


def require_form(text: str) -> str:
    """Raise `RefusedError` for a text that is not an API token, before the database is queried; else give the text."""
    if not is_api_token(text):
        raise refuse(CHECK, reasons.API_TOKEN_MALFORMED)
    return text


def require_live(token: ApiToken | None, at: Milliseconds) -> ApiToken:
    """Raise `RefusedError` for a token that is unknown (None), revoked, or expired at a time (milliseconds)."""
    if token is None:
        raise refuse(CHECK, reasons.API_TOKEN_UNKNOWN)
    if token.revoked_at is not None:
        when = to_words(to_seconds(token.revoked_at))
        raise refuse(CHECK, reasons.API_TOKEN_REVOKED, f"The API token {token.token_id} was revoked on {when}.")
    if at >= token.expires_at:
        when = to_words(to_seconds(token.expires_at))
        raise refuse(CHECK, reasons.API_TOKEN_EXPIRED, f"The API token {token.token_id} expired on {when}.")
    return token


def actor_of(token: ApiToken, owner_role: Role | None) -> Actor:
    """Give the actor of a token. `owner_role` is the present role of a personal token's owner in the token's team.

    Raises `RefusedError` if the owner has left the team.
    """
    name = f"api-token:{token.token_id}"
    if token.team_id is None or token.role is None:
        return Actor(name, operator=True)
    if token.owner is None:
        return Actor(name, roles={token.team_id: token.role})
    if owner_role is None:
        detail = f"{token.owner} is no longer a member of the team {token.team_id}."
        raise refuse(CHECK, reasons.API_TOKEN_OWNER_GONE, detail)
    return Actor(name, roles={token.team_id: lower_of(token.role, owner_role)})


def lower_of(one: Role, other: Role) -> Role:
    """Give the role that has fewer permissions."""
    return one if len(ALLOWED[one]) <= len(ALLOWED[other]) else other
