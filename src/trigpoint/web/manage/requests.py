"""The bodies of the requests to the management API."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from trigpoint.api.shape import MapsIdText, Moment, ReasonName, RoleName, ServiceName


class RequestBody(msgspec.Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """A request body. An unknown member is an error, so that a typo is not ignored silently."""


class NewTeam(RequestBody):
    """A team to create."""

    name: Annotated[str, Meta(description="1 to 100 printable characters.", examples=["My Company"])]
    team_id: (
        Annotated[str, Meta(description="An existing Team ID, such as yours at Apple; random if omitted.")] | None
    ) = None


class NewMapsId(RequestBody):
    """A Maps ID to register."""

    maps_id: MapsIdText
    description: Annotated[str, Meta(description="1 to 200 printable characters.", examples=["My website"])]


class MapsIdEdit(RequestBody):
    """What can be changed about a Maps ID."""

    description: Annotated[str, Meta(description="1 to 200 printable characters.", examples=["My website"])]


class NewKey(RequestBody):
    """A key to create. Its private key is in the response; with `download` false, it stays on the server, encrypted."""

    name: Annotated[str, Meta(description="1 to 50 letters, digits and spaces.", examples=["Website key 2026"])]
    maps_id: MapsIdText
    services: Annotated[list[ServiceName], Meta(description="Services it is valid for; all if omitted.")] | None = None
    expires_at: Annotated[Moment, Meta(description="When it expires; never if omitted.")] | None = None
    download: bool = True


class NewPublicKey(RequestBody):
    """A public key to register, with a proof that you have its private key."""

    name: Annotated[str, Meta(description="1 to 50 letters, digits and spaces.", examples=["Vault key"])]
    maps_id: MapsIdText
    public_key: Annotated[str, Meta(description="A P-256 public key in PEM.")]
    challenge: Annotated[str, Meta(description="The `challenge` from `keys/challenge`, unchanged.")]
    proof: Annotated[str, Meta(description="An ECDSA P-256 SHA-256 signature over the challenge, in Base64.")]
    services: Annotated[list[ServiceName], Meta(description="Services it is valid for; all if omitted.")] | None = None
    expires_at: Annotated[Moment, Meta(description="When it expires; never if omitted.")] | None = None


class KeyEdit(RequestBody):
    """Changes of a key."""

    name: Annotated[str, Meta(description="1 to 50 letters, digits and spaces.", examples=["Website key 2026"])]


class KeyRevocation(RequestBody):
    """Why a key is revoked (NIST SP 800-57). A revocation cannot be undone."""

    reason: ReasonName
    note: Annotated[str, Meta(description="At most 500 printable characters, for the audit trail.")] | None = None


class KeyRotation(RequestBody):
    """How to replace a key without an outage."""

    name: (
        Annotated[str, Meta(description="The name of the new key; if omitted, 'Website 2' after 'Website'.")] | None
    ) = None
    revoke_at: Annotated[Moment, Meta(description="When the old key expires; never if omitted.")] | None = None
    download: Annotated[bool, Meta(description="False keeps the private key on the server, for one download.")] = True


class KeyEnd(RequestBody):
    """When a key expires; null: never."""

    expires_at: Moment | None


class KeyCeilings(RequestBody):
    """Ceilings for the tokens of a key; an omitted one is no limit."""

    scopes: Annotated[list[ServiceName], Meta(description="Services they may be valid for.", min_length=1)] | None = (
        None
    )
    lifetime: (
        Annotated[int, Meta(description="Their longest lifetime, in seconds.", ge=60, examples=[2_592_000])] | None
    ) = None
    origins: (
        Annotated[str, Meta(description="Origins they may name, separated by commas.", examples=["*.example.com"])]
        | None
    ) = None


class NewInvitation(RequestBody):
    """An invitation into a team, with a role."""

    role: RoleName
    email: Annotated[str, Meta(description="Only this person may accept.", examples=["ada@example.com"])] | None = None


class MemberEdit(RequestBody):
    """Changes of a member. A new Account Holder replaces the previous one, who becomes Admin."""

    role: RoleName


class NewApiToken(RequestBody):
    """An API token to create for a team."""

    name: Annotated[str, Meta(description="What it is for: 1 to 50 printable characters.", examples=["Deployment"])]
    role: RoleName
    expires_at: Annotated[Moment, Meta(description="At most 366 days from now; in 90 days if omitted.")] | None = None


class QuotaEdit(RequestBody):
    """A limit of a team, or of one of its Maps IDs or keys; null removes it (for a team: resets it to the default)."""

    limit: int | None
    maps_id: Annotated[str, Meta(description="Set the limit of this Maps ID instead of the team's.")] | None = None
    key_id: Annotated[str, Meta(description="Set the limit of this key instead of the team's.")] | None = None
    period: Annotated[Literal["day", "minute"], Meta(description="`minute`: only for service calls of a key.")] = "day"


class NewMapsToken(RequestBody):
    """A Maps token to issue. Without `origins`, any website may use it, and it expires after seven days."""

    type: ServiceName
    origins: (
        Annotated[
            str,
            Meta(description="Websites that may use it, separated by commas.", examples=["example.com,*.example.com"]),
        ]
        | None
    ) = None
    expires: Annotated[str, Meta(description="never, 30d, 90d, 180d or a date; only with `origins`.")] | None = None
    description: Annotated[str, Meta(description="What it is for.")] = ""


class TokenToDiagnose(RequestBody):
    """A token, and the call that it is meant for. It is checked and not stored."""

    token: Annotated[str, Meta(description="An auth token or an access token.")]
    service: ServiceName = "server_api"
    origin: Annotated[str, Meta(description="The Origin header of the call.")] | None = None


class SnapshotToDiagnose(RequestBody):
    """The URL of a Web Snapshot, and the page that requested it. It is checked and not stored."""

    url: Annotated[
        str,
        Meta(
            description="The URL as it was sent, with its signature or token; the host may be omitted.",
            examples=["/api/v1/snapshot?center=60.17,24.94&teamId=K5GNLXS2QT&keyId=2X9R4HXF34&signature=…"],
        ),
    ]
    origin: Annotated[str, Meta(description="The Origin header of the request.")] | None = None
    referer: Annotated[str, Meta(description="The Referer header of the request.")] | None = None


class NewWebhook(RequestBody):
    """A URL to send events to."""

    url: Annotated[
        str, Meta(description="The URL that receives the messages.", examples=["https://example.com/trigpoint"])
    ]
    events: Annotated[
        list[str], Meta(description="Kinds such as `key.revoked`, or patterns such as `key.*`; all if omitted.")
    ] = []
    description: Annotated[str, Meta(description="What it is for: at most 200 printable characters.")] = ""


class WebhookEdit(RequestBody):
    """Changes of a webhook; omitted members and the secret stay the same."""

    url: (
        Annotated[
            str, Meta(description="The URL that receives the messages.", examples=["https://example.com/trigpoint"])
        ]
        | None
    ) = None
    events: (
        Annotated[list[str], Meta(description="The new list of kinds and patterns; an empty list means all kinds.")]
        | None
    ) = None
    description: Annotated[str, Meta(description="What it is for: at most 200 printable characters.")] | None = None


class LeakChoice(RequestBody):
    """What happens to a private key that is reported as leaked. Maps tokens are suspended in either case."""

    suspend: Annotated[bool, Meta(description="True suspends the key at once; false only reports it to the team.")]


class FoundCredential(RequestBody):
    """A text that contains a private key, a Maps token or an API token, for example a file."""

    text: Annotated[str, Meta(description="The credential, or the text around it.", max_length=60_000)]
    where: Annotated[str, Meta(description="Where it was found, for the team.", max_length=300)] = ""
