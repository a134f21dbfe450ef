"""The usage dashboard of a team: a table over a time window, and the largest shares, read in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from trigpoint.base.clock import HOUR_S
from trigpoint.base.ids import TeamId
from trigpoint.credentials.key import Key
from trigpoint.credentials.maps_id import same_identifier
from trigpoint.credentials.usage import Dimension, RefusalDimension
from trigpoint.credentials.usage_table import Shares, UsageTable, lay_out
from trigpoint.credentials.usage_window import UsageWindow
from trigpoint.store.reader import Reader
from trigpoint.store.usage_reading import CounterReader, Within

MOST_SHOWN = 7
"""Most values that have a column in the table, and most that have a line among the shares."""
CALL_NAMES = tuple(one.value for one in Dimension)
REFUSAL_NAMES = tuple(one.value for one in RefusalDimension)
NOT_OF_REFUSALS = frozenset({Dimension.STATUS.value, Dimension.ORIGIN.value})
"""Dimensions by which refusals are not counted."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The numbers of a team's dashboard; shares are by the value of a `Dimension` or `RefusalDimension`.

    `refusals` is None if there is a filter by a dimension of `NOT_OF_REFUSALS`.
    """

    table: UsageTable
    calls: Mapping[str, Shares]
    refusals: Mapping[str, Shares] | None


def read_dashboard(
    reader: Reader,
    team_id: TeamId,
    window: UsageWindow,
    *,
    by: Dimension | RefusalDimension,
    only: Mapping[str, str],
    most: int | None = MOST_SHOWN,
) -> Dashboard:
    """Count the numbers of a team's dashboard. The table counts refusals if `by` is a `RefusalDimension`, else calls.

    `only` has filters by the name of their dimension; a filter by a dimension that a table does not have is ignored for it.
    `most` is the number of values with a column, None for all.
    """
    starts = tuple(int(start.timestamp()) // HOUR_S for start in window.starts)
    calls = Within(team_id, starts, {name: (value,) for name, value in only.items() if name in CALL_NAMES})
    refusals = Within(team_id, starts, _narrow_refusals(only, reader.keys(team_id=team_id)))
    usage = reader.usage
    if isinstance(by, RefusalDimension):
        table = _read_table(usage.refusal_counters, refusals, window, by=by.value, most=most)
    else:
        table = _read_table(usage.call_counters, calls, window, by=by.value, most=most)
    hidden = bool(NOT_OF_REFUSALS & only.keys())
    return Dashboard(
        table,
        _read_shares(usage.call_counters, calls, CALL_NAMES),
        None if hidden else _read_shares(usage.refusal_counters, refusals, REFUSAL_NAMES),
    )


def _narrow_refusals(only: Mapping[str, str], keys: Iterable[Key]) -> dict[str, Sequence[str]]:
    """Translate filters for refusals, which are counted by key: a filter by a Maps ID becomes one by its keys."""
    chosen: dict[str, Sequence[str]] = {name: (value,) for name, value in only.items() if name in REFUSAL_NAMES}
    maps_id = only.get(Dimension.MAPS_ID.value)
    if maps_id is not None:
        key_id = only.get(Dimension.KEY.value)
        own = [key.key_id for key in keys if same_identifier(key.maps_id) == same_identifier(maps_id)]
        chosen[RefusalDimension.KEY.value] = [one for one in own if key_id in {None, one}]
    return chosen


def _read_table(
    counters: CounterReader, within: Within, window: UsageWindow, *, by: str, most: int | None
) -> UsageTable:
    values = [value for value, _ in counters.shares(by, within, most=most)]
    named = within if most is None else replace(within, only={**within.only, by: values})
    return lay_out(window, values, counters.spans(by, named), counters.totals(within))


def _read_shares(counters: CounterReader, within: Within, names: Sequence[str]) -> dict[str, Shares]:
    named = {name: tuple(counters.shares(name, within, most=MOST_SHOWN)) for name in names}
    total = sum(counters.totals(within).values())
    return {name: Shares(shares, total) for name, shares in named.items()}
