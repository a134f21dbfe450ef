"""The steps to a new key: form, Configure, review, Register. Hidden fields carry the values from step to step."""

import base64
from binascii import Error as Base64Error
from dataclasses import dataclass

from litestar import Response
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from trigpoint.base.clock import Milliseconds, now_ms
from trigpoint.base.errors import ConflictError, InvalidError
from trigpoint.credentials.key import LIVE_KEYS_PER_MAPS_ID, Key, read_key_name
from trigpoint.credentials.keypair import PublicKey, read_public_key
from trigpoint.credentials.maps_id import MapsId
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.services import MAPKIT_JS_SERVICE
from trigpoint.credentials.team import Team
from trigpoint.web.portal.frame.days import read_last_day
from trigpoint.web.portal.frame.forms import Form, PostedForm, noting_at
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit
from trigpoint.web.portal.keys.identifiers import keys_of
from trigpoint.web.portal.keys.pages import find_key

WAYS = ("here", "browser", "own")
"""Where the key pair is generated: on the server, for one download; in the browser; or elsewhere, by its owner."""
FIELDS = {"name": "name", "publicKey": "public_key"}
"""Form fields by the names in errors of `authority.keys`."""
CARRIED = ("name", "mapkit_js", "maps_id", "way", "expires_on", "public_key", "follows")


@dataclass(frozen=True, slots=True)
class Choice:
    """A Maps ID that a key may be configured for, with its live keys."""

    maps_id: MapsId
    live: tuple[Key, ...]

    @property
    def is_full(self) -> bool:
        """Tell whether it has as many live keys as it may have."""
        return len(self.live) >= LIVE_KEYS_PER_MAPS_ID


@dataclass(frozen=True, slots=True)
class Draft:
    """The valid contents of the form."""

    name: str
    maps_id: MapsId
    way: str
    expires_at: Milliseconds | None
    public_key: PublicKey | None
    follows: Key | None = None


@get("/teams/{team_id:str}/keys/new")
def begin(
    visit: HereVisit, team_id: FromPath[str], maps_id: FromQuery[str] = "", follows: FromQuery[str] = ""
) -> Response[bytes]:
    """Show the form. Preselected: the Maps ID of the key to be replaced, or the only one that can have another key."""
    team = _team(visit, team_id)
    if follows:
        old = find_key(visit, team_id, follows)
        name = visit.authority.rotation.next_name(visit.actor, old.key_id)
        known = {"name": name, "way": "browser", "maps_id": old.maps_id, "mapkit_js": "on", "follows": old.key_id}
        return _form_page(visit, team, Form(tuple(known.items())))
    free = [choice for choice in _choices(visit, team) if not choice.is_full]
    chosen = maps_id or (free[0].maps_id.identifier if len(free) == 1 else "")
    fields = [("way", "here"), ("maps_id", chosen)] + ([("mapkit_js", "on")] if free else [])
    return _form_page(visit, team, Form(tuple(fields)))


@post("/teams/{team_id:str}/keys/new")
def step_back(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Show the form again, with its values."""
    return _form_page(visit, _team(visit, team_id), form)


@post("/teams/{team_id:str}/keys/configure")
def configure(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Show the choice of the Maps ID."""
    team = _team(visit, team_id)
    return visit.page(
        "keys/configure.html",
        title="Configure MapKit JS",
        team=team,
        form=form,
        carried=_carried(form, without=("maps_id",)),
        choices=_choices(visit, team),
        limit=LIVE_KEYS_PER_MAPS_ID,
    )


@post("/teams/{team_id:str}/keys/review")
def review(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Show a summary before the key is registered; for a key pair from elsewhere, ask for the proof of possession."""
    team = _team(visit, team_id)
    draft, errors = _read_draft(visit, team, form)
    if draft is None:
        return _form_page(visit, team, form, errors)
    visit.require_proof(form)
    return _review_page(visit, team, form, draft)


@post("/teams/{team_id:str}/keys")
def register(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Register the key. The second click of a double click gets the key that the first has registered."""
    team = _team(visit, team_id)
    draft, errors = _read_draft(visit, team, form, room=False)
    if draft is None:
        return _refuse(visit, team, form, errors)
    visit.require_proof(form)
    try:
        key = _make(visit, team, form, draft)
    except RepeatedError as error:
        return _registered(visit, find_key(visit, team_id, error.subject), notice="already")
    except (InvalidError, ConflictError) as error:
        if visit.wants_json:
            return _as_json({"error": str(error)}, status=400 if isinstance(error, InvalidError) else 409)
        if isinstance(error, InvalidError) and error.name in {"proof", "challenge"}:
            wrong = f"The {error.name} must be {error.rule}."
            return _review_page(visit, team, form, draft, wrong=wrong, keep_challenge=error.name == "proof")
        field = FIELDS.get(error.field or "", "maps_id") if isinstance(error, ConflictError) else error.name
        return _form_page(visit, team, form, {field: str(error)}, status=409)
    return _registered(visit, key, notice="")


def _make(visit: Visit, team: Team, form: Form, draft: Draft) -> Key:
    keys = visit.authority.keys
    services = MAPKIT_JS_SERVICE if draft.follows is None else draft.follows.services
    follows = None if draft.follows is None else draft.follows.key_id
    if draft.public_key is None:
        return keys.create(
            visit.actor,
            team_id=team.team_id,
            name=draft.name,
            maps_id=draft.maps_id.identifier,
            services=services,
            expires_at=draft.expires_at,
            follows=follows,
            once=visit.once(form),
        )
    return keys.register(
        visit.actor,
        team_id=team.team_id,
        name=draft.name,
        maps_id=draft.maps_id.identifier,
        public_key=draft.public_key,
        challenge=form.text("challenge"),
        proof=_read_proof(form.text("proof")),
        services=services,
        expires_at=draft.expires_at,
        follows=follows,
        once=visit.once(form),
    )


def _registered(visit: Visit, key: Key, *, notice: str) -> Response[bytes]:
    page = f"/teams/{key.team_id}/keys/{key.key_id}"
    if visit.wants_json:
        return _as_json({"keyId": key.key_id, "fileName": f"AuthKey_{key.key_id}.p8", "next": f"{page}/use"})
    return go_to(f"{page}/registered", **({"notice": notice} if notice else {}))


def _refuse(visit: Visit, team: Team, form: Form, errors: dict[str, str]) -> Response[bytes]:
    if visit.wants_json:
        return _as_json({"error": " ".join(errors.values())}, status=400)
    return _form_page(visit, team, form, errors)


def _as_json(members: dict[str, str], *, status: int = 201) -> Response[bytes]:
    import msgspec

    return Response(msgspec.json.encode(members), status_code=status, media_type=MediaType.JSON)


def _read_draft(visit: Visit, team: Team, form: Form, *, room: bool = True) -> tuple[Draft | None, dict[str, str]]:
    """Check the form; give the draft, or the errors by field.

    With `room` false, the name and the Maps ID may already be taken, because the first click of a double click did that.
    """
    errors: dict[str, str] = {}
    name, expires_at = "", None
    way = form.text("way") or "here"
    with noting_at(errors, "name", with_example=True):
        name = read_key_name(form.text("name"))
        if room and (holder := visit.authority.keys.find_active_named(visit.actor, team.team_id, name)):
            errors["name"] = f"The team already has a key with this name: {holder.key_id}. Names are unique."
    with noting_at(errors, "expires_on"):
        expires_at = read_last_day(form.text("expires_on"), now=visit.authority.clock())
    public_key = _read_public_half(form, way, errors)
    choice = next((one for one in _choices(visit, team) if one.maps_id.identifier == form.text("maps_id")), None)
    errors |= _check_choices(form, way, choice, room=room)
    old = _find_followed(visit, team, form)
    if old is not None and choice is not None and choice.maps_id.identifier != old.maps_id:
        errors["maps_id"] = f"{old.name} is for {old.maps_id}; the key that replaces it must be for the same Maps ID."
    if errors or choice is None:
        return None, errors
    return Draft(name, choice.maps_id, way, expires_at, public_key, old), {}


def _read_public_half(form: Form, way: str, errors: dict[str, str]) -> PublicKey | None:
    """Read the public key of a pair that was generated elsewhere; note an error in `errors`."""
    if way != "own" and not form.text("public_key"):
        return None
    try:
        return read_public_key(form.text("public_key"))
    except InvalidError as error:
        errors["public_key"] = f"It must be {error.rule}; this is {error.received or 'empty'}."
        return None


def _find_followed(visit: Visit, team: Team, form: Form) -> Key | None:
    return find_key(visit, team.team_id, form.text("follows")) if form.text("follows") else None


def _check_choices(form: Form, way: str, choice: Choice | None, *, room: bool) -> dict[str, str]:
    """Check the choices of the form."""
    errors = {}
    if not form.has("mapkit_js"):
        errors["mapkit_js"] = "Choose at least one service. MapKit JS is the service for all Maps calls."
    if choice is None:
        errors["maps_id"] = "Press Configure, and choose the Maps ID of this key."
    elif room and choice.is_full:
        errors["maps_id"] = (
            f"{choice.maps_id.identifier} already has {LIVE_KEYS_PER_MAPS_ID} live keys. Revoke one, or choose another Maps ID."
        )
    if way not in WAYS:
        errors["way"] = "Choose one of the three ways."
    return errors


def _read_proof(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (Base64Error, ValueError):
        raise InvalidError("proof", "Base64", example="MEUCIQ…", received=text) from None


def _choices(visit: Visit, team: Team) -> list[Choice]:
    now = now_ms(visit.authority.clock)
    keys = visit.authority.keys.list(visit.actor, team_id=team.team_id)
    live = [key for key in keys if key.is_live(now)]
    return [
        Choice(maps_id, tuple(keys_of(maps_id, live)))
        for maps_id in visit.authority.maps_ids.list(visit.actor, team_id=team.team_id)
    ]


def _carried(form: Form, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(name, form.text(name)) for name in CARRIED if name not in without and form.has(name)]


def _team(visit: Visit, team_id: str) -> Team:
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_KEYS, team.team_id)
    return team


def _form_page(
    visit: Visit, team: Team, form: Form, errors: dict[str, str] | None = None, *, status: int = 400
) -> Response[bytes]:
    return visit.page(
        "keys/new.html",
        title="Register a key",
        team=team,
        form=form,
        choices=_choices(visit, team),
        followed=_find_followed(visit, team, form),
        errors=errors or {},
        status=status if errors else 200,
    )


def _review_page(
    visit: Visit, team: Team, form: Form, draft: Draft, *, wrong: str = "", keep_challenge: bool = False
) -> Response[bytes]:
    challenge = form.text("challenge") if keep_challenge else ""
    if draft.way != "here" and not challenge:
        challenge = visit.authority.keys.challenge(visit.actor, team_id=team.team_id)
    return visit.page(
        "keys/review.html",
        title="Review the key",
        team=team,
        draft=draft,
        carried=_carried(form),
        challenge=challenge,
        wrong=wrong,
        status=400 if wrong else 200,
    )


HANDLERS = (begin, step_back, configure, review, register)
