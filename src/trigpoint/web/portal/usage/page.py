"""The page Usage: calls and refusals by key, origin, status and so on, as a chart, a table and a CSV file."""

from collections.abc import Sequence

from litestar import Request, Response
from litestar.datastructures import State
from litestar.params import FromPath

from trigpoint.authority.usage_dashboard import Dashboard
from trigpoint.base.clock import to_ms, to_words
from trigpoint.credentials.usage import USED, Dimension, RefusalDimension, to_csv
from trigpoint.credentials.usage_window import Reach
from trigpoint.web.portal.frame.forms import Form
from trigpoint.web.portal.frame.rendering import show_age
from trigpoint.web.portal.frame.threads import get
from trigpoint.web.portal.frame.visits import HereVisit
from trigpoint.web.portal.usage.plot import draw_plot, name_start, name_window
from trigpoint.web.portal.usage.question import CALLS, REFUSALS, UsageQuestion, read_question
from trigpoint.web.portal.usage.quotas import alarms_of, list_gauges, today_of
from trigpoint.web.portal.usage.words import ABSENT, LABELS, STATUSES, Names

AnyRequest = Request[None, None, State]
CARDS = (Dimension.KEY, Dimension.MAPS_ID, Dimension.ORIGIN, Dimension.STATUS, Dimension.SERVICE)
FILTERS = {
    CALLS: ("key", "mapsId", "service", "status", "origin"),
    REFUSALS: ("key", "mapsId", "service", "reason"),
}
OVER_LIMIT = "429"
REST_NAME = "all others"


@get("/teams/{team_id:str}/usage")
def show_usage(visit: HereVisit, request: AnyRequest, team_id: FromPath[str]) -> Response[bytes]:
    """Show calls or refusals in a time window, and the largest shares of each dimension."""
    authority, actor, team = visit.authority, visit.actor, visit.find_team(team_id)
    question = read_question(Form(tuple(request.query_params.multi_items())), authority.clock())
    found = authority.usage.dashboard(actor, team.team_id, question.window, by=question.by, only=question.only)
    keys = authority.keys.list(actor, team_id=team.team_id)
    tokens = authority.maps_tokens.list(actor, team_id=team.team_id)
    names = Names(keys, tokens)
    columns = [names.of(question.by.value, value) for value in found.table.values]
    gauges = list_gauges(visit, team.team_id)
    now = to_ms(question.now)
    return visit.page(
        "usage/page.html",
        title="Usage",
        team=team,
        question=question,
        found=found,
        columns=columns,
        plot=draw_plot(found.table, question.by.value, [column.text for column in columns], REST_NAME),
        rest_name=REST_NAME,
        window_words=name_window(question.window),
        starts=[name_start(question.window, span) for span in range(len(found.table.totals))],
        outcome=_outcome(found),
        names=names,
        labels=LABELS,
        cards=CARDS,
        reaches=list(Reach),
        options=_options(question, found, names, [key.key_id for key in keys] + [token.token_id for token in tokens]),
        maps_ids=[one.identifier for one in authority.maps_ids.list(actor, team_id=team.team_id)],
        counted_at=to_words(question.now),
        today=today_of(gauges),
        alarms=alarms_of(gauges),
        uses=authority.usage.last_uses(actor, team.team_id),
        states={key.key_id: _state(key.state.value, is_live=key.is_live(now)) for key in keys}
        | {token.token_id: _state(token.state.value, is_live=token.is_live(now)) for token in tokens},
        live=[key for key in keys if key.is_live(now)],
        age=lambda at: show_age(at, question.now),
    )


@get("/teams/{team_id:str}/usage/export/csv")
def export_usage(visit: HereVisit, request: AnyRequest, team_id: FromPath[str]) -> Response[str]:
    """Send the numbers of the page as CSV: a line for each interval and value, with all values instead of the largest."""
    team = visit.find_team(team_id)
    question = read_question(Form(tuple(request.query_params.multi_items())), visit.authority.clock())
    by = question.by
    found = visit.authority.usage.dashboard(
        visit.actor, team.team_id, question.window, by=by, only=question.only, most=None
    )
    name = f"usage-{team.team_id}-{question.show}-by-{by.value}-{question.window.names[0].replace(':', '')}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    text = to_csv(found.table.rows(by.value), columns=("start", by.value))
    return Response(text, media_type="text/csv", headers=headers)


def _outcome(found: Dashboard) -> dict[str, int]:
    """Sum up the calls by outcome: fine, failed, over a limit, refused."""
    shares = found.calls[Dimension.STATUS.value]
    calls = dict(shares.named)
    fine = sum(count for status, count in calls.items() if status.startswith("2"))
    over = calls.get(OVER_LIMIT, 0)
    refused = 0 if found.refusals is None else found.refusals[RefusalDimension.REASON.value].total
    return {"fine": fine, "failed": shares.total - fine - over, "over": over, "refused": refused}


def _options(
    question: UsageQuestion, found: Dashboard, names: Names, key_ids: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """List the choices of each filter as (value in the URL, label), by the name of the filter."""
    seen = {name: [value for value, _ in shares.named] for name, shares in found.calls.items()}
    if found.refusals is not None:
        seen[RefusalDimension.REASON.value] = [
            value for value, _ in found.refusals[RefusalDimension.REASON.value].named
        ]
    fixed: dict[str, Sequence[str]] = {
        Dimension.KEY.value: key_ids,
        Dimension.SERVICE.value: USED,
        Dimension.STATUS.value: list(STATUSES),
    }
    options = {}
    for name in FILTERS[question.show]:
        chosen = [question.only[name]] if name in question.only else []
        values = dict.fromkeys([*fixed.get(name, []), *seen.get(name, []), *chosen])
        options[name] = [(value or ABSENT, names.of(name, value).text) for value in values]
    return options


def _state(state: str, *, is_live: bool) -> str:
    if is_live:
        return "live"
    return "expired" if state == "active" else state


HANDLERS = (show_usage, export_usage)
