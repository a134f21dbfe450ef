"""Pages of keys: list, one key, download, rename, revoke."""

from collections.abc import Sequence

from litestar import Response
from litestar.params import FromPath, FromQuery

from trigpoint.authority.keys import why_no_download
from trigpoint.authority.rotation import QUIET_HOURS
from trigpoint.base.clock import HOUR_S, now_ms
from trigpoint.base.errors import ConflictError, InvalidError
from trigpoint.credentials.key import Key, KeyState, PrivateHalf, RevocationReason, read_revocation_reason
from trigpoint.credentials.roles import Permission
from trigpoint.web.portal.frame.credentials import count_by_origin, state_of
from trigpoint.web.portal.frame.days import last_day_of
from trigpoint.web.portal.frame.event_words import WORDS
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.origins import explain_origins
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit

ORIGINS_SHOWN = 5
STATES = ("all", "live", "suspended", "expired", "revoked")
REASONS = {
    RevocationReason.SUPERSEDED: "Another key replaces it.",
    RevocationReason.COMPROMISED: "Somebody else may have the private key.",
    RevocationReason.NO_LONGER_NEEDED: "Its app or website does not exist any more.",
}


@get("/teams/{team_id:str}/keys")
def list_keys(
    visit: HereVisit, team_id: FromPath[str], q: FromQuery[str] = "", show: FromQuery[str] = "all"
) -> Response[bytes]:
    """List keys, with search and filter."""
    team = visit.find_team(team_id)
    now = now_ms(visit.authority.clock)
    everything = visit.authority.keys.list(visit.actor, team_id=team.team_id)
    wanted = q.strip().lower()
    keys = [
        key
        for key in everything
        if (show not in STATES or show == "all" or state_of(key, now) == show)
        and (wanted in key.name.lower() or wanted in key.key_id.lower() or wanted in key.maps_id.lower())
    ]
    return visit.page(
        "keys/list.html",
        title="Keys",
        team=team,
        keys=sorted(keys, key=lambda key: (not key.is_live(now), -key.created_at)),
        states={key.key_id: state_of(key, now) for key in keys},
        total=len(everything),
        has_maps_ids=bool(visit.authority.maps_ids.list(visit.actor, team_id=team.team_id)),
        q=q,
        show=show,
    )


@get("/teams/{team_id:str}/keys/{key_id:str}")
def show_key(visit: HereVisit, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Show one key."""
    return show_key_page(visit, find_key(visit, team_id, key_id))


@get("/teams/{team_id:str}/keys/{key_id:str}/registered")
def show_registered(visit: HereVisit, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Offer Download and Done, right after a key was registered."""
    key = find_key(visit, team_id, key_id)
    team = visit.find_team(team_id)
    return visit.page(
        "keys/registered.html",
        title="Your key is registered",
        team=team,
        key=key,
        is_waiting=key.private_half is PrivateHalf.WAITING,
        why_no_download=why_no_download(key),
        siblings=find_siblings(visit, key),
    )


@post("/teams/{team_id:str}/keys/{key_id:str}/download")
def download_key(visit: HereVisit, form: PostedForm, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Send the private key, once."""
    key = find_key(visit, team_id, key_id)
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    visit.require_proof(form)
    try:
        downloaded = visit.authority.keys.download(visit.actor, key.key_id)
    except ConflictError as error:
        return show_key_page(visit, find_key(visit, team_id, key_id), wrong=str(error), status=409)
    return Response(
        downloaded.pem,
        media_type="application/pkcs8",
        headers={"content-disposition": f'attachment; filename="{downloaded.file_name}"'},
    )


@post("/teams/{team_id:str}/keys/{key_id:str}/rename")
def rename_key(visit: HereVisit, form: PostedForm, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Change the name, unless somebody else has changed the key since."""
    key = find_key(visit, team_id, key_id)
    name = form.text("name")
    try:
        visit.authority.keys.rename(visit.actor, key.key_id, name=name, version=form.whole("version"))
    except InvalidError as error:
        return show_key_page(visit, key, typed=name, wrong_name=say_rule(error), status=400)
    except ConflictError as error:
        changed = key.version != form.whole("version")
        wrong = f"Somebody else has changed this key. Its name is now {key.name}." if changed else str(error)
        return show_key_page(visit, key, typed=name, wrong_name=wrong, status=409)
    return go_to(address_of(key), notice="renamed")


@get("/teams/{team_id:str}/keys/{key_id:str}/revoke")
def ask_before_revocation(visit: HereVisit, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Show recent calls with the key, and ask for the reason before it is revoked."""
    return _revocation_page(visit, find_key(visit, team_id, key_id), Form())


@post("/teams/{team_id:str}/keys/{key_id:str}/revoke")
def revoke_key(visit: HereVisit, form: PostedForm, team_id: FromPath[str], key_id: FromPath[str]) -> Response[bytes]:
    """Revoke the key, if its name is typed and a reason chosen."""
    key = find_key(visit, team_id, key_id)
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    errors = {}
    if " ".join(form.text("confirmation").split()) != key.name:
        errors["confirmation"] = f"It must be the key's name: {key.name}"
    try:
        reason = read_revocation_reason(form.text("reason"))
    except InvalidError:
        errors["reason"] = "Choose a reason."
    if errors:
        return _revocation_page(visit, key, form, errors)
    visit.require_proof(form)
    try:
        visit.authority.keys.revoke(visit.actor, key.key_id, reason=reason, note=form.text("note") or None)
    except InvalidError as error:
        return _revocation_page(visit, key, form, {"note": say_rule(error)})
    except ConflictError as error:
        return show_key_page(visit, find_key(visit, team_id, key_id), wrong=str(error), status=409)
    return go_to(address_of(key), notice="revoked")


def find_siblings(visit: Visit, key: Key) -> Sequence[Key]:
    """Find the other live keys of a key's Maps ID."""
    now = now_ms(visit.authority.clock)
    keys = visit.authority.keys.list(visit.actor, maps_id=key.maps_id) if _has_maps_id(visit, key) else ()
    return [other for other in keys if other.key_id != key.key_id and other.is_live(now)]


def _has_maps_id(visit: Visit, key: Key) -> bool:
    own = visit.authority.maps_ids.list(visit.actor, team_id=key.team_id)
    return any(maps_id.identifier.lower() == key.maps_id.lower() for maps_id in own)


def find_key(visit: Visit, team_id: str, key_id: str) -> Key:
    """Find a key of a team of the person's."""
    return visit.find_in_team(team_id, key_id, visit.authority.keys.get, what="key with the Key ID")


def address_of(key: Key) -> str:
    """Give the path of a key's page."""
    return f"/teams/{key.team_id}/keys/{key.key_id}"


def show_key_page(
    visit: Visit,
    key: Key,
    *,
    typed: str | None = None,
    typed_day: str | None = None,
    wrong: str = "",
    wrong_name: str = "",
    wrong_day: str = "",
    status: int = 200,
) -> Response[bytes]:
    """Show the page of a key; after an error, with the typed values and the messages."""
    authority, actor = visit.authority, visit.actor
    word = state_of(key, now_ms(authority.clock))
    traffic = [] if key.state is KeyState.REVOKED else authority.rotation.traffic(actor, key.key_id)
    reports = authority.audit.events(actor, team_id=key.team_id, subject=key.key_id, kind="leak.reported", limit=1)
    ends = authority.rotation.endings(actor, team_id=key.team_id)
    return visit.page(
        "keys/one.html",
        title=key.name,
        team=visit.find_team(key.team_id),
        key=key,
        state_word=word,
        has_maps_id=_has_maps_id(visit, key),
        is_waiting=key.private_half is PrivateHalf.WAITING,
        was_downloaded=key.private_half is PrivateHalf.DOWNLOADED,
        why_no_download=why_no_download(key),
        typed=key.name if typed is None else typed,
        typed_day=last_day_of(key.expires_at) if typed_day is None else typed_day,
        wrong=wrong,
        wrong_name=wrong_name,
        wrong_day=wrong_day,
        traffic=traffic,
        own=next((one for one in traffic if one.key.key_id == key.key_id), None),
        uses=_uses_of(visit, key, hours=QUIET_HOURS)[:ORIGINS_SHOWN] if word == "live" else [],
        ending=next((one for one in ends if one.subject == key.key_id), None),
        report=reports[0] if reports and word == "suspended" else None,
        calls_a_minute=authority.quotas.calls_a_minute(actor, key.key_id),
        covers=explain_origins(key.ceilings.origins or "").entries,
        words=WORDS,
        entries=authority.audit.events(actor, team_id=key.team_id, subject=key.key_id, limit=20),
        status=status,
    )


def _uses_of(visit: Visit, key: Key, *, hours: int) -> list[tuple[str, int]]:
    """Count the calls of a key by origin in the last `hours` hours, this one included."""
    since = visit.authority.clock() - (hours - 1) * HOUR_S
    return count_by_origin(visit, key.team_id, key.key_id, since=since)


def _revocation_page(visit: Visit, key: Key, form: Form, errors: dict[str, str] | None = None) -> Response[bytes]:
    visit.actor.require(Permission.CHANGE_KEYS, key.team_id)
    if key.state is KeyState.REVOKED:
        return show_key_page(visit, key, wrong=f"The key {key.key_id} is already revoked.", status=409)
    own = next(one for one in visit.authority.rotation.traffic(visit.actor, key.key_id) if one.key.key_id == key.key_id)
    uses = _uses_of(visit, key, hours=2)
    return visit.page(
        "keys/revoke.html",
        title=f"Revoke {key.name}",
        team=visit.find_team(key.team_id),
        key=key,
        form=form,
        errors=errors or {},
        reasons=REASONS,
        siblings=find_siblings(visit, key),
        own=own,
        calls=sum(calls for _, calls in uses),
        origins=[origin for origin, _ in uses if origin][:ORIGINS_SHOWN],
        status=400 if errors else 200,
    )


HANDLERS = (list_keys, show_key, show_registered, download_key, rename_key, ask_before_revocation, revoke_key)
