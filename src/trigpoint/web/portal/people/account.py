"""The page of the person's account: name, password, passkeys, sessions."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.base.errors import InvalidError
from trigpoint.web.portal.frame.forms import PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit


@get("/account")
def show_account(visit: HereVisit) -> Response[bytes]:
    """Show the account."""
    return _page(visit)


@post("/account/name")
def change_name(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Change the name."""
    try:
        visit.authority.people.rename(visit.who.person.person_id, name=form.text("name"))
    except InvalidError as error:
        return _page(visit, {"name": say_rule(error)})
    return go_to("/account", notice="renamed")


@post("/account/password")
def change_password(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Change the password, and end all other sessions."""
    who = visit.who
    try:
        visit.authority.people.change_password(
            who.person.person_id,
            current=form.text("current"),
            new=form.text("password"),
            keep=who.session.session_id,
            network=visit.visitor.network,
        )
    except InvalidError as error:
        field = "current" if error.name == "currentPassword" else "password"
        return _page(visit, {field: say_rule(error)})
    return go_to("/account", notice="password")


@post("/account/sessions/{session_id:str}/end")
def end_session(visit: HereVisit, session_id: FromPath[str]) -> Response[bytes]:
    """End a session."""
    visit.authority.sessions.end(visit.who.person.person_id, session_id)
    return go_to("/account", notice="session")


@post("/account/second-factor")
def set_second_factor(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Choose whether a passkey is required after the password."""
    visit.require_proof(form)
    visit.authority.passkeys.set_second_factor(visit.who.person.person_id, wanted=form.text("wanted") == "yes")
    return go_to("/account", notice="factor")


@post("/account/passkeys/remove")
def remove_passkey(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Remove a passkey."""
    visit.require_proof(form)
    visit.authority.passkeys.remove(visit.who.person.person_id, form.text("credential_id"))
    return go_to("/account", notice="passkey-removed")


def _page(visit: Visit, errors: dict[str, str] | None = None) -> Response[bytes]:
    who = visit.who
    return visit.page(
        "people/account.html",
        title="Your account",
        errors=errors or {},
        sessions=visit.authority.sessions.list(who.person.person_id),
        this_session=who.session.session_id,
        passkeys=visit.authority.passkeys.list(who.person.person_id),
        passkey_domain=visit.addresses.passkey_domain(visit.host),
        status=400 if errors else 200,
    )


HANDLERS = (show_account, change_name, change_password, end_session, set_second_factor, remove_passkey)
