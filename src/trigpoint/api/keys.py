"""Keys, what goes with a change of keys, and what ends soon."""

import base64
from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from trigpoint.api.shape import (
    KeyIdText,
    MapsIdText,
    Moment,
    ReasonName,
    ServiceName,
    Shape,
    TeamIdText,
    to_moment,
    word_of,
    words_of,
)
from trigpoint.credentials import key as keys

if TYPE_CHECKING:
    from trigpoint.authority import rotation


class Key(Shape):
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

    @classmethod
    def of(cls, key: keys.Key) -> Self:
        """Show a key. Whether an active key has expired, `expires_at` says."""
        return cls(
            key_id=key.key_id,
            team_id=key.team_id,
            maps_id=key.maps_id,
            name=key.name,
            services=words_of(key.services),
            state=word_of(key.state),
            private_half=word_of(key.private_half),
            public_key=to_pem(key.public_key),
            created_at=to_moment(key.created_at),
            created_by=key.created_by,
            version=key.version,
            expires_at=to_moment(key.expires_at),
            last_used_at=to_moment(key.last_used_at),
            last_used_origin=key.last_used_origin,
            last_used_network=key.last_used_network,
            ceiling_scopes=None if key.ceilings.scopes is None else words_of(key.ceilings.scopes),
            ceiling_lifetime=key.ceilings.lifetime_s,
            ceiling_origins=key.ceilings.origins,
            downloaded_at=to_moment(key.downloaded_at),
            downloaded_by=key.downloaded_by,
            revoked_at=to_moment(key.revoked_at),
            revoked_by=key.revoked_by,
            revocation_reason=None if key.revocation_reason is None else word_of(key.revocation_reason),
            revocation_note=key.revocation_note,
        )


class CreatedKey(Key):
    """A new key. `privateKey` is here once, and nowhere after that."""

    file_name: str | None = None
    private_key: Annotated[str, Meta(description="The .p8 file: PKCS#8 in PEM.")] | None = None


class KeyInFile(Key):
    """A key, and the file that the command line wrote its private half to."""

    path: str | None = None


class KeyTraffic(Shape):
    """A live key of a Maps ID, and how much of the last 24 hours' calls it carries."""

    key_id: KeyIdText
    name: str
    calls: int
    share: Annotated[float, Meta(description="Of the calls of all these keys, in per cent.")]
    safe_to_revoke: Annotated[bool, Meta(description="Nobody has used it for 24 hours.")]
    why: Annotated[str, Meta(description="Why it is safe to revoke or not.")]
    last_used_at: Moment | None = None

    @classmethod
    def of(cls, traffic: "rotation.KeyTraffic") -> Self:
        """Show one key's share."""
        return cls(
            key_id=traffic.key.key_id,
            name=traffic.key.name,
            calls=traffic.calls,
            share=round(traffic.share, 1),
            safe_to_revoke=traffic.safe_to_revoke,
            why=traffic.why,
            last_used_at=to_moment(traffic.key.last_used_at),
        )


class Ending(Shape):
    """A key or a Maps token that ends soon, or has just ended."""

    kind: Literal["key", "maps_token"]
    subject: Annotated[str, Meta(description="The Key ID, or the ID of the Maps token.")]
    name: Annotated[str, Meta(description="The name of the key, or the description of the Maps token.")]
    team_id: TeamIdText
    expires_at: Moment
    days: Annotated[int, Meta(description="Whole days until then; below zero afterwards.")]
    ended: bool

    @classmethod
    def of(cls, ending: "rotation.Ending") -> Self:
        """Show one ending."""
        return cls(
            kind=word_of(ending.kind),
            subject=ending.subject,
            name=ending.name,
            team_id=ending.team_id,
            expires_at=to_moment(ending.expires_at),
            days=ending.days,
            ended=ending.days < 0,
        )


def to_pem(der: bytes) -> str:
    """Write a public key as PEM (RFC 7468)."""
    body = base64.b64encode(der).decode("ascii")
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])
