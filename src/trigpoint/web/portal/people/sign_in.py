"""Pages to sign in and out, to create the first account, to accept invitations, and to reset passwords."""

from litestar import Response
from litestar.params import FromPath, FromQuery

from trigpoint.authority.people.sessions import WrongPasswordError
from trigpoint.authority.people.throttle import ThrottledError
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trigpoint.credentials.person import LinkKind
from trigpoint.web.portal.frame.forms import Form, PostedForm
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit, forget_cookie

NO_TLS = (
    "This page was loaded over plain HTTP from another machine, so others could read a password on its way. Open the portal "
    "on the server itself (http://localhost…), or set up TLS in a proxy, and set TRIGPOINT_URL to the https URL."
)


@get("/sign-in")
def ask(visit: HereVisit, next: FromQuery[str] = "/") -> Response[bytes]:  # noqa: A002 (the name in the address)
    """Show the form to sign in."""
    if visit.signed_in is not None:
        return go_to(_own_path(next))
    if visit.authority.people.needs_set_up():
        return visit.page("people/set_up_needed.html", title="Set up this server")
    return _sign_in_page(visit, next)


@post("/sign-in")
def sign_in(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Check email address and password; ask for a passkey too, if the person has chosen that."""
    _require_tls(visit)
    sessions, email = visit.authority.sessions, form.text("email")
    try:
        person = sessions.check_password(email, form.text("password"), visit.visitor)
    except (WrongPasswordError, ThrottledError) as error:
        status = 429 if isinstance(error, ThrottledError) else 403
        answer = _sign_in_page(visit, form.text("next"), email=email, wrong=str(error), status=status)
        if isinstance(error, ThrottledError):
            answer.headers["retry-after"] = str(error.retry_after)
        return answer
    if person.second_factor:
        options = visit.authority.passkeys.ask(
            visit.addresses.passkey_domain(visit.host), purpose="second_factor", person_id=person.person_id
        )
        return visit.page(
            "people/second_factor.html", title="Use your passkey", options=options, next=_own_path(form.text("next"))
        )
    issued = sessions.begin(person.person_id, visit.visitor, method="password")
    return visit.sign_in(go_to(_own_path(form.text("next"))), issued)


@post("/sign-out")
def sign_out(visit: HereVisit) -> Response[bytes]:
    """End this session."""
    visit.forget_cookie_of_before()
    return forget_cookie(go_to("/sign-in", notice="signed-out"))


@get("/set-up/{secret:str}")
def ask_for_first_account(visit: HereVisit, secret: FromPath[str]) -> Response[bytes]:
    """Show the form for the first account."""
    visit.authority.people.find_link(secret, LinkKind.SET_UP)
    return _set_up_page(visit, Form())


@post("/set-up/{secret:str}")
def set_up(visit: HereVisit, form: PostedForm, secret: FromPath[str]) -> Response[bytes]:
    """Create the first account and its team, and sign in."""
    _require_tls(visit)
    people = visit.authority.people
    taken_over = form.text("team_id")
    try:
        person = people.set_up(
            secret,
            name=form.text("name"),
            email=form.text("email"),
            password=form.text("password"),
            team_name=form.text("team_name"),
            team_id=taken_over or None,
        )
    except InvalidError as error:
        return _set_up_page(visit, form, error)
    issued = visit.authority.sessions.begin(person.person_id, visit.visitor, method="set-up link")
    return visit.sign_in(go_to("/"), issued)


@get("/invitations/{secret:str}")
def show_invitation(visit: HereVisit, secret: FromPath[str]) -> Response[bytes]:
    """Show an invitation, to be accepted with the account that is signed in or with a new one."""
    return _invitation_page(visit, secret, Form())


@post("/invitations/{secret:str}")
def accept_invitation(visit: HereVisit, form: PostedForm, secret: FromPath[str]) -> Response[bytes]:
    """Accept an invitation."""
    _require_tls(visit)
    people = visit.authority.people
    if visit.signed_in is not None:
        team_id = people.accept_invitation(secret, visit.who.person.person_id)
        return go_to(f"/teams/{team_id}", notice="joined")
    try:
        person = people.join(secret, name=form.text("name"), email=form.text("email"), password=form.text("password"))
    except (InvalidError, ConflictError) as error:
        return _invitation_page(visit, secret, form, error)
    issued = visit.authority.sessions.begin(person.person_id, visit.visitor, method="invitation")
    (team_id,) = people.actor(person.person_id).roles
    return visit.sign_in(go_to(f"/teams/{team_id}", notice="joined"), issued)


@get("/reset/{secret:str}")
def ask_for_new_password(visit: HereVisit, secret: FromPath[str]) -> Response[bytes]:
    """Show the form for a new password."""
    visit.authority.people.find_link(secret, LinkKind.RESET)
    return visit.page("people/reset.html", title="Set a new password", error=None)


@post("/reset/{secret:str}")
def reset(visit: HereVisit, form: PostedForm, secret: FromPath[str]) -> Response[bytes]:
    """Set a new password with a link from the operator."""
    _require_tls(visit)
    try:
        visit.authority.people.reset_password(secret, password=form.text("password"))
    except InvalidError as error:
        return visit.page("people/reset.html", title="Set a new password", error=error, status=400)
    return forget_cookie(go_to("/sign-in", notice="reset"))


def _sign_in_page(visit: Visit, after: str, *, email: str = "", wrong: str = "", status: int = 200) -> Response[bytes]:
    domain = visit.addresses.passkey_domain(visit.host)
    return visit.page(
        "people/sign_in.html",
        title="Sign in",
        status=status,
        next=_own_path(after),
        email=email,
        wrong=wrong,
        passkey_domain=domain,
        is_protected=visit.addresses.is_protected(visit.host),
        no_tls=NO_TLS,
    )


def _set_up_page(visit: Visit, form: Form, error: InvalidError | None = None) -> Response[bytes]:
    return visit.page(
        "people/set_up.html",
        title="Set up this server",
        status=200 if error is None else 400,
        form=form,
        error=error,
        takeovers=visit.authority.people.teams_to_take_over(),
    )


def _invitation_page(
    visit: Visit, secret: str, form: Form, error: InvalidError | ConflictError | None = None
) -> Response[bytes]:
    link = visit.authority.people.find_link(secret, LinkKind.INVITATION)
    team = visit.authority.people.inviting_team(link)
    if team is None:
        raise NotFoundError("The team that invited you does not exist any more.")
    return visit.page(
        "people/invitation.html",
        title=f"Join {team.name}",
        status=200 if error is None else (400 if isinstance(error, InvalidError) else 409),
        invited_to=team,
        link=link,
        form=form,
        error=error if isinstance(error, InvalidError) else None,
        conflict=str(error) if isinstance(error, ConflictError) else "",
    )


def _require_tls(visit: Visit) -> None:
    if not visit.addresses.is_protected(visit.host):
        raise ForbiddenError(NO_TLS)


def _own_path(path: str) -> str:
    """Give a path of this server, and "/" for anything else: otherwise a link could redirect to another site."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_own else "/"


HANDLERS = (
    ask,
    sign_in,
    sign_out,
    ask_for_first_account,
    set_up,
    show_invitation,
    accept_invitation,
    ask_for_new_password,
    reset,
)
