"""The desk of usage: reports about calls and refusals, and the last uses of keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trigpoint.authority.teams import find_team
from trigpoint.authority.usage_dashboard import MOST_SHOWN, Dashboard, read_dashboard
from trigpoint.base.clock import HOUR_S, Clock
from trigpoint.base.errors import ForbiddenError, InvalidError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.key import Key
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.usage import Dimension, LastUse, RefusalDimension, Span, UsageRow, sum_up
from trigpoint.credentials.usage_window import UsageWindow
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The last use of a Maps ID, a key or a Maps token; None if it was never used."""

    kind: str
    subject: str
    use: LastUse | None


class UsageDesk:
    """Reports from the counters of all workers, at most a second behind."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def calls(
        self,
        actor: Actor,
        *,
        team_id: str | None,
        by: Sequence[Dimension] = (),
        per: Span | None = None,
        since: float | None = None,
        until: float | None = None,
        only: Mapping[Dimension, str] | None = None,
    ) -> list[UsageRow]:
        """Count the calls between two times (seconds since the epoch), by the hour; by default those of the last 24 hours.

        `by` are the dimensions by which they are grouped, `per` the span of a row, `only` the values to which they are
        restricted. Without a team they are those of the whole installation, for the operator only.
        """
        with self._store.read() as reader:
            team = _may_see(reader, actor, team_id)
            first, last = self._hours(since, until)
            counts = reader.usage.calls(by, team_id=team, first=first, last=last, only=dict(only or {}))
        return sum_up(counts, [dimension.value for dimension in by], per)

    def refusals(
        self,
        actor: Actor,
        *,
        team_id: str | None,
        by: Sequence[RefusalDimension] = (RefusalDimension.REASON,),
        per: Span | None = None,
        since: float | None = None,
        until: float | None = None,
        only: Mapping[RefusalDimension, str] | None = None,
    ) -> list[UsageRow]:
        """Count the refusals of credentials that name a key of the team, verified or not. Parameters as for `calls`."""
        with self._store.read() as reader:
            team = _may_see(reader, actor, team_id)
            first, last = self._hours(since, until)
            counts = reader.usage.refusals(by, team_id=team, first=first, last=last, only=dict(only or {}))
        return sum_up(counts, [dimension.value for dimension in by], per)

    def dashboard(
        self,
        actor: Actor,
        team_id: str,
        window: UsageWindow,
        *,
        by: Dimension | RefusalDimension,
        only: Mapping[str, str],
        most: int | None = MOST_SHOWN,
    ) -> Dashboard:
        """Count what a team's dashboard shows; see `read_dashboard`."""
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id).team_id
            return read_dashboard(reader, team, window, by=by, only=only, most=most)

    def last_uses(self, actor: Actor, team_id: str) -> list[KeyUse]:
        """Give the last use of each Maps ID, key and Maps token of a team."""
        with self._store.read() as reader:
            team = find_team(reader, actor, team_id).team_id
            keys = reader.keys(team_id=team)
            names = [maps_id.identifier for maps_id in reader.maps_ids(team)]
            tokens = reader.maps_tokens.all(team)
        uses = {key.key_id: _last_use(key) for key in keys}
        found = []
        for name in names:
            of_name = [use for key in keys if key.maps_id == name and (use := uses[key.key_id]) is not None]
            found.append(KeyUse("mapsId", name, max(of_name, key=lambda use: use.at, default=None)))
        found += [KeyUse("key", key.key_id, uses[key.key_id]) for key in keys]
        return found + [KeyUse("mapsToken", token.token_id, _last_use(token)) for token in tokens]

    def traffic_shares(self, actor: Actor, maps_id: str, *, team_id: str, hours: int = 24) -> dict[str, int]:
        """Count the calls of each key of a Maps ID in the last hours, by Key ID: whether programs use the new key yet."""
        since = self._clock() - (hours - 1) * HOUR_S
        only = {Dimension.MAPS_ID: maps_id}
        rows = self.calls(actor, team_id=team_id, by=(Dimension.KEY,), since=since, only=only)
        return {row.values["key"]: row.calls for row in rows}

    def _hours(self, since: float | None, until: float | None) -> tuple[int, int]:
        last = int((self._clock() if until is None else until - 1e-6) // HOUR_S)
        first = last - 23 if since is None else int(since // HOUR_S)
        if first > last:
            raise InvalidError("since", "before 'until'", example="2026-11-01", received="a later time")
        return first, last


def _last_use(of: Key | MapsToken) -> LastUse | None:
    if of.last_used_at is None:
        return None
    return LastUse(of.last_used_at, of.last_used_origin, of.last_used_network)


def _may_see(reader: Reader, actor: Actor, team_id: str | None) -> TeamId | None:
    if team_id is not None:
        return find_team(reader, actor, team_id).team_id
    if not actor.operator:
        raise ForbiddenError("Only the operator may see the usage of the whole installation; name a team.")
    return None
