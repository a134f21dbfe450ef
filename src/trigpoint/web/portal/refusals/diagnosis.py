"""The page Why was it refused?: a pasted token or URL goes through all checks of the server, and is not stored."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.authority.diagnosis import Diagnosis
from trigpoint.base.clock import DAY_S, HOUR_S, to_ms, to_words
from trigpoint.base.errors import InvalidError, NotFoundError, TrigpointError
from trigpoint.credentials.call import Call
from trigpoint.credentials.jws import JsonObject
from trigpoint.credentials.reasons import REASONS
from trigpoint.credentials.refusal import RecentRefusal
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.services import Service
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import show_age, show_time
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit
from trigpoint.web.portal.refusals.pasted import Kind, read_pasted

TIMES = frozenset({"iat", "exp", "nbf"})
LONGEST_TOKEN = 20_000
MEANINGS = {
    "alg": "signature algorithm",
    "kid": "Key ID",
    "typ": "kind of token",
    "iss": "Team ID",
    "iat": "issued",
    "exp": "expires",
    "nbf": "not before",
    "scope": "services",
    "origin": "websites that may use it",
    "tid": "Team ID",
    "appid": "Maps ID",
    "key": "Key ID",
    "teamId": "Team ID",
    "keyId": "Key ID",
    "expires": "valid until",
    "referer": "page that may show it",
}


@get("/teams/{team_id:str}/refused")
def ask_for_token(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the form."""
    return _page(visit, team_id, Form())


@post("/teams/{team_id:str}/refused/request")
def explain_request(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Show why the call with a request ID was refused."""
    try:
        found = visit.authority.refusals.find(visit.actor, form.text("request_id"))
    except (InvalidError, NotFoundError) as error:
        wrong = say_rule(error) if isinstance(error, InvalidError) else str(error)
        return _page(visit, team_id, form, wrong_id=wrong)
    return _page(visit, team_id, form, refusal=found)


@post("/teams/{team_id:str}/refused")
def explain(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Check what was pasted as a call with it would be, and show the result of every check."""
    pasted = read_pasted(form.text("token"))
    if not pasted.text and pasted.kind is not Kind.ACCESS_KEY:  # the checks explain an empty access key
        wrong = "This URL has no token." if pasted.service is Service.EMBED_API else "Paste a token or a URL first."
        return _page(visit, team_id, form, wrong=wrong)
    if pasted.kind is not Kind.SNAPSHOT and len(pasted.text) > LONGEST_TOKEN:
        return _page(visit, team_id, form, wrong=f"A token has at most {LONGEST_TOKEN:,} characters; this is longer.")
    chosen = next((one for one in Service if one.value == form.text("service")), Service.SERVER_API)
    at, origin = visit.authority.clock(), form.text("origin").strip() or None
    call = Call(pasted.service or chosen, origin, at)
    try:
        match pasted.kind:
            case Kind.SNAPSHOT:
                found = visit.authority.snapshot_access.diagnose(
                    pasted.text, at=at, origin=origin, referer=origin, actor=visit.actor
                )
            case Kind.ACCESS_KEY:
                found = visit.authority.map_access.diagnose(pasted.text, call, actor=visit.actor)
            case Kind.TOKEN:
                found = visit.authority.diagnose(pasted.text, call, actor=visit.actor)
    except TrigpointError as error:
        return _page(visit, team_id, form, wrong=str(error))
    return _page(visit, team_id, form, found=found)


def _page(
    visit: Visit,
    team_id: str,
    form: Form,
    *,
    found: Diagnosis | None = None,
    wrong: str = "",
    wrong_id: str = "",
    refusal: RecentRefusal | None = None,
) -> Response[bytes]:
    now = visit.authority.clock()
    key = found.key if found is not None else None
    is_own_key = key is not None and visit.may(Permission.READ, key.team_id)
    return visit.page(
        "refusals/refused.html",
        title="Why was it refused?",
        team=visit.find_team(team_id),
        form=form,
        services=list(Service),
        wrong=wrong,
        found=found,
        wrong_id=wrong_id,
        refusal=refusal,
        reason=None if refusal is None else REASONS.get(refusal.code),
        header=[] if found is None else _rows(found.header, now),
        claims=[] if found is None else _rows(found.claims, now),
        key=key if is_own_key else None,
        status=400 if wrong or wrong_id else 200,
    )


def _rows(members: JsonObject, now: float) -> list[dict[str, object]]:
    """Give the members of a header or of claims, with their meanings, and readable times."""
    rows: list[dict[str, object]] = []
    for name, value in members.items():
        row: dict[str, object] = {"name": name, "value": value, "meaning": MEANINGS.get(name, ""), "time": None}
        seconds = _seconds(value) if name in TIMES else None
        if seconds is not None:
            past = now - seconds
            row["time"] = show_time(to_ms(seconds))
            row["age"] = show_age(to_ms(seconds), now) if past >= 0 else f"in {_span(-past)}"
        rows.append(row)
    return rows


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e11:
        return None
    try:
        to_words(value)
    except (ValueError, OverflowError, OSError):
        return None
    return float(value)


def _span(seconds: float) -> str:
    for size, unit in ((DAY_S, "day"), (HOUR_S, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "a moment"


HANDLERS = (ask_for_token, explain, explain_request)
