"""Pages to rotate a key, to set its last day, and to resume a suspended key."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.base.clock import now_ms
from trigpoint.base.errors import ConflictError, InvalidError, StaleError
from trigpoint.credentials.key import LIVE_KEYS_PER_MAPS_ID, Key, KeyState
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.roles import Permission
from trigpoint.web.portal.frame.days import read_last_day
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit
from trigpoint.web.portal.keys.pages import address_of, find_key, find_siblings, show_key_page


@get("/teams/{team_id:str}/keys/{key_id:str}/rotate")
def ask_for_successor(visit: HereVisit, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Explain a rotation, and ask for the name of the new key."""
    key = find_key(visit, team_id, key_id)
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    return _rotation_page(visit, key, Form((("name", visit.authority.rotation.next_name(visit.actor, key.key_id)),)))


@post("/teams/{team_id:str}/keys/{key_id:str}/rotate")
def rotate_key(visit: HereVisit, form: PostedForm, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Create the new key. The second click of a double click gets the key that the first has created."""
    key = find_key(visit, team_id, key_id)
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    try:
        ends_at = read_last_day(form.text("last_day"), now=visit.authority.clock())
    except InvalidError as error:
        return _rotation_page(visit, key, form, {"last_day": say_rule(error)})
    visit.require_proof(form)
    try:
        new = visit.authority.rotation.rotate(
            visit.actor, key.key_id, name=form.text("name"), revoke_at=ends_at, once=visit.once(form)
        )
    except RepeatedError as error:
        return go_to(f"/teams/{key.team_id}/keys/{error.subject}/registered", notice="already")
    except InvalidError as error:
        return _rotation_page(visit, key, form, {"name": say_rule(error, with_example=True)})
    except ConflictError as error:
        return _rotation_page(visit, key, form, {error.field or "key": str(error)}, status=409)
    return go_to(f"{address_of(new)}/registered")


@post("/teams/{team_id:str}/keys/{key_id:str}/end")
def set_end(visit: HereVisit, form: PostedForm, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Set, change or remove the last day of a key."""
    key = find_key(visit, team_id, key_id)
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    typed = form.text("last_day")
    ends_at = None
    if not form.has("never"):
        try:
            ends_at = read_last_day(typed, now=visit.authority.clock())
        except InvalidError as error:
            return show_key_page(visit, key, typed_day=typed, wrong_day=say_rule(error), status=400)
        if ends_at is None:
            return show_key_page(visit, key, typed_day=typed, wrong_day="Choose the last day.", status=400)
    visit.require_proof(form)
    try:
        visit.authority.keys.set_expiry(visit.actor, key.key_id, ends_at, version=form.whole("version"))
    except StaleError:
        wrong = "Somebody else has changed this key. Check its current state, and choose again."
        return show_key_page(visit, key, typed_day=typed, wrong_day=wrong, status=409)
    except ConflictError as error:
        return show_key_page(visit, key, typed_day=typed, wrong_day=str(error), status=409)
    return go_to(address_of(key), notice="ends-never" if ends_at is None else "ends")


@post("/teams/{team_id:str}/keys/{key_id:str}/resume")
def resume_key(visit: HereVisit, form: PostedForm, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Resume a suspended key."""
    key = find_key(visit, team_id, key_id)
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    if key.state is KeyState.ACTIVE:
        return go_to(address_of(key), notice="resumed")
    visit.require_proof(form)
    try:
        visit.authority.keys.resume(visit.actor, key.key_id)
    except ConflictError as error:
        return show_key_page(visit, find_key(visit, team_id, key_id), wrong=str(error), status=409)
    return go_to(address_of(key), notice="resumed")


def _rotation_page(
    visit: Visit, key: Key, form: Form, errors: dict[str, str] | None = None, *, status: int = 400
) -> Response[bytes]:
    siblings = find_siblings(visit, key)
    live = len(siblings) + key.is_live(now_ms(visit.authority.clock))
    return visit.page(
        "keys/rotate.html",
        title=f"Rotate {key.name}",
        team=visit.find_team(key.team_id),
        key=key,
        form=form,
        errors=errors or {},
        siblings=siblings,
        has_room=live < LIVE_KEYS_PER_MAPS_ID,
        is_active=key.state is KeyState.ACTIVE,
        calls_a_minute=visit.authority.quotas.calls_a_minute(visit.actor, key.key_id),
        status=status if errors else 200,
    )


HANDLERS = (ask_for_successor, rotate_key, set_end, resume_key)
