"""JSON types of keys, of their traffic during a rotation, and of credentials that expire soon."""

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
        Meta(description="Suspended: reported as leaked; its calls are refused until somebody resumes or revokes it."),
    ]
    private_half: Annotated[
        Literal["waiting", "downloaded", "never_here", "destroyed"],
        Meta(
            description="Waiting: encrypted on the server until its only download. Never_here: generated elsewhere. "
            "Destroyed: erased before it was downloaded."
        ),
    ]
    public_key: Annotated[str, Meta(description="SubjectPublicKeyInfo in PEM (RFC 5480, RFC 7468).")]
    created_at: Moment
    created_by: str
    version: int
    expires_at: Moment | None = None
    last_used_at: Moment | None = None
    last_used_origin: str | None = None
    last_used_network: Annotated[str, Meta(description="The network prefix, never the whole address.")] | None = None
    ceiling_scopes: Annotated[list[ServiceName], Meta(description="Its tokens are valid for these at most.")] | None = (
        None
    )
    ceiling_lifetime: Annotated[int, Meta(description="Longest lifetime of its tokens, in seconds.")] | None = None
    ceiling_origins: Annotated[str, Meta(description="Its tokens may only name origins among these.")] | None = None
    downloaded_at: Moment | None = None
    downloaded_by: str | None = None
    revoked_at: Moment | None = None
    revoked_by: str | None = None
    revocation_reason: ReasonName | None = None
    revocation_note: str | None = None

    @classmethod
    def of(cls, key: keys.Key) -> Self:
        """Show a key. An expired key is still "active"; compare `expires_at`."""
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
    """A new key. `privateKey` is returned only once."""

    file_name: str | None = None
    private_key: Annotated[str, Meta(description="The .p8 file: PKCS#8 in PEM.")] | None = None


class KeyInFile(Key):
    """A key, and the file that the command line wrote its private half to."""

    path: str | None = None


class KeyTraffic(Shape):
    """A live key of a Maps ID, and its share of the calls of the last 24 hours."""

    key_id: KeyIdText
    name: str
    calls: int
    share: Annotated[float, Meta(description="Percentage of the calls of all live keys of the Maps ID.")]
    safe_to_revoke: Annotated[bool, Meta(description="True if it was not used for 24 hours.")]
    why: Annotated[str, Meta(description="Why it is safe to revoke, or not.")]
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
    """A key or a Maps token that expires soon, or has just expired."""

    kind: Literal["key", "maps_token"]
    subject: Annotated[str, Meta(description="The Key ID, or the ID of the Maps token.")]
    name: Annotated[str, Meta(description="The name of the key, or the description of the Maps token.")]
    team_id: TeamIdText
    expires_at: Moment
    days: Annotated[int, Meta(description="Whole days until it expires; negative afterwards.")]
    ended: bool

    @classmethod
    def of(cls, ending: "rotation.Ending") -> Self:
        """Show a key or a Maps token that expires soon, or has just expired."""
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
