"""JSON types of quotas, usage reports and last uses."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from trigpoint.api.shape import KeyIdText, MapsIdText, Moment, ServiceName, Shape, TeamIdText, to_moment, word_of
from trigpoint.base.clock import to_ms
from trigpoint.credentials.usage import Dimension, RefusalDimension, UsageRow

if TYPE_CHECKING:
    from trigpoint.authority.quotas import QuotaState
    from trigpoint.authority.usage import KeyUse


class Quota(Shape):
    """A limit of a team, a Maps ID or a key, and how much of it is used up."""

    team_id: TeamIdText
    holder: Annotated[str, Meta(description="`team`, or the Maps ID or Key ID.")]
    meter: Literal["service_calls", "map_views", "snapshots"]
    period: Literal["day", "minute"]
    limit: int
    taken: Annotated[int, Meta(description="Calls that the servers have reserved, in blocks; more than were made.")]
    percent: Annotated[int, Meta(description="Percentage of the limit: `used` per day, `taken` per minute.")]
    is_default: bool
    resets_at: Moment
    used: Annotated[
        int | None, Meta(description="Calls of this day, at most a second out of date; absent for limits per minute.")
    ] = None
    maps_id: MapsIdText | None = None
    key_id: KeyIdText | None = None

    @classmethod
    def of(cls, state: "QuotaState") -> Self:
        """Show one limit."""
        kind, _, name = state.account.subject.partition(":")
        return cls(
            team_id=state.team_id,
            holder="team" if kind == "team" else name,
            meter=word_of(state.meter),
            period=word_of(state.account.period.name.lower()),
            limit=state.most,
            taken=state.taken,
            percent=state.percent,
            is_default=state.is_default,
            resets_at=to_moment(to_ms(int(state.resets_at))),
            used=state.used,
            maps_id=name if kind == "maps_id" else None,
            key_id=name if kind == "key" else None,
        )


class UsageLine(Shape):
    """One line of a usage report. Of the optional members, it has those that the report groups by."""

    calls: int
    start: (
        Annotated[
            str, Meta(description="The hour, day or month, in UTC.", examples=["2026-11-23T16:00Z", "2026-11-23"])
        ]
        | None
    ) = None
    service: ServiceName | Literal["map_view"] | None = None
    status: Annotated[str, Meta(description="The HTTP status of the calls.", examples=["200"])] | None = None
    key: Annotated[str, Meta(description="The Key ID, or the ID of a Maps token; empty if there was none.")] | None = (
        None
    )
    maps_id: Annotated[str, Meta(description="Empty for Maps tokens.")] | None = None
    origin: Annotated[str, Meta(description="The Origin header; empty where there was none.")] | None = None
    reason: Annotated[str, Meta(description="Why the calls were refused.", examples=["KEY_REVOKED"])] | None = None

    @classmethod
    def of(cls, row: UsageRow) -> Self:
        """Show one line of a usage report."""
        values = row.values
        service = values.get(Dimension.SERVICE)
        return cls(
            calls=row.calls,
            start=row.start,
            service=None if service is None else word_of(service),
            status=values.get(Dimension.STATUS),
            key=values.get(Dimension.KEY),
            maps_id=values.get(Dimension.MAPS_ID),
            origin=values.get(Dimension.ORIGIN),
            reason=values.get(RefusalDimension.REASON),
        )


class LastUse(Shape):
    """The last use of a Maps ID, a key or a Maps token, if it was ever used: when, the Origin header, and the network."""

    kind: Literal["mapsId", "key", "mapsToken"]
    subject: str
    last_used_at: Moment | None = None
    origin: str | None = None
    network: Annotated[str, Meta(description="The network prefix, never the whole address.")] | None = None

    @classmethod
    def of(cls, found: "KeyUse") -> Self:
        """Show one last use."""
        use = found.use
        return cls(
            kind=word_of(found.kind),
            subject=found.subject,
            last_used_at=None if use is None else to_moment(use.at),
            origin=None if use is None else use.origin,
            network=None if use is None else use.network,
        )
