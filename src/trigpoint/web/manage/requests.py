"""The bodies of the requests to the management API."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from trigpoint.api.shape import MapsIdText, Moment, ReasonName, RoleName, ServiceName


class RequestBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """A body. An unknown member is an error, so that a misspelt one is not lost."""


class NewTeam(RequestBody):
    """A team to create."""

    name: Annotated[str, Meta(description="1 to 100 printable characters.", examples=["My Company"])]
    team_id: Annotated[str, Meta(description="Take over an existing Team ID, such as Apple's.")] | None = None


class NewMapsId(RequestBody):
    """A Maps ID to register."""

    maps_id: MapsIdText
    description: Annotated[str, Meta(description="1 to 200 printable characters.", examples=["My website"])]


class MapsIdEdit(RequestBody):
    """What can be changed about a Maps ID."""

    description: Annotated[str, Meta(description="1 to 200 printable characters.", examples=["My website"])]


class NewKey(RequestBody):
    """A key to create here. Its private half is in the answer, unless `download` is false: then it waits, sealed."""

    name: Annotated[str, Meta(description="1 to 50 letters, digits and spaces.", examples=["Website key 2026"])]
    maps_id: MapsIdText
    services: Annotated[list[ServiceName], Meta(description="What it may open; all, if left out.")] | None = None
    expires_at: Annotated[Moment, Meta(description="When it ends; never, if left out.")] | None = None
    download: bool = True


class NewPublicKey(RequestBody):
    """A public key to register, with a proof that its private half is with you."""

    name: Annotated[str, Meta(description="1 to 50 letters, digits and spaces.", examples=["Vault key"])]
    maps_id: MapsIdText
    public_key: Annotated[str, Meta(description="A P-256 public key in PEM.")]
    challenge: Annotated[str, Meta(description="What `keys/challenge` gave, unchanged.")]
    proof: Annotated[str, Meta(description="An ECDSA P-256 SHA-256 signature over the challenge, in Base64.")]
    services: Annotated[list[ServiceName], Meta(description="What it may open; all, if left out.")] | None = None
    expires_at: Annotated[Moment, Meta(description="When it ends; never, if left out.")] | None = None


class KeyEdit(RequestBody):
    """What can be changed about a key."""

    name: Annotated[str, Meta(description="1 to 50 letters, digits and spaces.", examples=["Website key 2026"])]


class KeyRevocation(RequestBody):
    """Why a key is revoked (NIST SP 800-57). There is no way back."""

    reason: ReasonName
    note: Annotated[str, Meta(description="At most 500 printable characters, for the audit trail.")] | None = None


class KeyRotation(RequestBody):
    """How to change a key for another without an outage."""

    name: Annotated[str, Meta(description="The successor's name; 'Website 2' after 'Website', if left out.")] | None = (
        None
    )
    revoke_at: Annotated[Moment, Meta(description="When the old key ends by itself; not, if left out.")] | None = None
    download: Annotated[bool, Meta(description="False leaves the private half here, for one download.")] = True


class KeyEnd(RequestBody):
    """When a key ends by itself; null: never."""

    expires_at: Moment | None


class KeyCeilings(RequestBody):
    """The most that the tokens of a key may ask for; what is left out has no ceiling."""

    scopes: Annotated[list[ServiceName], Meta(description="What they may open.", min_length=1)] | None = None
    lifetime: (
        Annotated[int, Meta(description="Their longest life, in seconds.", ge=60, examples=[2_592_000])] | None
    ) = None
    origins: (
        Annotated[str, Meta(description="The origins that they may name, with commas.", examples=["*.example.com"])]
        | None
    ) = None


class NewInvitation(RequestBody):
    """Whom to invite into a team, as what."""

    role: RoleName
    email: Annotated[str, Meta(description="Only this person may accept.", examples=["ada@example.com"])] | None = None


class MemberEdit(RequestBody):
    """What can be changed about a member. A new Account Holder takes the place of the one before, who becomes Admin."""

    role: RoleName


class NewApiToken(RequestBody):
    """An API token to create for a team."""

    name: Annotated[str, Meta(description="What it is for: 1 to 50 printable characters.", examples=["Deployment"])]
    role: RoleName
    expires_at: Annotated[Moment, Meta(description="At most 366 days from now; 90 days, if left out.")] | None = None


class QuotaEdit(RequestBody):
    """A limit of a team, or of one of its Maps IDs or keys; null removes it (a team's: back to the default)."""

    limit: int | None
    maps_id: Annotated[str, Meta(description="Limit this Maps ID within its team.")] | None = None
    key_id: Annotated[str, Meta(description="Limit this key within its team.")] | None = None
    period: Annotated[Literal["day", "minute"], Meta(description="`minute` limits the service calls of a key.")] = "day"


class NewMapsToken(RequestBody):
    """A Maps token to issue. Without `origins` anyone may use it, and it ends on the seventh day."""

    type: ServiceName
    origins: (
        Annotated[
            str, Meta(description="The sites that may use it, with commas.", examples=["example.com,*.example.com"])
        ]
        | None
    ) = None
    expires: Annotated[str, Meta(description="never, 30d, 90d, 180d or a date; with `origins` only.")] | None = None
    description: Annotated[str, Meta(description="What it is for.")] = ""


class TokenToDiagnose(RequestBody):
    """A Maps token, and the call that it should open. It is judged and not stored."""

    token: Annotated[str, Meta(description="An auth token or an access token.")]
    service: ServiceName = "server_api"
    origin: Annotated[str, Meta(description="The Origin header of the call.")] | None = None


class SnapshotToDiagnose(RequestBody):
    """The URL of a Web Snapshot, and the page that asked for it. It is judged and not stored."""

    url: Annotated[
        str,
        Meta(
            description="The URL as it was sent, with its signature or token; the host may be left out.",
            examples=["/api/v1/snapshot?center=60.17,24.94&teamId=K5GNLXS2QT&keyId=2X9R4HXF34&signature=…"],
        ),
    ]
    origin: Annotated[str, Meta(description="The Origin header of the request.")] | None = None
    referer: Annotated[str, Meta(description="The Referer header of the request.")] | None = None


class NewWebhook(RequestBody):
    """A URL to send events to."""

    url: Annotated[str, Meta(description="Where messages are posted.", examples=["https://example.com/trigpoint"])]
    events: Annotated[
        list[str], Meta(description="Kinds such as `key.revoked`, or patterns such as `key.*`; all, if left out.")
    ] = []
    description: Annotated[str, Meta(description="What it is for: at most 200 printable characters.")] = ""


class WebhookEdit(RequestBody):
    """What can be changed about a webhook; what is left out stays, and so does the secret."""

    url: (
        Annotated[str, Meta(description="Where messages are posted.", examples=["https://example.com/trigpoint"])]
        | None
    ) = None
    events: (
        Annotated[list[str], Meta(description="All kinds and patterns from now on; an empty list is all there are.")]
        | None
    ) = None
    description: Annotated[str, Meta(description="What it is for: at most 200 printable characters.")] | None = None


class LeakChoice(RequestBody):
    """What becomes of a private key that is reported as leaked. Maps tokens of the team's own reports are suspended in either case."""

    suspend: Annotated[bool, Meta(description="Refuse the key at once; false only reports it to the team.")]


class FoundCredential(RequestBody):
    """A text with a private key, a Maps token or an API token in it, such as a file that was found."""

    text: Annotated[str, Meta(description="The credential, or the text around it.", max_length=60_000)]
    where: Annotated[str, Meta(description="Where it was found, for the team.", max_length=300)] = ""
