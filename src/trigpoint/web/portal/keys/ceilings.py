"""The page of a key's ceilings: upper limits for all tokens of the key."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.base.clock import DAY_S, HOUR_S
from trigpoint.base.errors import ConflictError, InvalidError, StaleError
from trigpoint.credentials.ceilings import Ceilings, read_ceilings
from trigpoint.credentials.key import Key, KeyState, read_services
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.services import Service
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.origins import EXAMPLES, explain_origins
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit
from trigpoint.web.portal.keys.pages import address_of, find_key, show_key_page

UNITS = {"days": DAY_S, "hours": HOUR_S, "minutes": 60, "seconds": 1}
STALE = "Somebody else has changed this key. Your entries are below; look at the key's page before you save them."


@get("/teams/{team_id:str}/keys/{key_id:str}/ceilings")
def show_ceilings(visit: HereVisit, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Show the form with the ceilings."""
    key = find_key(visit, team_id, key_id)
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    minute = visit.authority.quotas.calls_a_minute(visit.actor, key.key_id)
    return _page(visit, key, _form_of(key, minute))


@post("/teams/{team_id:str}/keys/{key_id:str}/ceilings")
def set_ceilings(visit: HereVisit, form: PostedForm, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Set the ceilings, unless somebody else has changed the key since; or test a page against the origins."""
    key = find_key(visit, team_id, key_id)
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    if form.has("test"):
        return _page(visit, key, form)
    wanted, minute, errors = _read(form)
    if wanted is None:
        return _page(visit, key, form, errors)
    visit.require_proof(form)
    now = visit.authority.quotas.calls_a_minute(visit.actor, key.key_id)
    sets_minute = form.text("minute") != form.text("minute_before")
    if sets_minute and now != _whole(form.text("minute_before")):
        return _page(visit, key, _renew(form, key, now), {"key": STALE}, status=409)
    try:
        visit.authority.keys.set_ceilings(visit.actor, key.key_id, wanted, version=form.whole("version"))
    except StaleError:
        return _page(visit, key, _renew(form, key, now), {"key": STALE}, status=409)
    except ConflictError as error:
        return _page(visit, key, form, {"key": str(error)}, status=409)
    if sets_minute and minute != now:
        visit.authority.quotas.set_calls_a_minute(visit.actor, key.key_id, most=minute)
    return go_to(address_of(key), notice="ceilings")


def _form_of(key: Key, minute: int | None) -> Form:
    """Fill the form with the current ceilings."""
    ceilings = key.ceilings
    scopes = frozenset(Service) if ceilings.scopes is None else ceilings.scopes
    unit = next(
        (name for name, size in UNITS.items() if ceilings.lifetime_s and not ceilings.lifetime_s % size), "days"
    )
    lifetime = "" if ceilings.lifetime_s is None else str(ceilings.lifetime_s // UNITS[unit])
    most = "" if minute is None else str(minute)
    return Form(
        (
            *(("scope", service.value) for service in sorted(scopes)),
            ("lifetime", lifetime),
            ("unit", unit),
            ("websites", (ceilings.origins or "").replace(",", ", ")),
            ("minute", most),
            ("minute_before", most),
            ("version", str(key.version)),
        )
    )


def _renew(form: Form, key: Key, minute: int | None) -> Form:
    """Keep what was typed, with the current version of the key."""
    fresh = {"version": str(key.version), "minute_before": "" if minute is None else str(minute)}
    return Form((*form.without(fresh).fields, *fresh.items()))


def _read(form: Form) -> tuple[Ceilings | None, int | None, dict[str, str]]:
    """Check the form; give the ceilings and the calls per minute, or the errors by field."""
    errors: dict[str, str] = {}
    lifetime_s = minute = scopes = None
    if form.text("lifetime").strip():
        count = _whole(form.text("lifetime"))
        lifetime_s = None if count is None else count * UNITS.get(form.text("unit"), 1)
        if count is None:
            errors["lifetime"] = "It must be a whole number, or empty for no ceiling."
    if form.text("minute").strip():
        minute = _whole(form.text("minute"))
        if minute is None:
            errors["minute"] = "It must be a whole number, or empty for no limit."
    try:
        chosen = read_services(form.all("scope"))
        scopes = None if chosen == frozenset(Service) else chosen
    except InvalidError:
        errors["scope"] = "Choose at least one. To disable the key, revoke it instead."
    for name, lifetime, origins in (("lifetime", lifetime_s, None), ("websites", None, form.text("websites").strip())):
        try:
            read_ceilings(scopes=None, lifetime_s=lifetime, origins=origins or None)
        except InvalidError as error:
            errors.setdefault(name, say_rule(error, with_example=True))
    if errors:
        return None, None, errors
    origins = form.text("websites").strip() or None
    return read_ceilings(scopes=scopes, lifetime_s=lifetime_s, origins=origins), minute, {}


def _whole(text: str) -> int | None:
    clean = text.strip()
    return int(clean) if clean.isascii() and clean.isdigit() and len(clean) <= 12 else None


def _page(
    visit: Visit, key: Key, form: Form, errors: dict[str, str] | None = None, *, status: int = 400
) -> Response[bytes]:
    if key.state is KeyState.REVOKED:
        return show_key_page(visit, key, wrong=f"The key {key.key_id} is revoked, so it has no ceilings.", status=409)
    return visit.page(
        "keys/ceilings.html",
        title=f"Ceilings of {key.name}",
        team=visit.find_team(key.team_id),
        key=key,
        form=form,
        errors=errors or {},
        services=list(Service),
        units=list(UNITS),
        explained=explain_origins(form.text("websites"), form.text("page")),
        examples=EXAMPLES,
        status=status if errors else 200,
    )


HANDLERS = (show_ceilings, set_ceilings)
