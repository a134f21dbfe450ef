"""`/manage/v1/…/usage`: reports of calls and of refusals, and the last use of each key."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from litestar import Response, get
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, Schema
from litestar.params import QueryParameter, SkipValidation

from trigpoint.api.shape import Moment, ServiceName
from trigpoint.api.usage import LastUse, UsageLine
from trigpoint.base.errors import InvalidError
from trigpoint.credentials.usage import Dimension, RefusalDimension, Span, UsageRow, to_csv
from trigpoint.web.manage.holders import AnyRequest, AtDesk, Desk, TeamPath
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.responses import Page

TAGS = ["Usage"]
CSV = "text/csv"
JSON = "application/json"

Since = Annotated[Moment | None, QueryParameter(description="From the hour of this time on; 24 hours ago if omitted.")]
Until = Annotated[Moment | None, QueryParameter(description="Up to the hour before this time; now if omitted.")]
Per = Annotated[Span | None, QueryParameter(description="One line for each of these, in UTC; one sum if omitted.")]
Used = Annotated[
    ServiceName | Literal["map_view"] | None,
    QueryParameter(name="service", description="Only calls of this service, or map initializations."),
]
Service = Annotated[ServiceName | None, QueryParameter(description="Only calls of this service.")]
KeyId = Annotated[str | None, QueryParameter(name="key", description="Only this Key ID, or ID of a Maps token.")]
Form = Annotated[
    Literal["json", "csv"] | None,
    QueryParameter(
        name="format", description="`csv` gives the whole report as CSV without pages, as does `Accept: text/csv`."
    ),
]
By = Annotated[list[Dimension] | None, QueryParameter(description="How calls are grouped. May be repeated.")]
ByRefusal = Annotated[
    list[RefusalDimension] | None,
    QueryParameter(description="How refusals are grouped; by reason if omitted. May be repeated."),
]
Status = Annotated[
    int | None,
    QueryParameter(
        ge=100,
        le=599,
        description="Only calls with this status; 429: over a limit, 499: the client disconnected first.",
    ),
]
OfMapsId = Annotated[str | None, QueryParameter(name="mapsId", description="Only calls for this Maps ID.")]
Origin = Annotated[str | None, QueryParameter(description="Only calls from this origin; empty: those without one.")]
Reason = Annotated[str | None, QueryParameter(description="Only refusals with this code, such as `KEY_REVOKED`.")]


@dataclass(frozen=True, slots=True)
class Frame:
    """The parameters that all reports share: period (seconds since the epoch), grouping by time, format and page."""

    since: float | None
    until: float | None
    per: Span | None
    as_csv: bool
    limit: int
    cursor: str | None


def read_frame(
    request: AnyRequest,
    *,
    since: Since = None,
    until: Until = None,
    per: Per = None,
    form: Form = None,
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
) -> Frame:
    """Read the parameters that all reports share."""
    as_csv = form == "csv" if form is not None else request.accept.best_match([JSON, CSV], JSON) == CSV
    first, last = to_seconds(since, name="since"), to_seconds(until, name="until")
    return Frame(first, last, per, as_csv=as_csv, limit=limit, cursor=cursor)


def choose_calls(
    used: Used = None,
    *,
    status: Status = None,
    key_id: KeyId = None,
    maps_id: OfMapsId = None,
    origin: Origin = None,
) -> dict[Dimension, str]:
    """Read the filters of a report of calls."""
    filters = {
        Dimension.SERVICE: used,
        Dimension.STATUS: None if status is None else str(status),
        Dimension.KEY: key_id,
        Dimension.MAPS_ID: maps_id,
        Dimension.ORIGIN: origin,
    }
    return {dimension: value for dimension, value in filters.items() if value is not None}


def choose_refusals(
    service: Service = None, key_id: KeyId = None, reason: Reason = None
) -> dict[RefusalDimension, str]:
    """Read the filters of a report of refusals."""
    filters = {RefusalDimension.SERVICE: service, RefusalDimension.KEY: key_id, RefusalDimension.REASON: reason}
    return {dimension: value for dimension, value in filters.items() if value is not None}


AskedFrame = NamedDependency[SkipValidation[Frame]]
Calls = NamedDependency[SkipValidation[dict[Dimension, str]]]
Refusals = NamedDependency[SkipValidation[dict[RefusalDimension, str]]]
FRAME = {"frame": Provide(read_frame, sync_to_thread=False)}
OF_CALLS = FRAME | {"only": Provide(choose_calls, sync_to_thread=False)}
OF_REFUSALS = FRAME | {"only": Provide(choose_refusals, sync_to_thread=False)}


@dataclass
class Report(Operation):
    """An operation that can also respond with CSV."""

    def __post_init__(self) -> None:
        """Document the second format of the response."""
        answer = (self.responses or {}).get("200")
        if isinstance(answer, OpenAPIResponse) and answer.content is not None:
            answer.content[CSV] = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))


report = partial(get, sync_to_thread=True, operation_class=Report, tags=TAGS)
"""Declares a report."""


@report("/teams/{team_id:str}/usage", dependencies=OF_CALLS, responses=problems(400, 404))
def count_team_calls(
    desk: AtDesk, team_id: TeamPath, *, frame: AskedFrame, only: Calls, by: By = None
) -> Response[Page[UsageLine]]:
    """Count the calls of a team: admitted calls, and calls over a limit (status 429).

    Reports cover whole hours, and are at most a second out of date. Lines are sorted by time, then by group.
    """
    return count_calls(desk, team_id, frame, only=only, by=by)


@report("/usage", dependencies=OF_CALLS, responses=problems(400, 403))
def count_all_calls(desk: AtDesk, *, frame: AskedFrame, only: Calls, by: By = None) -> Response[Page[UsageLine]]:
    """Count the calls of the whole installation. Needs a token of the installation."""
    return count_calls(desk, None, frame, only=only, by=by)


@report("/teams/{team_id:str}/usage/refusals", dependencies=OF_REFUSALS, responses=problems(400, 404))
def count_team_refusals(
    desk: AtDesk, team_id: TeamPath, *, frame: AskedFrame, only: Refusals, by: ByRefusal = None
) -> Response[Page[UsageLine]]:
    """Count the refused tokens of a team. A token counts for the key that it names, verified or not."""
    return count_refusals(desk, team_id, frame, only=only, by=by)


@report("/usage/refusals", dependencies=OF_REFUSALS, responses=problems(400, 403))
def count_all_refusals(
    desk: AtDesk, *, frame: AskedFrame, only: Refusals, by: ByRefusal = None
) -> Response[Page[UsageLine]]:
    """Count all refused tokens, including those that name no known key. Needs a token of the installation."""
    return count_refusals(desk, None, frame, only=only, by=by)


@get("/teams/{team_id:str}/usage/last-uses", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_last_uses(desk: AtDesk, team_id: TeamPath, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[LastUse]:
    """List the last use of each Maps ID, key and Maps token of a team: time, Origin header and network."""
    found = sorted(desk.authority.usage.last_uses(desk.actor, team_id), key=lambda one: (one.kind, one.subject))
    page, more = cut_page(found, lambda one: (one.kind, one.subject), cursor=cursor, limit=limit)
    return Page([LastUse.of(one) for one in page], more)


def count_calls(
    desk: Desk, team_id: str | None, frame: Frame, *, only: dict[Dimension, str], by: list[Dimension] | None
) -> Response[Page[UsageLine]]:
    """Report the calls of a team, or of all."""
    chosen = list(dict.fromkeys(by or ()))
    rows = desk.authority.usage.calls(
        desk.actor, team_id=team_id, by=chosen, per=frame.per, since=frame.since, until=frame.until, only=only
    )
    return answer(rows, chosen, frame)


def count_refusals(
    desk: Desk,
    team_id: str | None,
    frame: Frame,
    *,
    only: dict[RefusalDimension, str],
    by: list[RefusalDimension] | None,
) -> Response[Page[UsageLine]]:
    """Report the refusals of a team, or of all."""
    chosen = list(dict.fromkeys(by or (RefusalDimension.REASON,)))
    rows = desk.authority.usage.refusals(
        desk.actor, team_id=team_id, by=chosen, per=frame.per, since=frame.since, until=frame.until, only=only
    )
    return answer(rows, chosen, frame)


def answer(
    rows: list[UsageRow], by: list[Dimension] | list[RefusalDimension], frame: Frame
) -> Response[Page[UsageLine]]:
    """Respond with a page of a report, or with the whole report as CSV."""
    if frame.as_csv:
        columns = [*(["start"] if frame.per is not None else []), *by]
        headers = {"Content-Disposition": 'attachment; filename="usage.csv"', "Vary": "Accept"}
        text = to_csv(rows, columns)
        return Response(text, media_type=f"{CSV}; header=present", headers=headers)  # type: ignore[arg-type]
    rows.sort(key=place_of)
    page, more = cut_page(rows, place_of, cursor=frame.cursor, limit=frame.limit)
    lines = Page([UsageLine.of(row) for row in page], more)
    return Response(lines, headers={"Vary": "Accept"})


def place_of(row: UsageRow) -> tuple[str, ...]:
    """Give the sort key of a line of a report."""
    return (row.start or "", *row.values.values())


def to_seconds(moment: datetime | None, *, name: str) -> float | None:
    """Convert a time to seconds since the epoch; raises InvalidError without a UTC offset."""
    if moment is not None and moment.tzinfo is None:
        rule = "a time with its UTC offset"
        raise InvalidError(name, rule, example="2026-11-23T16:00:00Z", received=moment.isoformat())
    return None if moment is None else moment.timestamp()


HANDLERS = (count_team_calls, count_all_calls, count_team_refusals, count_all_refusals, list_last_uses)
