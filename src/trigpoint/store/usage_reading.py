"""Reading the counters: calls and refusals of a span of hours, told apart by what is asked for."""

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, Table, func, select

from trigpoint.base.ids import TeamId
from trigpoint.credentials.usage import Dimension, RefusalDimension
from trigpoint.store import counters

Counts = list[tuple[int, tuple[str, ...], int]]
"""Hour, values, calls."""

_CALLS = counters.usage_hours
_REFUSALS = counters.refusal_hours
_CALL_COLUMNS: dict[Dimension, Column[object]] = {
    Dimension.SERVICE: _CALLS.c.service,
    Dimension.STATUS: _CALLS.c.status,
    Dimension.KEY: _CALLS.c.key_id,
    Dimension.MAPS_ID: _CALLS.c.maps_id,
    Dimension.ORIGIN: _CALLS.c.origin,
}
_REFUSAL_COLUMNS: dict[RefusalDimension, Column[object]] = {
    RefusalDimension.REASON: _REFUSALS.c.reason,
    RefusalDimension.SERVICE: _REFUSALS.c.service,
    RefusalDimension.KEY: _REFUSALS.c.key_id,
}


class UsageReader:
    """Questions about usage."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def calls(
        self, by: Sequence[Dimension], *, team_id: TeamId | None, first: int, last: int, only: dict[Dimension, str]
    ) -> Counts:
        """Count the calls of hours `first` to `last` of a team, or of all."""
        conditions = [_CALL_COLUMNS[dimension] == _typed(dimension, value) for dimension, value in only.items()]
        columns = [_CALL_COLUMNS[dimension] for dimension in by]
        return self._sums(_CALLS, columns, [*conditions, *_within(_CALLS, team_id, first, last)])

    def refusals(
        self,
        by: Sequence[RefusalDimension],
        *,
        team_id: TeamId | None,
        first: int,
        last: int,
        only: dict[RefusalDimension, str],
    ) -> Counts:
        """Count the refusals of hours `first` to `last` that named a team's keys, or of all."""
        conditions = [_REFUSAL_COLUMNS[dimension] == value for dimension, value in only.items()]
        columns = [_REFUSAL_COLUMNS[dimension] for dimension in by]
        return self._sums(_REFUSALS, columns, [*conditions, *_within(_REFUSALS, team_id, first, last)])

    def _sums(self, table: Table, columns: list[Column[object]], conditions: list[ColumnElement[bool]]) -> Counts:
        question = select(table.c.hour, *columns, func.sum(table.c.calls)).where(*conditions)
        rows = self._connection.execute(question.group_by(table.c.hour, *columns))
        return [(row[0], tuple(str(value) for value in row[1:-1]), int(row[-1])) for row in rows]


def _within(table: Table, team_id: TeamId | None, first: int, last: int) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.c.hour >= first, table.c.hour <= last]
    if team_id is not None:
        conditions.append(table.c.team_id == team_id)
    return conditions


def _typed(dimension: Dimension, value: str) -> object:
    return int(value) if dimension is Dimension.STATUS else value
