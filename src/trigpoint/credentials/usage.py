"""Usage: the counters of calls and refusals, and the reports that are made from them."""

import csv
import io
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from trigpoint.base.clock import HOUR_S, Milliseconds
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.services import Service

ORIGIN_LIMIT = 200
"""Longest origin that is counted by name, in characters."""
OTHER_ORIGINS = "(other)"
"""Counted as the origin of further calls, once a key has had 200 different origins in an hour."""
MAP_VIEW = "map_view"
"""Service name under which map initializations are counted."""
USED = (*(service.value for service in Service), MAP_VIEW)
"""All values of the dimension `service` for calls."""
_METERS = {MAP_VIEW: Meter.MAP_VIEWS, Service.WEB_SNAPSHOTS.value: Meter.SNAPSHOTS}
IPV4_BITS = 24
IPV6_BITS = 48
"""Lengths of the prefixes to which client addresses are shortened."""


class CallLine(NamedTuple):
    """What one counter of calls counts. `hour` is the number of hours since the epoch.

    `maps_id` and `origin` are empty if there is none; `used` is the value of a `Service`, or `MAP_VIEW`; `status` is that
    of HTTP.
    """

    hour: int
    team_id: TeamId
    key_id: KeyId
    maps_id: str
    used: str
    origin: str
    status: int


class RefusalLine(NamedTuple):
    """What one counter of refusals counts. `hour` is the number of hours since the epoch.

    Team and key are those that the token named, verified or not; they are empty if unknown. `reason` is a code.
    """

    hour: int
    team_id: str
    key_id: str
    service: Service
    reason: str


class LastUse(NamedTuple):
    """The last use of a key: the time in milliseconds, the Origin header, and the network of the client."""

    at: Milliseconds
    origin: str | None
    network: str | None


def network_of(address: str | None) -> str | None:
    """Shorten the address of a client to its network, such as 192.0.2.0/24 or 2001:db8:1::/48; None for no address."""
    if address is None:
        return None
    try:
        host = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(host, ipaddress.IPv6Address) and host.ipv4_mapped is not None:
        host = host.ipv4_mapped
    bits = IPV4_BITS if host.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((host, bits), strict=False))


def meter_of(used: str) -> Meter:
    """Give the meter on which calls of a service, or map views, are counted."""
    return _METERS.get(used, Meter.SERVICE_CALLS)


class Dimension(StrEnum):
    """Dimensions by which calls can be grouped."""

    SERVICE = "service"
    STATUS = "status"
    KEY = "key"
    MAPS_ID = "mapsId"
    ORIGIN = "origin"


class RefusalDimension(StrEnum):
    """Dimensions by which refusals can be grouped."""

    REASON = "reason"
    SERVICE = "service"
    KEY = "key"


class Span(StrEnum):
    """The length of time that one line of a report covers, in UTC."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One line of a report. `start` is the start of its span in ISO 8601, None if the line covers the whole time."""

    start: str | None
    values: Mapping[str, str]
    calls: int


def name_span(hour: int, span: Span) -> str:
    """Give the name of the span that contains an hour: `2026-11-23T16:00Z`, `2026-11-23` or `2026-11`."""
    moment = datetime.fromtimestamp(hour * HOUR_S, UTC)
    return moment.strftime({Span.HOUR: "%Y-%m-%dT%H:00Z", Span.DAY: "%Y-%m-%d", Span.MONTH: "%Y-%m"}[span])


def sum_up(
    counts: Iterable[tuple[int, tuple[str, ...], int]], names: Sequence[str], span: Span | None
) -> list[UsageRow]:
    """Sum counters (hour, values, calls) by span and values; `names` are the dimensions of the values.

    Rows are in order of their span, and within a span those with the most calls come first. With `span` None, there is
    one row for each combination of values.
    """
    sums: dict[tuple[str | None, tuple[str, ...]], int] = {}
    for hour, values, calls in counts:
        place = (None if span is None else name_span(hour, span), values)
        sums[place] = sums.get(place, 0) + calls
    ordered = sorted(sums.items(), key=lambda item: (item[0][0] or "", -item[1], item[0][1]))
    return [UsageRow(start, dict(zip(names, values, strict=True)), calls) for (start, values), calls in ordered]


def _cells(row: UsageRow) -> dict[str, object]:
    return ({"start": row.start} if row.start is not None else {}) | dict(row.values) | {"calls": row.calls}


def to_csv(rows: Sequence[UsageRow], columns: Sequence[str] | None = None) -> str:
    """Write a report as CSV (RFC 4180). A cell that a spreadsheet would treat as a formula begins with an apostrophe.

    `columns` are the columns before the calls; None takes those of the first row.
    """
    names = [*columns, "calls"] if columns is not None else list(_cells(rows[0])) if rows else ["calls"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for row in rows:
        members = _cells(row)
        writer.writerow([_as_text(str(members[name])) for name in names])
    return out.getvalue()


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
