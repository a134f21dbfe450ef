"""JSON types of Maps tokens and API tokens: without the token itself, and with it when it is new."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from trigpoint.api.shape import Moment, ServiceName, Shape, TeamIdText, to_moment, word_of
from trigpoint.base.clock import Milliseconds
from trigpoint.credentials import api_token as api_tokens
from trigpoint.credentials import maps_token as maps_tokens
from trigpoint.credentials.key import KeyState

if TYPE_CHECKING:
    from trigpoint.authority import signing_secrets


class ApiToken(Shape):
    """An API token, without the token itself."""

    api_token_id: str
    name: str
    start: Annotated[str, Meta(description="The token's first characters.")]
    role: Literal["account_holder", "admin", "developer", "viewer", "operator"]
    state: Literal["active", "expired", "revoked"]
    created_at: Moment
    created_by: str
    expires_at: Moment
    team_id: TeamIdText | None = None
    owner: str | None = None
    last_used_at: Moment | None = None
    revoked_at: Moment | None = None
    revoked_by: str | None = None

    @classmethod
    def of(cls, token: api_tokens.ApiToken, at: Milliseconds) -> Self:
        """Show the record of an API token as of a time, in milliseconds."""
        return cls(
            api_token_id=token.token_id,
            name=token.name,
            start=token.start,
            role="operator" if token.role is None else word_of(token.role),
            state="revoked" if token.revoked_at is not None else "active" if token.is_live(at) else "expired",
            created_at=to_moment(token.created_at),
            created_by=token.created_by,
            expires_at=to_moment(token.expires_at),
            team_id=token.team_id,
            owner=token.owner,
            last_used_at=to_moment(token.last_used_at),
            revoked_at=to_moment(token.revoked_at),
            revoked_by=token.revoked_by,
        )


class CreatedApiToken(ApiToken, kw_only=True):
    """A new API token. `token` is returned only once."""

    token: str


class MapsToken(Shape):
    """A Maps token that this server has issued, without the token itself."""

    token_id: Annotated[str, Meta(description="Its `kid`.")]
    team_id: TeamIdText
    type: ServiceName
    restriction: Literal["None", "Domain"]
    state: Literal["active", "expired", "suspended", "revoked"]
    created_at: Moment
    created_by: str
    origin: Annotated[str, Meta(description="The origins that may use it.")] | None = None
    description: str | None = None
    expires_at: Moment | None = None
    last_used_at: Moment | None = None
    last_used_origin: str | None = None
    last_used_network: str | None = None
    revoked_at: Moment | None = None
    revoked_by: str | None = None

    @classmethod
    def of(cls, token: maps_tokens.MapsToken, at: Milliseconds) -> Self:
        """Show the record of a Maps token as of a time, in milliseconds."""
        expired = token.state is KeyState.ACTIVE and not token.is_live(at)
        return cls(
            token_id=token.token_id,
            team_id=token.team_id,
            type=word_of(token.service),
            restriction=word_of(token.restriction),
            state="expired" if expired else word_of(token.state),
            created_at=to_moment(token.created_at),
            created_by=token.created_by,
            origin=token.origin,
            description=token.description or None,
            expires_at=to_moment(token.expires_at),
            last_used_at=to_moment(token.last_used_at),
            last_used_origin=token.last_used_origin,
            last_used_network=token.last_used_network,
            revoked_at=to_moment(token.revoked_at),
            revoked_by=token.revoked_by,
        )


class IssuedMapsToken(MapsToken, kw_only=True):
    """A Maps token with the token itself."""

    token: str


class SigningSecret(Shape):
    """A secret that signs access tokens, without the secret itself. Only the command line shows it."""

    secret_id: str
    created_at: Moment
    forgotten_at: Annotated[Moment, Meta(description="From then on, tokens signed with it are refused.")] | None = None

    @classmethod
    def of(cls, secret: "signing_secrets.SigningSecret") -> Self:
        """Show when a secret was created, and when it is deleted."""
        return cls(
            secret_id=secret.secret_id,
            created_at=to_moment(secret.created_at),
            forgotten_at=to_moment(secret.forgotten_at),
        )
