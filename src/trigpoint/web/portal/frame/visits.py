"""A visit: the request, its session, and what every page needs; and the checks against forged requests (CSRF)."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from litestar import Request, Response
from litestar.di import NamedDependency

from trigpoint.authority.opening import Authority
from trigpoint.authority.people.sessions import IssuedSession, SignedIn, Visitor, WrongPasswordError
from trigpoint.authority.people.throttle import ThrottledError
from trigpoint.base.errors import ForbiddenError, InvalidError, NotFoundError, TrigpointError, shorten
from trigpoint.base.hosts import host_of
from trigpoint.base.ids import TeamId
from trigpoint.credentials.key import Key
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.once import Once
from trigpoint.credentials.roles import Actor, Permission, Role
from trigpoint.credentials.session import AGE_LIMIT_S
from trigpoint.credentials.team import Team
from trigpoint.web.portal.frame.addresses import PLAIN_COOKIE, SECURE_COOKIE, Addresses
from trigpoint.web.portal.frame.forms import ONCE_FIELD, PASSWORD_AGAIN, TOKEN_FIELD, Form
from trigpoint.web.portal.frame.map_parts import MapParts
from trigpoint.web.portal.frame.rendering import render

OfTeam = TypeVar("OfTeam", Key, MapsToken)
"""Something with an ID that belongs to a team."""

NOTICES = {
    "registered": "The Maps ID is registered.",
    "edited": "The description was changed.",
    "removed": "The Maps ID was removed.",
    "key-made": "The key is registered.",
    "renamed": "The name was changed.",
    "revoked": "The key is revoked. Calls with its tokens are refused from now on.",
    "ends": "The last day of the key was set.",
    "ends-never": "The key does not expire any more.",
    "resumed": "Resumed. The next call is accepted.",
    "ceilings": "The ceilings were set. They apply to every token from now on.",
    "already": "This was registered a moment ago; nothing was created twice.",
    "api-token-again": "This API token was created and shown a moment ago. If you did not see it, revoke it and create "
    "another.",
    "invitation-again": "This invitation was created a moment ago, and its link was shown. If you did not see it, invite "
    "again.",
    "withdrawn": "The invitation was withdrawn.",
    "role": "The role was changed.",
    "left": "The member was removed.",
    "joined": "Welcome to the team.",
    "team": "The team was created.",
    "team-renamed": "The team's name was changed.",
    "password": "The password was changed. Your other sessions have ended.",
    "session": "The session was ended.",
    "passkey": "The passkey was added.",
    "passkey-removed": "The passkey was removed.",
    "factor": "The way you sign in was changed.",
    "api-token": "The API token is revoked. Calls with it are refused from now on.",
    "maps-token": "The Maps token is revoked.",
    "maps-token-made": "The Maps token was created. Copy it into your web page; you can copy it again at any time.",
    "webhook-again": "This webhook was added a moment ago, and its secret was shown. If you did not see it, remove "
    "the webhook and add it again.",
    "webhook-renewed-again": "The secret was renewed and shown a moment ago. If you did not see it, renew it again: "
    "messages are also signed with the earlier secrets for a day.",
    "webhook-edited": "The webhook was changed. The change applies to events from now on.",
    "webhook-tested": "A test message is being sent.",
    "webhook-paused": "The webhook is paused. Nothing is sent to it.",
    "webhook-resumed": "The webhook is active.",
    "webhook-replayed": "The messages are being sent again. The webhook is active.",
    "webhook-removed": "The webhook was removed.",
    "leak-choice": "The setting for leaked keys was saved.",
    "limit": "The limit was set. It applies at once.",
    "limit-removed": "The limit was removed. This applies at once.",
    "limit-default": "The limit was reset to the default. This applies at once.",
    "reset": "Your new password was set. Sign in with it.",
    "signed-out": "You are signed out.",
}
"""The notice that a page shows after a change, by its name in the query."""


CHANGED_HOST = (
    "This form came from {origin}, but the Host header is {host}, because a proxy changes it. So the form cannot be "
    "distinguished from one of another site. Configure the proxy to forward the Host header unchanged (nginx: "
    "proxy_set_header Host $http_host), or set TRIGPOINT_URL to the URL that browsers use."
)
OTHER_SESSION = (
    "This form belongs to another session: somebody has signed in here again since it was opened. Nothing was changed."
)


class SignInNeededError(TrigpointError):
    """Nobody is signed in; the browser is redirected to the sign-in page and returns afterwards, or keeps its form."""


class OtherSessionError(ForbiddenError):
    """The form belongs to another session, but a page of this server has sent it: it may be sent again."""


class ProofNeededError(TrigpointError):
    """The person must confirm their identity again; the page for that keeps the form. `wrong` says what failed."""

    def __init__(self, form: Form, wrong: str = "") -> None:
        self.form = form
        self.wrong = wrong
        super().__init__("Confirm your identity.")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to the portal, with the session if somebody is signed in."""

    authority: Authority
    addresses: Addresses
    visitor: Visitor
    path: str
    host: str
    cookie: str | None
    wants_json: bool
    is_fragment: bool
    notice: str
    signed_in: SignedIn | None
    map_parts: MapParts

    @property
    def who(self) -> SignedIn:
        """The person who is signed in; raises `SignInNeededError` if nobody is."""
        if self.signed_in is None:
            raise SignInNeededError("Sign in first.")
        return self.signed_in

    @property
    def actor(self) -> Actor:
        """The person as an actor."""
        return self.who.actor

    @property
    def form_token(self) -> str:
        """The CSRF token that forms of this session must carry."""
        return self.authority.sessions.form_token(self.cookie or "")

    def find_team(self, team_id: str) -> Team:
        """Find a team of the person's; raises NotFoundError for a team that they are not a member of, too."""
        return self.authority.teams.get(self.actor, team_id)

    def find_in_team(self, team_id: str, identifier: str, find: Callable[[Actor, str], OfTeam], *, what: str) -> OfTeam:
        """Find a key or Maps token of one of the person's teams by its ID.

        Raises NotFoundError, with `what` and the ID in its message, if the ID is invalid or belongs to another team.
        """
        team = self.find_team(team_id)
        try:
            found = find(self.actor, identifier)
        except InvalidError as error:
            raise NotFoundError(f"There is no {what} {identifier}.") from error
        if found.team_id != team.team_id:
            raise NotFoundError(f"There is no {what} {identifier} in this team.")
        return found

    def may(self, permission: Permission, team_id: TeamId) -> bool:
        """Tell whether the person has a permission, so that a page can omit what they may not do."""
        return self.signed_in is not None and self.signed_in.actor.may(permission, team_id)

    def require_proof(self, form: Form) -> None:
        """Raise `ProofNeededError` unless the person confirmed their identity in the last ten minutes or in this form."""
        who = self.who
        if self.authority.sessions.is_fresh(who.session):
            return
        if not form.has(PASSWORD_AGAIN):
            raise ProofNeededError(form)
        try:
            self.authority.sessions.prove(who, form.text(PASSWORD_AGAIN), self.visitor)
        except (WrongPasswordError, ThrottledError) as error:
            wrong = "This is not your password." if isinstance(error, WrongPasswordError) else str(error)
            raise ProofNeededError(form, wrong) from error

    def once(self, form: Form) -> Once | None:
        """Give the idempotency key of a form: the same form with the same values counts as a repetition."""
        if not form.has(ONCE_FIELD):
            return None
        request = repr((self.path, form.without((TOKEN_FIELD, PASSWORD_AGAIN)).fields))
        digest = hashlib.sha256(request.encode()).hexdigest()
        return Once(self.actor.name, f"form:{digest}", digest)

    def page(
        self, template: str, *, title: str, team: Team | None = None, status: int = 200, **context: object
    ) -> Response[bytes]:
        """Render a page, with the values that `frame/base.html` needs."""
        roles = {} if self.signed_in is None else self.signed_in.actor.roles
        teams = [] if self.signed_in is None else self.authority.teams.list(self.signed_in.actor)
        frame: dict[str, object] = {
            "title": title,
            "team": team,
            "teams": teams,
            "role": roles.get(team.team_id) if team is not None else None,
            "roles": roles,
            "person": None if self.signed_in is None else self.signed_in.person,
            "path": self.path,
            "base_url": self.addresses.base_url,
            "form_token": self.form_token,
            "form_token_field": TOKEN_FIELD,
            "notice": NOTICES.get(self.notice, ""),
            "is_fragment": self.is_fragment,
            "now": self.authority.clock(),
            "may": {
                permission.name.lower(): team is not None and self.may(permission, team.team_id)
                for permission in Permission
            },
            "may_make_teams": any(role in {Role.ACCOUNT_HOLDER, Role.ADMIN} for role in roles.values()),
        }
        return render(template, frame | context, status=status)

    def sign_in(self, answer: Response[bytes], issued: IssuedSession) -> Response[bytes]:
        """Set the cookie of a new session, and end the previous session."""
        self.forget_cookie_of_before()
        name = self.addresses.cookie_name(self.visitor.user_agent)
        answer.set_cookie(
            name,
            issued.secret,
            max_age=AGE_LIMIT_S,
            path="/",
            secure=name == SECURE_COOKIE,
            httponly=True,
            samesite="lax",
        )
        return answer

    def forget_cookie_of_before(self) -> None:
        """End the session that the browser had before it signed in again."""
        if self.signed_in is not None:
            session = self.signed_in.session
            self.authority.sessions.end(session.person_id, session.session_id)


HereVisit = NamedDependency[Visit]
"""The visit, as a page's parameter."""


def forget_cookie(answer: Response[bytes]) -> Response[bytes]:
    """Delete the cookie of the session."""
    for name in (SECURE_COOKIE, PLAIN_COOKIE):
        answer.set_cookie(name, "", max_age=0, path="/", secure=name == SECURE_COOKIE, httponly=True, samesite="lax")
    return answer


def read_cookie(cookies: dict[str, str], *, takes_plain: bool) -> str | None:
    """Find the session's cookie among those of a request.

    The cookie without Secure is only accepted where it is also set: a neighbouring host could set it, and so sign a person
    in to a foreign account.
    """
    return cookies.get(SECURE_COOKIE) or (cookies.get(PLAIN_COOKIE) if takes_plain else None)


def check_sender(
    *,
    addresses: Addresses,
    host: str,
    origin: str | None,
    fetch_site: str | None,
    token: str,
    expected: str | None,
    is_forwarded: bool = False,
) -> None:
    """Raise `ForbiddenError` for a request that another site sent in the person's name (CSRF).

    `fetch_site` is Sec-Fetch-Site (Fetch Metadata), `origin` the Origin header; `expected` is the token of the
    session, None without a session; `is_forwarded` says that the request came through a proxy.
    """
    if fetch_site is not None and fetch_site not in {"same-origin", "none"}:
        raise ForbiddenError("Another site sent this form. Open the page here and try again.")
    if fetch_site is None and origin is not None and not addresses.is_own_origin(origin, host):
        if is_forwarded or host_of(host) == host_of(origin.partition("://")[2]) != "":
            raise ForbiddenError(CHANGED_HOST.format(origin=shorten(origin), host=shorten(host)))
        raise ForbiddenError("Another site sent this form. Open the page here and try again.")
    if expected is not None and not hmac.compare_digest(token.encode(), expected.encode()):
        if fetch_site is None and origin is None:  # nothing says which site has sent it
            raise ForbiddenError("This form belongs to another session. Open the page again.")
        raise OtherSessionError(OTHER_SESSION)


def visitor_of(request: Request) -> Visitor:  # type: ignore[type-arg]
    """Give the address and the browser of a request."""
    client = request.client
    return Visitor(client.host if client else "", request.headers.get("user-agent", "")[:400])
