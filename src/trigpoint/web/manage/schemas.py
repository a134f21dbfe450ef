"""The JSON of the management API as types. Members are those of `credentials/shown.py`, and of `--json`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

Item = TypeVar("Item")
Read = TypeVar("Read", bound="Told")

TeamIdText = Annotated[str, Meta(description="Ten upper-case letters and digits.", examples=["K5GNLXS2QT"])]
KeyIdText = Annotated[str, Meta(description="Ten upper-case letters and digits.", examples=["2X9R4HXF34"])]
MapsIdText = Annotated[
    str, Meta(description="Three or four fields, the first 'maps'.", examples=["maps.com.mycompany.mywebsite"])
]
RoleName = Literal["account_holder", "admin", "developer", "viewer"]
ServiceName = Literal["embed_api", "mapkit_js", "server_api", "web_snapshots"]
ReasonName = Literal["superseded", "compromised", "no_longer_needed"]
Moment = Annotated[datetime, Meta(tz=True, description="A time with its zone (RFC 3339).")]


class Told(msgspec.Struct, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """What the API tells. Absent members are left out."""


def told(kind: type[Read], members: Mapping[str, object]) -> Read:
    """Read shown members into their type: the two cannot disagree."""
    return msgspec.convert({name: value for name, value in members.items() if value is not None}, kind)


class Page(msgspec.Struct, Generic[Item], rename="camel", omit_defaults=True):
    """One page of a list. `nextCursor` is there if there is more: give it as `cursor`."""

    items: list[Item]
    next_cursor: str | None = None


class Team(Told):
    """A team: the issuer of its tokens."""

    team_id: TeamIdText
    name: str
    created_at: Moment
    suspends_leaked_keys: Annotated[
        bool, Meta(description="Whether a key that is reported as leaked is refused at once.")
    ]


class MapsId(Told):
    """A Maps ID. Its `version` is its ETag."""

    maps_id: MapsIdText
    team_id: TeamIdText
    description: str
    created_at: Moment
    created_by: str
    version: int


class Key(Told):
    """A key, never its private half. Its `version` is its ETag."""

    key_id: KeyIdText
    team_id: TeamIdText
    maps_id: MapsIdText
    name: str
    services: list[ServiceName]
    state: Annotated[
        Literal["active", "suspended", "revoked"],
        Meta(description="Suspended: reported as leaked, until somebody resumes or revokes it."),
    ]
    private_half: Annotated[
        Literal["waiting", "downloaded", "never_here", "destroyed"],
        Meta(description="Where the private half is: sealed here until its single download, or not here."),
    ]
    public_key: Annotated[str, Meta(description="SubjectPublicKeyInfo in PEM (RFC 5480, RFC 7468).")]
    created_at: Moment
    created_by: str
    version: int
    expires_at: Moment | None = None
    last_used_at: Moment | None = None
    last_used_origin: str | None = None
    last_used_network: Annotated[str, Meta(description="The network prefix, never the whole address.")] | None = None
    ceiling_scopes: Annotated[list[ServiceName], Meta(description="The most that its tokens may open.")] | None = None
    ceiling_lifetime: Annotated[int, Meta(description="The longest life of its tokens, in seconds.")] | None = None
    ceiling_origins: Annotated[str, Meta(description="The origins that its tokens must stay within.")] | None = None
    downloaded_at: Moment | None = None
    downloaded_by: str | None = None
    revoked_at: Moment | None = None
    revoked_by: str | None = None
    revocation_reason: ReasonName | None = None
    revocation_note: str | None = None


class CreatedKey(Key):
    """A new key. `privateKey` is here once, and nowhere after that."""

    file_name: str | None = None
    private_key: Annotated[str, Meta(description="The .p8 file: PKCS#8 in PEM.")] | None = None


class KeyTraffic(Told):
    """A live key of a Maps ID, and how much of the last 24 hours' calls it carries."""

    key_id: KeyIdText
    name: str
    calls: int
    share: Annotated[float, Meta(description="Of the calls of all these keys, in per cent.")]
    safe_to_revoke: Annotated[bool, Meta(description="Nobody has used it for 24 hours.")]
    why: Annotated[str, Meta(description="Why it is safe to revoke or not.")]
    last_used_at: Moment | None = None


class Ending(Told):
    """A key or a Maps token that ends soon, or has just ended."""

    kind: Literal["key", "maps_token"]
    subject: Annotated[str, Meta(description="The Key ID, or the ID of the Maps token.")]
    name: Annotated[str, Meta(description="The name of the key, or the description of the Maps token.")]
    team_id: TeamIdText
    expires_at: Moment
    days: Annotated[int, Meta(description="Whole days until then; below zero afterwards.")]
    ended: bool


class DownloadedKey(Told):
    """The private half, on its way out: this answer has it, and no other will."""

    key_id: KeyIdText
    file_name: str
    private_key: str


class Challenge(Told):
    """A text to sign with the private key that stays with you. It holds for ten minutes."""

    challenge: str
    expires_in_seconds: int


class Member(Told):
    """A member of a team. Its `version` is its ETag."""

    person_id: str
    team_id: TeamIdText
    name: str
    email: str
    role: RoleName
    since: Moment
    added_by: str
    version: int


class Invitation(Told):
    """An open invitation, without its secret."""

    invitation_id: str
    team_id: TeamIdText
    role: RoleName
    created_at: Moment
    created_by: str
    expires_at: Moment
    email: str | None = None


class CreatedInvitation(Invitation, kw_only=True):
    """A new invitation. `link` is here once, and nowhere after that."""

    link: str


class ApiToken(Told):
    """An API token's record, never the token itself."""

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


class CreatedApiToken(ApiToken, kw_only=True):
    """A new API token. `token` is here once, and nowhere after that."""

    token: str


class Event(Told):
    """An entry of the ledger. `hash` covers all of it, and `previous`: the hash of the entry before."""

    sequence: int
    at: Moment
    actor: str
    kind: str
    subject: str
    details: dict[str, str | int | bool | None]
    previous: str
    hash: str
    team_id: TeamIdText | None = None


class Verification(Told):
    """What a walk along the whole ledger found. Keep `head` elsewhere, and give it to a later verification."""

    holds: bool
    entries: int
    head: Annotated[str, Meta(description="Number and hash of the last entry.")]
    sequence: int | None = None
    fault: Literal["altered", "missing", "reordered"] | None = None
    detail: str | None = None


class MapsToken(Told):
    """The record of a Maps token that was issued here, never its text."""

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


class IssuedMapsToken(MapsToken, kw_only=True):
    """A Maps token with its text."""

    token: str


class Quota(Told):
    """A limit of a team, a Maps ID or a key, and how much of it is used."""

    team_id: TeamIdText
    holder: Annotated[str, Meta(description="`team`, or the Maps ID or Key ID.")]
    meter: Literal["service_calls", "map_views", "snapshots"]
    period: Literal["day", "minute"]
    limit: int
    taken: Annotated[int, Meta(description="What the servers have drawn, in blocks: it runs ahead of the calls.")]
    percent: Annotated[int, Meta(description="How much of a day's limit is used; of a minute's, taken.")]
    is_default: bool
    resets_at: Moment
    used: Annotated[
        int | None, Meta(description="The calls of this day, at most a second behind; a minute's are not counted.")
    ] = None
    maps_id: MapsIdText | None = None
    key_id: KeyIdText | None = None


class Webhook(Told):
    """Where events are sent, without the secret. Without `teamId`, those of the whole installation."""

    webhook_id: str
    url: str
    events: list[str]
    description: str
    state: Annotated[
        Literal["active", "disabled"],
        Meta(description="Disabled: it took no message for too long, or answered 410. A replay makes it active."),
    ]
    created_at: Moment
    created_by: str
    team_id: TeamIdText | None = None
    disabled_because: str | None = None
    last_success_at: Moment | None = None
    old_secret_until: (
        Annotated[Moment, Meta(description="The secret before the last renewal signs messages, too, until then.")]
        | None
    ) = None


class CreatedWebhook(Webhook, kw_only=True):
    """A webhook with its new secret. `secret` is here once, and nowhere after that."""

    secret: Annotated[str, Meta(description="What verifies the messages: `whsec_…`, as Standard Webhooks has it.")]


class Delivery(Told):
    """One message on its way to a webhook: an event of the ledger, whose number is `sequence`."""

    message_id: str
    webhook_id: str
    sequence: int
    kind: str
    state: Annotated[
        Literal["waiting", "delivered", "failed"], Meta(description="Failed: every attempt is over; replay it.")
    ]
    attempts: int
    created_at: Moment
    next_at: Annotated[Moment, Meta(description="When it is tried next.")] | None = None
    last_at: Moment | None = None
    last_status: Annotated[int, Meta(description="The status of the last answer.")] | None = None
    last_error: str | None = None


class Replay(Told):
    """How many messages are on their way again."""

    replayed: int


class UsageLine(Told):
    """One line of a report. It has the members that the report tells calls or refusals apart by."""

    calls: int
    start: (
        Annotated[
            str, Meta(description="The hour, day or month, in UTC.", examples=["2026-11-23T16:00Z", "2026-11-23"])
        ]
        | None
    ) = None
    service: ServiceName | None = None
    status: Annotated[str, Meta(description="How the calls ended.", examples=["200"])] | None = None
    key: Annotated[str, Meta(description="The Key ID, or the ID of a Maps token; empty for nobody's.")] | None = None
    maps_id: Annotated[str, Meta(description="Empty for Maps tokens.")] | None = None
    origin: Annotated[str, Meta(description="The Origin header; empty where there was none.")] | None = None
    reason: Annotated[str, Meta(description="Why it was refused.", examples=["KEY_REVOKED"])] | None = None


class LastUse(Told):
    """When, on which page and from where a Maps ID, a key or a Maps token was last used, if it ever was."""

    kind: Literal["mapsId", "key", "mapsToken"]
    subject: str
    last_used_at: Moment | None = None
    origin: str | None = None
    network: Annotated[str, Meta(description="The network prefix, never the whole address.")] | None = None


class Finding(Told):
    """The end of one check."""

    check: str
    outcome: Literal["passed", "warned", "failed", "not_reached"]
    code: str | None = None
    detail: str | None = None
    hint: str | None = None


class Refusal(Told):
    """A call of the last day that was refused. Team and key are those that its token named, proven or not."""

    request_id: str
    at: Moment
    service: ServiceName
    code: Annotated[str, Meta(examples=["KEY_REVOKED"])]
    detail: str | None = None
    hint: Annotated[str, Meta(description="What to do about it.")] | None = None
    team_id: TeamIdText | None = None
    key_id: str | None = None
    origin: str | None = None


class Diagnosis(Told):
    """What a token says, and what every check found: the same checks as for a call."""

    kind: Literal["auth token", "access token", "signed snapshot URL", "snapshot URL with a token"]
    refused: bool
    header: dict[str, object]
    claims: dict[str, object]
    times: dict[str, str]
    findings: list[Finding]
    key_id: KeyIdText | None = None
    team_id: TeamIdText | None = None
    maps_id: MapsIdText | None = None


class Introspection(msgspec.Struct, omit_defaults=True):
    """What RFC 7662 says of a token. A token that is not live, or that you may not know of, is only not active."""

    active: bool
    scope: str | None = None
    client_id: Annotated[str, Meta(description="The Maps ID.")] | None = None
    token_type: Annotated[str, Meta(description="`auth` or `access`.")] | None = None
    exp: int | None = None
    iat: int | None = None
    iss: Annotated[str, Meta(description="The Team ID.")] | None = None
    sub: Annotated[str, Meta(description="The Key ID.")] | None = None
    origin: Annotated[str, Meta(description="The origins that may use it; check the request's yourself.")] | None = None


class WordRead(Told):
    """A word of a text as it is looked up, what it tells from 0 to 1, and what it was taken for."""

    word: str
    weight: float
    meaning: str


class PlaceCandidate(Told):
    """A thing that a text may mean. The parts add up to the score; `words` says what each word it explains is worth."""

    name: str
    where: str
    kind: str
    source: Literal["extract", "world"]
    found_by: str
    latitude: float
    longitude: float
    score: float
    parts: dict[str, float]
    words: dict[str, float]
    cover: float


class PlaceExplanation(Told):
    """How a text was read, what it may mean, best first, and what was answered."""

    text: str
    set_aside: list[str]
    words: list[WordRead]
    readings: list[str]
    candidates: list[PlaceCandidate]
    decided: str


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


class Me(Told):
    """Whom this API token acts as."""

    api_token_id: str
    name: str
    role: Literal["account_holder", "admin", "developer", "viewer", "operator"]
    expires_at: Moment
    team_id: TeamIdText | None = None
    owner: str | None = None


class WrongValue(msgspec.Struct, rename="camel", omit_defaults=True):
    """A value that breaks a rule."""

    name: str
    rule: str
    example: str | None = None
    received: str | None = None


class Problem(msgspec.Struct, rename="camel", omit_defaults=True):
    """An error (RFC 9457). `type` says which kind, `detail` what happened, `code` and `hint` why a token is refused."""

    type: str
    title: str
    status: int
    detail: str
    instance: Annotated[str, Meta(description="The request id, as in the header X-Rid.")] | None = None
    code: str | None = None
    hint: str | None = None
    subject: str | None = None
    errors: list[WrongValue] = []


class ReportedLeak(Told):
    """What became of one reported credential. Whose it is, is there for whoever may see its team."""

    what: Annotated[str, Meta(examples=["Maps token", "private key", "API token"])]
    line: Annotated[int, Meta(description="The line of the text, from 1.")]
    known: Annotated[bool, Meta(description="Whether it belongs to this installation, and is genuine.")]
    suspended: Annotated[bool, Meta(description="Whether this report took it out of service.")]
    subject: Annotated[str, Meta(description="The ID of the key or token.")] | None = None
    team_id: TeamIdText | None = None


class ReportedLeaks(Told):
    """Every credential that was found in the text."""

    leaks: list[ReportedLeak]
