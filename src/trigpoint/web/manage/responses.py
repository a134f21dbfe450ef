"""Response bodies that only the management API has: pages of lists, problem details, one-time results. Others are in `api`."""

from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from trigpoint.api.shape import KeyIdText, Moment, Shape, TeamIdText

Item = TypeVar("Item")


class Page(msgspec.Struct, Generic[Item], rename="camel", omit_defaults=True):
    """One page of a list. If there are more pages, `nextCursor` is the `cursor` of the next."""

    items: list[Item]
    next_cursor: str | None = None


class DownloadedKey(Shape):
    """A private key. It is returned only once."""

    key_id: KeyIdText
    file_name: str
    private_key: str


class Challenge(Shape):
    """A text to sign with your private key, which stays with you. It is valid for ten minutes."""

    challenge: str
    expires_in_seconds: int


class Replay(Shape):
    """The number of messages that are sent again."""

    replayed: int


class Introspection(msgspec.Struct, omit_defaults=True):
    """The introspection response of RFC 7662. For a token that is not live, or that you may not see, only `active`: false."""

    active: bool
    scope: str | None = None
    client_id: Annotated[str, Meta(description="The Maps ID.")] | None = None
    token_type: Annotated[str, Meta(description="`auth` or `access`.")] | None = None
    exp: int | None = None
    iat: int | None = None
    iss: Annotated[str, Meta(description="The Team ID.")] | None = None
    sub: Annotated[str, Meta(description="The Key ID.")] | None = None
    origin: Annotated[str, Meta(description="The origins that may use it; check the request's yourself.")] | None = None


class Jwk(msgspec.Struct):
    """A public key (RFC 7517, RFC 7518 §6.2)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: KeyIdText
    alg: Literal["ES256"]
    use: Literal["sig"]


class JwkSet(msgspec.Struct):
    """The live public keys of a team."""

    keys: list[Jwk]


class Me(Shape):
    """The API token of this request, with its role and team."""

    api_token_id: str
    name: str
    role: Literal["account_holder", "admin", "developer", "viewer", "operator"]
    expires_at: Moment
    team_id: TeamIdText | None = None
    owner: str | None = None


class WrongValue(msgspec.Struct, rename="camel", omit_defaults=True):
    """An invalid value."""

    name: str
    rule: str
    example: str | None = None
    received: str | None = None


class Problem(msgspec.Struct, rename="camel", omit_defaults=True):
    """Problem details (RFC 9457). `code` and `hint` say why an API token is refused."""

    type: str
    title: str
    status: int
    detail: str
    instance: Annotated[str, Meta(description="The request ID, as in the header X-Rid.")] | None = None
    code: str | None = None
    hint: str | None = None
    subject: str | None = None
    errors: list[WrongValue] = []


class ReportedLeak(Shape):
    """What happened to one reported credential. `subject` and `teamId` are only shown to those who may see its team."""

    what: Annotated[str, Meta(examples=["Maps token", "private key", "API token"])]
    line: Annotated[int, Meta(description="The line of the text, from 1.")]
    known: Annotated[bool, Meta(description="Whether it belongs to this installation, and is genuine.")]
    suspended: Annotated[bool, Meta(description="Whether this report suspended it.")]
    subject: Annotated[str, Meta(description="The ID of the key or token.")] | None = None
    team_id: TeamIdText | None = None


class ReportedLeaks(Shape):
    """Every credential that was found in the text."""

    leaks: list[ReportedLeak]
