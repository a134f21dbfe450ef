"""The page Quotas: each limit and how much of it is used; set and remove limits.

Admins change limits of Maps IDs and keys; operators, who need not be members, change those of the team itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Response
from litestar.params import FromPath

from trigpoint.authority.quotas import QuotaState
from trigpoint.base.clock import now_ms
from trigpoint.base.errors import InvalidError, NotFoundError, shorten
from trigpoint.base.ids import TeamId
from trigpoint.credentials.maps_id import same_identifier
from trigpoint.credentials.quota import ALARMS, DEFAULT_LIMITS, Meter, Period
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.team import Team
from trigpoint.credentials.usage import Dimension
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit

A_MINUTE = "calls_a_minute"
WHAT = {
    Meter.SERVICE_CALLS.value: "service calls per day",
    Meter.MAP_VIEWS.value: "map views per day",
    Meter.SNAPSHOTS.value: "snapshots per day",
    A_MINUTE: "service calls per minute (keys only)",
}
KEY, MAPS_ID, TEAM = "key", "maps_id", "team"
PERMISSIONS = {
    KEY: Permission.CHANGE_KEYS,
    MAPS_ID: Permission.CHANGE_IDENTIFIERS,
    TEAM: Permission.CHANGE_LIMITS,
}
"""The permission to change a limit, by its holder."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A limit as a page shows it: the name and code of its holder, and the filter of the usage page for it."""

    state: QuotaState
    name: str
    code: str
    usage: str

    @property
    def meter(self) -> Meter:
        """What is counted."""
        return self.state.meter

    @property
    def is_of_team(self) -> bool:
        """Tell whether it is a limit of the team itself, which only operators can change."""
        return self.state.account.subject.startswith(f"{TEAM}:")

    @property
    def is_a_day(self) -> bool:
        """Tell whether it is a limit per day, not per minute."""
        return self.state.account.period is Period.DAY

    @property
    def what(self) -> str:
        """What is limited, as a value of the form's field."""
        return self.meter.value if self.is_a_day else A_MINUTE

    @property
    def holder(self) -> str:
        """The holder, as a value of the form's field: `key:2X9R4HXF34`."""
        return f"{self.state.account.subject.partition(':')[0]}:{self.code}"

    @property
    def words(self) -> str:
        """What is limited, in words: `service calls per day`."""
        return f"{self.meter.words} per {self.state.account.period.name.lower()}"

    @property
    def level(self) -> str:
        """The name of its bar's colour."""
        return {0: "calm", 50: "half", 80: "high", 100: "out"}[self.state.alarm]


@get("/teams/{team_id:str}/quotas")
def show_quotas(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show every limit of the team, and how much of it is used."""
    return _page(visit, team_id, Form())


@post("/teams/{team_id:str}/quotas")
def set_quota(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Set a limit of a Maps ID or a key, or of the team itself."""
    visit.actor.require(_permission_for(form), _find_team(visit, team_id).team_id)
    if _read_holder(form)[0] == TEAM:
        _require_limit(form)  # these fields are hidden, so a wrong value is no mistake of the person's
    most = form.whole("most")
    errors = {}
    if most is None:
        errors["most"] = "It must be a number of calls, for example 5000. 0 refuses every call."
    if form.text("what") not in WHAT:
        errors["what"] = "Choose what is limited."
    if _read_holder(form)[0] not in PERMISSIONS:
        errors["holder"] = "Choose a Maps ID or a key."
    elif form.text("what") == A_MINUTE and _read_holder(form)[0] != KEY:
        errors["what"] = "Only keys have a limit per minute; choose a limit per day."
    if errors:
        return _page(visit, team_id, form, errors)
    visit.require_proof(form)
    try:
        _put(visit, team_id, form, most)
    except InvalidError as error:
        return _page(visit, team_id, form, {"most": say_rule(error)})
    return go_to(f"/teams/{team_id}/quotas", notice="limit")


@post("/teams/{team_id:str}/quotas/remove")
def remove_quota(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Remove the limit of a Maps ID or a key, so that only the team's limit applies; or reset a team's to the default."""
    visit.actor.require(_permission_for(form), _find_team(visit, team_id).team_id)
    _require_limit(form)
    visit.require_proof(form)
    _put(visit, team_id, form, None)
    is_own = _read_holder(form)[0] == TEAM
    return go_to(f"/teams/{team_id}/quotas", notice="limit-default" if is_own else "limit-removed")


def list_gauges(visit: Visit, team_id: TeamId) -> list[Gauge]:
    """List the limits of a team, its own first."""
    names, identifiers = {}, {}
    if visit.may(Permission.READ, team_id):
        names = {str(key.key_id): key.name for key in visit.authority.keys.list(visit.actor, team_id=team_id)}
        maps_ids = visit.authority.maps_ids.list(visit.actor, team_id=team_id)
        identifiers = {same_identifier(one.identifier): one.identifier for one in maps_ids}
    gauges = []
    for state in visit.authority.quotas.show(visit.actor, team_id):
        kind, _, code = state.account.subject.partition(":")
        if kind == TEAM:
            gauges.append(Gauge(state, "The whole team", code, ""))
        elif kind == KEY:
            gauges.append(Gauge(state, names.get(code, "Key"), code, urlencode({Dimension.KEY.value: code})))
        else:
            code = identifiers.get(code, code)
            gauges.append(Gauge(state, "Maps ID", code, urlencode({Dimension.MAPS_ID.value: code})))
    return gauges


def today_of(gauges: Sequence[Gauge], meter: Meter = Meter.SERVICE_CALLS) -> Gauge:
    """Give the team's own limit of what a meter counts."""
    return next(gauge for gauge in gauges if gauge.is_of_team and gauge.meter is meter)


def alarms_of(gauges: Sequence[Gauge]) -> list[Gauge]:
    """Give the daily limits that are used to half or more, the most used first."""
    loud = [gauge for gauge in gauges if gauge.is_a_day and gauge.state.alarm and gauge.state.most]
    return sorted(loud, key=lambda gauge: (-gauge.state.alarm, -gauge.state.percent))


def _permission_for(form: Form) -> Permission:
    return PERMISSIONS.get(_read_holder(form)[0], Permission.CHANGE_KEYS)


def _find_team(visit: Visit, team_id: str) -> Team:
    """Find the team, also for an operator who is not a member of it."""
    return visit.authority.quotas.find_team(visit.actor, team_id)


def _require_limit(form: Form) -> None:
    """Raise `InvalidError` unless the form names a limit that can exist."""
    kind, what = _read_holder(form)[0], form.text("what")
    if what not in WHAT or kind not in PERMISSIONS or (what == A_MINUTE and kind != KEY):
        rule = "a limit of the team, a Maps ID or a key"
        raise InvalidError("what", rule, example=A_MINUTE, received=f"{what} of {kind}")


def _read_holder(form: Form) -> tuple[str, str]:
    kind, _, name = form.text("holder").partition(":")
    return kind, name


def _put(visit: Visit, team_id: str, form: Form, most: int | None) -> None:
    kind, name = _read_holder(form)
    team = _find_team(visit, team_id).team_id
    if kind == TEAM and name != team:
        raise NotFoundError(f"This page is for the team {team}, not for {shorten(name)}.")
    if kind == KEY and name not in {key.key_id for key in visit.authority.keys.list(visit.actor, team_id=team)}:
        raise NotFoundError(f"The team {team} has no key with the Key ID {shorten(name)}.")
    if form.text("what") == A_MINUTE:
        visit.authority.quotas.set_calls_a_minute(visit.actor, name, most=most)
        return
    visit.authority.quotas.set(
        visit.actor,
        team,
        meter=Meter(form.text("what")),
        daily=most,
        maps_id=name if kind == MAPS_ID else None,
        key_id=name if kind == KEY else None,
    )


def _page(visit: Visit, team_id: str, form: Form, errors: dict[str, str] | None = None) -> Response[bytes]:
    team = _find_team(visit, team_id)
    gauges = list_gauges(visit, team.team_id)
    return visit.page(
        "usage/quotas.html",
        title="Quotas",
        team=team,
        own=[gauge for gauge in gauges if gauge.is_of_team],
        parts=[gauge for gauge in gauges if not gauge.is_of_team],
        alarms=alarms_of(gauges),
        marks=ALARMS,
        holders=_list_holders(visit, team.team_id),
        defaults=DEFAULT_LIMITS,
        what=WHAT,
        form=form,
        errors=errors or {},
        status=400 if errors else 200,
    )


def _list_holders(visit: Visit, team_id: TeamId) -> list[tuple[str, str]]:
    """List the Maps IDs and live keys of a team as (value in the form, label)."""
    if not visit.may(Permission.READ, team_id):
        return []
    now = now_ms(visit.authority.clock)
    keys = [key for key in visit.authority.keys.list(visit.actor, team_id=team_id) if key.is_live(now)]
    maps_ids = visit.authority.maps_ids.list(visit.actor, team_id=team_id)
    holders = [(f"{MAPS_ID}:{one.identifier}", one.identifier) for one in maps_ids]
    return holders + [(f"{KEY}:{key.key_id}", f"{key.name} ({key.key_id})") for key in keys]


HANDLERS = (show_quotas, set_quota, remove_quota)
