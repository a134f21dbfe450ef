"""Passkeys (WebAuthn): the requests of the script `passkeys.js`. All responses are JSON."""

import msgspec
from litestar import Response
from litestar.enums import MediaType

from trigpoint.authority.people.throttle import ThrottledError
from trigpoint.base.errors import ForbiddenError, TrigpointError
from trigpoint.web.portal.frame.forms import PostedForm
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit


@post("/passkeys/options")
def ask_to_sign_in(visit: HereVisit) -> Response[bytes]:
    """Give the options to sign in with a passkey alone."""
    try:
        return _json(visit.authority.passkeys.ask_stranger(_domain(visit), visit.visitor))
    except ThrottledError as error:
        answer = _refuse(error, status=429)
        answer.headers["retry-after"] = str(error.retry_after)
        return answer


@post("/passkeys/sign-in")
def sign_in(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Sign in with a passkey, alone or after the password."""
    passkeys = visit.authority.passkeys
    purpose = "second_factor" if form.text("purpose") == "second_factor" else "sign_in"
    try:
        person = passkeys.check(
            form.text("credential"),
            domain=_domain(visit),
            origin=visit.addresses.passkey_origin(visit.host),
            purpose=purpose,
            visitor=visit.visitor,
        )
    except TrigpointError as error:
        return _refuse(error)
    method = "passkey" if purpose == "sign_in" else "password and passkey"
    issued = visit.authority.sessions.begin(person.person_id, visit.visitor, method=method)
    return visit.sign_in(_json(b"{}"), issued)


@post("/passkeys/proof-options")
def ask_for_proof(visit: HereVisit) -> Response[bytes]:
    """Give the options to confirm the identity with a passkey."""
    person_id = visit.who.person.person_id
    return _json(visit.authority.passkeys.ask(_domain(visit), purpose="proof", person_id=person_id))


@post("/passkeys/prove")
def prove(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Confirm the identity with a passkey."""
    who = visit.who
    try:
        visit.authority.passkeys.prove(
            form.text("credential"),
            who,
            domain=_domain(visit),
            origin=visit.addresses.passkey_origin(visit.host),
        )
    except TrigpointError as error:
        return _refuse(error)
    return _json(b"{}")


@get("/account/passkeys/options")
def ask_for_new(visit: HereVisit) -> Response[bytes]:
    """Give the options to add a passkey."""
    return _json(visit.authority.passkeys.ask_for_new(visit.who.person.person_id, _domain(visit)))


@post("/account/passkeys")
def add(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Add a passkey."""
    try:
        visit.require_proof(form)
        visit.authority.passkeys.add(
            visit.who.person.person_id,
            form.text("credential"),
            name=form.text("name"),
            domain=_domain(visit),
            origin=visit.addresses.passkey_origin(visit.host),
        )
    except TrigpointError as error:
        return _refuse(error)
    return _json(b"{}")


def _domain(visit: Visit) -> str:
    domain = visit.addresses.passkey_domain(visit.host)
    if domain is None:
        raise ForbiddenError(
            "Passkeys need a domain name, and this URL has none. Open the portal at http://localhost, or at the https URL "
            "of TRIGPOINT_URL."
        )
    return domain


def _refuse(error: TrigpointError, *, status: int = 403) -> Response[bytes]:
    return _json(msgspec.json.encode({"error": str(error)}), status=status)


def _json(body: bytes, *, status: int = 200) -> Response[bytes]:
    return Response(body, status_code=status, media_type=MediaType.JSON)


HANDLERS = (ask_to_sign_in, sign_in, ask_for_proof, prove, ask_for_new, add)
