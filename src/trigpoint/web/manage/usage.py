"""`/manage/v1/…/usage`: how many calls were made and by whom, what was refused, and when each key was last used."""

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

Since = Annotated[
    Moment | None, QueryParameter(description="From the hour of this time on; 24 hours ago, if left out.")
]
Until = Annotated[Moment | None, QueryParameter(description="Up to the hour before this time; now, if left out.")]
Per = Annotated[Span | None, QueryParameter(description="One line for each of these, in UTC; without it, one sum.")]
Used = Annotated[
    ServiceName | Literal["map_view"] | None,
    QueryParameter(name="service", description="Only calls of this service, or map initializations."),
]
Service = Annotated[ServiceName | None, QueryParameter(description="Only calls of this service.")]
KeyId = Annotated[str | None, QueryParameter(name="key", description="Only this Key ID, or ID of a Maps token.")]
Form = Annotated[
    Literal["json", "csv"] | None,
    QueryParameter(
        name="format", description="`csv` gives the whole report as a table, as does `Accept: text/csv`; no pages."
    ),
]
By = Annotated[list[Dimension] | None, QueryParameter(description="How calls are grouped. May be repeated.")]
ByRefusal = Annotated[
    list[RefusalDimension] | None,
    QueryParameter(description="How refusals are grouped; by reason, if left out. May be repeated."),
]
Status = Annotated[
    int | None,
    QueryParameter(ge=100, le=599, description="Only calls that ended so; 429 is over a limit, 499 hung up before."),
]
OfMapsId = Annotated[str | None, QueryParameter(name="mapsId", description="Only calls for this Maps ID.")]
Origin = Annotated[str | None, QueryParameter(description="Only calls from this origin; empty: those without one.")]
Reason = Annotated[str | None, QueryParameter(description="Only refusals with this code, such as `KEY_REVOKED`.")]


@dataclass(frozen=True, slots=True)
class Frame:
    """Which hours a report covers, how they are summed up, and in which form it is wanted."""

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
    """Read what all reports are asked alike."""
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
    """Read which calls are asked for."""
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
    """Read which refusals are asked for."""
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
    """An operation that answers with CSV, too."""

    def __post_init__(self) -> None:
        """Document the second form of the answer."""
        answer = (self.responses or {}).get("200")
        if isinstance(answer, OpenAPIResponse) and answer.content is not None:
            answer.content[CSV] = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))


report = partial(get, sync_to_thread=True, operation_class=Report, tags=TAGS)
"""Declares a report."""


@report("/teams/{team_id:str}/usage", dependencies=OF_CALLS, responses=problems(400, 404))
def count_team_calls(
    desk: AtDesk, team_id: TeamPath, *, frame: AskedFrame, only: Calls, by: By = None
) -> Response[Page[UsageLine]]:
    """Count the calls of a team that were admitted, and those over a limit (status 429).

    Whole hours are counted, at most a second behind. Lines are ordered by time, then by their group.
    """
    return count_calls(desk, team_id, frame, only=only, by=by)


@report("/usage", dependencies=OF_CALLS, responses=problems(400, 403))
def count_all_calls(desk: AtDesk, *, frame: AskedFrame, only: Calls, by: By = None) -> Response[Page[UsageLine]]:
    """Count the same for the whole installation. Only a token of the installation may."""
    return count_calls(desk, None, frame, only=only, by=by)


@report("/teams/{team_id:str}/usage/refusals", dependencies=OF_REFUSALS, responses=problems(400, 404))
def count_team_refusals(
    desk: AtDesk, team_id: TeamPath, *, frame: AskedFrame, only: Refusals, by: ByRefusal = None
) -> Response[Page[UsageLine]]:
    """Count the tokens that were refused; a token counts for the key that it names, proven or not."""
    return count_refusals(desk, team_id, frame, only=only, by=by)


@report("/usage/refusals", dependencies=OF_REFUSALS, responses=problems(400, 403))
def count_all_refusals(
    desk: AtDesk, *, frame: AskedFrame, only: Refusals, by: ByRefusal = None
) -> Response[Page[UsageLine]]:
    """Count every refused token of the installation, those of nobody's too. Only a token of the installation may."""
    return count_refusals(desk, None, frame, only=only, by=by)


@get("/teams/{team_id:str}/usage/last-uses", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_last_uses(desk: AtDesk, team_id: TeamPath, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[LastUse]:
    """Say when, on which page and from which network each Maps ID, key and Maps token of a team was last used."""
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
    """Answer with a page of a report, or with all of it as CSV."""
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
    """Say where a line stands in a report."""
    return (row.start or "", *row.values.values())


def to_seconds(moment: datetime | None, *, name: str) -> float | None:
    """Write a time as a report takes it; one without a zone is refused."""
    if moment is not None and moment.tzinfo is None:
        raise InvalidError(name, "a time with its zone", example="2026-11-23T16:00:00Z", received=moment.isoformat())
    return None if moment is None else moment.timestamp()


HANDLERS = (count_team_calls, count_all_calls, count_team_refusals, count_all_refusals, list_last_uses)
