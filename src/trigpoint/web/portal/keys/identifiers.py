"""Pages of Maps IDs: list, register, edit and remove."""

from collections.abc import Sequence

from litestar import Response
from litestar.params import FromPath, FromQuery

from trigpoint.base.clock import now_ms
from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.key import Key
from trigpoint.credentials.maps_id import IDENTIFIER_RULE, MapsId, read_description, read_identifier
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.team import Team
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit


@get("/teams/{team_id:str}/identifiers")
def list_identifiers(
    visit: HereVisit, team_id: FromPath[str], q: FromQuery[str] = "", show: FromQuery[str] = "all"
) -> Response[bytes]:
    """List Maps IDs, with search, filter and last use."""
    team = visit.find_team(team_id)
    keys = visit.authority.keys.list(visit.actor, team_id=team.team_id)
    everything = visit.authority.maps_ids.list(visit.actor, team_id=team.team_id)
    now = now_ms(visit.authority.clock)
    wanted = q.strip().lower()
    rows = []
    for maps_id in everything:
        own = keys_of(maps_id, keys)
        live = [key for key in own if key.is_live(now)]
        found = wanted in maps_id.identifier.lower() or wanted in maps_id.description.lower()
        if found and (show == "all" or (show == "used") == bool(live)):
            last = max((key.last_used_at for key in own if key.last_used_at is not None), default=None)
            rows.append({"maps_id": maps_id, "live": live, "last_used_at": last})
    return visit.page(
        "identifiers/list.html",
        title="Identifiers",
        team=team,
        rows=rows,
        total=len(everything),
        q=q,
        show=show,
    )


@get("/teams/{team_id:str}/identifiers/new")
def ask_for_identifier(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the form for a new Maps ID."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_IDENTIFIERS, team.team_id)
    return _form_page(visit, team, Form((("identifier", "maps."),)))


@get("/teams/{team_id:str}/identifiers/check")
def check_identifier(visit: HereVisit, team_id: FromPath[str], identifier: FromQuery[str] = "") -> Response[bytes]:
    """Tell whether an identifier can be registered, while it is being typed."""
    team = visit.find_team(team_id)
    error = _why_not(visit, team.team_id, identifier)
    return visit.page("identifiers/check.html", title="", error=error, rule=IDENTIFIER_RULE, identifier=identifier)


@post("/teams/{team_id:str}/identifiers/review")
def review_identifier(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Show a summary before the Maps ID is registered."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_IDENTIFIERS, team.team_id)
    if form.has("back"):
        return _form_page(visit, team, form)
    identifier = form.text("identifier").strip()
    errors = {}
    if (wrong := _why_not(visit, team.team_id, identifier)) is not None:
        errors["identifier"] = wrong
    try:
        description = read_description(form.text("description"))
    except InvalidError as error:
        errors["description"] = say_rule(error, with_example=True)
    if errors:
        return _form_page(visit, team, form, errors)
    return visit.page(
        "identifiers/review.html",
        title="Review the Maps ID",
        team=team,
        identifier=identifier,
        description=description,
    )


@post("/teams/{team_id:str}/identifiers")
def register_identifier(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Register a Maps ID. The second click of a double click gets the Maps ID that the first has registered."""
    team = visit.find_team(team_id)
    identifier, description = form.text("identifier"), form.text("description")
    maps_ids = visit.authority.maps_ids
    try:
        made = maps_ids.register(
            visit.actor,
            team_id=team.team_id,
            identifier=identifier,
            description=description,
            once=visit.once(form),
        )
    except RepeatedError as error:
        return go_to(f"/teams/{team.team_id}/identifiers/{error.subject}", notice="already")
    except ConflictError as error:
        return _form_page(visit, team, form, {"identifier": str(error)}, status=409)
    except InvalidError as error:
        field = "identifier" if error.name == "mapsId" else error.name
        return _form_page(visit, team, form, {field: say_rule(error)})
    return go_to(address_of(made), notice="registered")


@get("/teams/{team_id:str}/identifiers/{identifier:str}")
def show_identifier(visit: HereVisit, team_id: FromPath[str], identifier: FromPath[str]) -> Response[bytes]:
    """Show one Maps ID and its keys."""
    return _identifier_page(visit, _find(visit, team_id, identifier))


@post("/teams/{team_id:str}/identifiers/{identifier:str}")
def edit_identifier(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], identifier: FromPath[str]
) -> Response[bytes]:
    """Change the description, unless somebody else has changed it since."""
    maps_id = _find(visit, team_id, identifier)
    text = form.text("description")
    try:
        after = visit.authority.maps_ids.edit(
            visit.actor, maps_id.identifier, description=text, version=form.whole("version")
        )
    except InvalidError as error:
        return _identifier_page(visit, maps_id, typed=text, wrong=say_rule(error), status=400)
    except ConflictError:
        wrong = f"Somebody else has changed the description. It is now: {maps_id.description}"
        return _identifier_page(visit, maps_id, typed=text, wrong=wrong, status=409)
    return go_to(address_of(after), notice="edited")


@get("/teams/{team_id:str}/identifiers/{identifier:str}/remove")
def ask_for_removal(visit: HereVisit, team_id: FromPath[str], identifier: FromPath[str]) -> Response[bytes]:
    """Ask for confirmation before a Maps ID is removed; list its live keys."""
    return _removal_page(visit, _find(visit, team_id, identifier))


@post("/teams/{team_id:str}/identifiers/{identifier:str}/remove")
def remove_identifier(visit: HereVisit, team_id: FromPath[str], identifier: FromPath[str]) -> Response[bytes]:
    """Remove a Maps ID; if it has live keys, list them instead."""
    maps_id = _find(visit, team_id, identifier)
    try:
        visit.authority.maps_ids.remove(visit.actor, maps_id.identifier)
    except ConflictError:
        return _removal_page(visit, maps_id, status=409)
    return go_to(f"/teams/{maps_id.team_id}/identifiers", notice="removed")


def address_of(maps_id: MapsId) -> str:
    """Give the path of a Maps ID's page."""
    return f"/teams/{maps_id.team_id}/identifiers/{maps_id.identifier}"


def keys_of(maps_id: MapsId, keys: Sequence[Key]) -> list[Key]:
    """Pick the keys of a Maps ID."""
    same = maps_id.identifier.lower()
    return [key for key in keys if key.maps_id.lower() == same]


def _find(visit: Visit, team_id: str, identifier: str) -> MapsId:
    team = visit.find_team(team_id)
    found = visit.authority.maps_ids.get(visit.actor, identifier)
    if found.team_id != team.team_id:
        raise NotFoundError(f"There is no Maps ID '{identifier}' in this team.")
    return found


def _why_not(visit: Visit, team_id: TeamId, identifier: str) -> str | None:
    """Give the reason why an identifier cannot be registered; None if it can."""
    text = identifier.strip()
    try:
        read_identifier(text)
    except InvalidError as error:
        return say_rule(error)
    return visit.authority.maps_ids.why_taken(team_id, text)


def _form_page(
    visit: Visit, team: Team, form: Form, errors: dict[str, str] | None = None, *, status: int = 400
) -> Response[bytes]:
    return visit.page(
        "identifiers/new.html",
        title="Register a Maps ID",
        team=team,
        form=form,
        errors=errors or {},
        rule=IDENTIFIER_RULE,
        status=status if errors else 200,
    )


def _identifier_page(
    visit: Visit, maps_id: MapsId, *, typed: str | None = None, wrong: str = "", status: int = 200
) -> Response[bytes]:
    keys = visit.authority.keys.list(visit.actor, maps_id=maps_id.identifier)
    now = now_ms(visit.authority.clock)
    return visit.page(
        "identifiers/one.html",
        title=maps_id.identifier,
        team=visit.find_team(maps_id.team_id),
        maps_id=maps_id,
        keys=keys,
        live=[key for key in keys if key.is_live(now)],
        typed=maps_id.description if typed is None else typed,
        wrong=wrong,
        status=status,
        now_ms=now,
    )


def _removal_page(visit: Visit, maps_id: MapsId, *, status: int = 200) -> Response[bytes]:
    now = now_ms(visit.authority.clock)
    keys = visit.authority.keys.list(visit.actor, maps_id=maps_id.identifier)
    visit.actor.require(Permission.CHANGE_IDENTIFIERS, maps_id.team_id)
    return visit.page(
        "identifiers/remove.html",
        title=f"Remove {maps_id.identifier}",
        team=visit.find_team(maps_id.team_id),
        maps_id=maps_id,
        live=[key for key in keys if key.is_live(now)],
        status=status,
    )


HANDLERS = (
    list_identifiers,
    ask_for_identifier,
    check_identifier,
    review_identifier,
    register_identifier,
    show_identifier,
    edit_identifier,
    ask_for_removal,
    remove_identifier,
)
